"""What it costs to watch many brands: processor seconds of a minute of event time, memory, and state that is written.

    python -m tests.benchmarks.watching [--brands 100000] [--minutes 30] [--mentions-per-minute 60000] [--json]

The watch stage without Kafka: a `Watch` takes encoded batches of tallies of brands that are named by Zipf's law, and
after each batch the state of what changed is encoded, as the worker does before it acknowledges. Every brand is named
once before the clock starts, so that all of them are watched; with `--learned` they begin with the state of a brand
that has been watched for so many days. Several numbers of brands are run one after the other, each in a process of its
own. The goals: half a processor (30 seconds a minute) and 1,000 bytes a brand and bucket in which it was named.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from streams.core.tallies import TallyBatch, decode
from streams.core.watch import CLOCK, Outcome, Watch
from tests.benchmarks.mentions import START, Mentions, name, settings

MINUTES_A_DAY = 1_440
GOAL_SECONDS, GOAL_BYTES = 30.0, 1_000


class Job(msgspec.Struct, frozen=True):
    """One number of brands."""

    brands: int
    minutes: int
    mentions_per_minute: int
    flushes_per_minute: int
    bucket_seconds: int
    learned: int


class Cost(msgspec.Struct):
    """Processor seconds of a minute by part, the longest standstill, memory, and bytes that would be written."""

    job: Job
    mentions: int
    named: int  # brands and buckets with mentions
    seconds_a_minute: float
    decode: float
    take: float
    encode: float
    longest_batch: float  # seconds
    megabytes: float
    records_a_minute: float
    kilobytes_a_minute: float
    bytes_a_named_bucket: float
    clock_bytes: float  # of the shard's own state, a batch
    events: int


class Timer:
    """Processor seconds by part."""

    def __init__(self) -> None:
        self.seconds = {"decode": 0.0, "take": 0.0, "encode": 0.0}
        self.longest = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[name] += time.process_time() - began

    @contextmanager
    def batch(self) -> Iterator[None]:
        before = sum(self.seconds.values())
        yield
        self.longest = max(self.longest, sum(self.seconds.values()) - before)


class Written:
    """Sizes of what is written after each batch."""

    def __init__(self) -> None:
        self.records = self.bytes = self.clock = self.batches = 0
        self.named: set[tuple[str, int]] = set()

    def note(self, batch: TallyBatch, states: dict[str, bytes]) -> None:
        self.named.update((tally.brand, tally.bucket) for tally in batch.tallies)
        self.clock += len(states.pop(CLOCK, b""))
        self.records += len(states)
        self.bytes += sum(map(len, states.values()))
        self.batches += 1


def measure(job: Job) -> Cost:
    """Watch so many brands for some minutes."""
    watch = Watch(settings(job.brands, job.bucket_seconds), lambda: "benchmark")
    said = Mentions(job.brands, job.bucket_seconds, job.mentions_per_minute, job.flushes_per_minute)
    if job.learned:
        _learn(watch, job)
    written, timer, mentions, events = Written(), Timer(), 0, 0
    _save(watch, watch.take(decode(said.first())))
    for record in said.minute(1):  # closes each brand's first bucket, which is not like the others
        _save(watch, watch.take(decode(record)))
    for minute in range(2, job.minutes + 2):
        for record in list(said.minute(minute)):
            with timer.batch():
                with timer.part("decode"):
                    batch = decode(record)
                with timer.part("take"):
                    outcome = watch.take(batch)
                with timer.part("encode"):
                    states = _save(watch, outcome)
            written.note(batch, states)
            mentions += sum(len(tally.mentions) for tally in batch.tallies)
            events += len(outcome.events)
    spent = {part: round(seconds / job.minutes, 3) for part, seconds in timer.seconds.items()}
    return Cost(
        job=job,
        mentions=mentions,
        named=len(written.named),
        seconds_a_minute=round(sum(timer.seconds.values()) / job.minutes, 3),
        **spent,
        longest_batch=round(timer.longest, 3),
        megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024),
        records_a_minute=round(written.records / job.minutes, 1),
        kilobytes_a_minute=round(written.bytes / job.minutes / 1_000, 1),
        bytes_a_named_bucket=round(written.bytes / max(1, len(written.named)), 1),
        clock_bytes=round(written.clock / max(1, written.batches), 1),
        events=events,
    )


def _save(watch: Watch, outcome: Outcome) -> dict[str, bytes]:
    """Encode what the worker writes after a batch."""
    return {key: watch.dump(key) for key in outcome.changed}


def _learn(watch: Watch, job: Job) -> None:
    """Let one brand be watched for days, and give what is known of it to all."""
    teacher, minutes = Watch(settings(1, job.bucket_seconds), lambda: "benchmark"), job.learned * MINUTES_A_DAY
    said = Mentions(1, job.bucket_seconds, a_minute=1, flushes=1, start=START - 60 * minutes)
    states: dict[str, bytes] = {}
    for number in range(minutes):
        for batch in said.minute(number):
            for key in teacher.take(decode(batch)).changed - {CLOCK}:
                states[key] = b""
    for key in states:
        state = teacher.dump(key)
        for brand in watch.brands:
            watch.load(key.replace(name(0), brand, 1), state)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, nargs="+", default=[100_000])
    parser.add_argument("--minutes", type=int, default=30, help="of event time, beside the two that are not counted")
    parser.add_argument("--mentions-per-minute", type=int, default=60_000, help="of all brands")
    parser.add_argument("--flushes-per-minute", type=int, default=60, help="batches of tallies in a minute")
    parser.add_argument("--bucket-seconds", type=int, default=60)
    parser.add_argument("--learned", type=int, default=0, help="days for which each brand has been watched before")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    jobs = [
        Job(
            brands,
            asked.minutes,
            asked.mentions_per_minute,
            asked.flushes_per_minute,
            asked.bucket_seconds,
            asked.learned,
        )
        for brands in asked.brands
    ]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        told = Console(stderr=True)
        costs = list(track(pool.map(measure, jobs), "brands", len(jobs), console=told, transient=True))
    if asked.json:
        print(msgspec.json.encode(costs).decode())
    else:
        Console().print(_table(costs))


def _table(costs: list[Cost]) -> Table:
    table = Table(box=None, header_style="bold", caption=f"goals: {GOAL_SECONDS:g} s a minute, {GOAL_BYTES:,} bytes")
    headings = ("brands", "s a minute", "decode", "take", "encode", "longest", "MB", "records", "bytes a named bucket")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for one in costs:
        table.add_row(
            f"{one.job.brands:,}", f"{one.seconds_a_minute:.2f}", f"{one.decode:.2f}", f"{one.take:.2f}",
            f"{one.encode:.2f}", f"{one.longest_batch:.2f}", f"{one.megabytes:,.0f}", f"{one.records_a_minute:,.0f}",
            f"{one.bytes_a_named_bucket:,.0f}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
