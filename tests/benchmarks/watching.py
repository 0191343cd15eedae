"""What it costs to watch many brands: processor seconds of a minute of event time, memory, and state that is written.

    python -m tests.benchmarks.watching [--brands 100000] [--minutes 30] [--mentions-per-minute 60000] [--json]

The watch stage without Kafka: a shard takes encoded batches of tallies of brands that are named by Zipf's law, and
keeps the state of what has changed by checkpoints, as often in event time as a worker does by the clock. Every brand is
named once before the clock starts, so that all of them are watched; with `--learned` they begin with the state of one
that has been watched for so many days. Several numbers of brands are run one after the other, each in a process of its
own. The goals: half a processor (30 seconds a minute) and 1,000 bytes a brand and bucket in which it was named.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from streams.core.settings import Kafka
from streams.core.tallies import decode
from streams.core.watch import CLOCK, Watch
from streams.shard import Shard
from tests.benchmarks.mentions import START, Mentions, name, settings

MINUTES_A_DAY = 1_440
CAPTION = "processor seconds a minute, by part and in one batch; records a minute; bytes a brand and bucket named"


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
    keep: float
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
        self.seconds = {"decode": 0.0, "take": 0.0, "keep": 0.0}
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
    """Sizes of what a shard's checkpoints write."""

    def __init__(self) -> None:
        self.states: dict[str, bytes] = {}
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        self.records = self.bytes = self.clock = self.clocks = 0

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        """Take the place of the table."""
        self.states.update(states)
        for key, state in states.items():
            if key == CLOCK:
                self.clocks += 1
                self.clock += len(state)
            else:
                self.records += 1
                self.bytes += len(state)

    def carried(self) -> list[tuple[int, str, int, bytes]]:
        """Give what was written last of each."""
        return [(0, name, 0, state) for name, state in self.states.items()]


class Watcher:
    """A shard that takes batches in and keeps its state now and then, as a worker's does."""

    def __init__(self, job: Job, brands: int) -> None:
        self.written, self.timer = Written(), Timer()
        self.named: set[tuple[str, int]] = set()
        self.mentions = self.events = 0
        self.shard = Shard(0, Watch(settings(brands, job.bucket_seconds)), self.written)
        self._every = max(1, round(Kafka().checkpoint_seconds * job.flushes_per_minute / 60))
        self._batches = 0

    def take(self, record: bytes) -> None:
        """Take one batch in, and keep the state if it is time to."""
        with self.timer.batch():
            with self.timer.part("decode"):
                batch = decode(record)
            with self.timer.part("take"):
                outcome = self.shard.watch.take(batch, self._batches)
            self.shard.note(self._batches, outcome.changed)
            self._batches += 1
            if self._batches % self._every == 0:
                with self.timer.part("keep"):
                    self.keep()
        self.named.update((tally.brand, tally.bucket) for tally in batch.tallies)
        self.mentions += sum(len(tally.mentions) for tally in batch.tallies)
        self.events += len(outcome.events)

    def keep(self) -> None:
        """Encode and write what has changed."""
        asyncio.run(self.shard.checkpoint(lambda: True))


def measure(job: Job) -> Cost:
    """Watch so many brands for some minutes."""
    watcher = Watcher(job, job.brands)
    said = Mentions(job.brands, job.bucket_seconds, job.mentions_per_minute, job.flushes_per_minute)
    if job.learned:
        _learn(watcher, job)
    watcher.take(said.first())
    for record in said.minute(1):  # closes each brand's first bucket, which is not like the others
        watcher.take(record)
    watcher.keep()
    watcher.written.clear()
    watcher.timer, watcher.named, watcher.mentions = Timer(), set(), 0
    for minute in range(2, job.minutes + 2):
        for record in list(said.minute(minute)):
            watcher.take(record)
    timer, written, minutes = watcher.timer, watcher.written, job.minutes
    spent = {part: round(seconds / minutes, 3) for part, seconds in timer.seconds.items()}
    return Cost(
        job=job,
        mentions=watcher.mentions,
        named=len(watcher.named),
        seconds_a_minute=round(sum(timer.seconds.values()) / minutes, 3),
        **spent,
        longest_batch=round(timer.longest, 3),
        megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024),
        records_a_minute=round(written.records / minutes, 1),
        kilobytes_a_minute=round(written.bytes / minutes / 1_000, 1),
        bytes_a_named_bucket=round(written.bytes / max(1, len(watcher.named)), 1),
        clock_bytes=round(written.clock / max(1, written.clocks), 1),
        events=watcher.events,
    )


def _learn(watcher: Watcher, job: Job) -> None:
    """Let one brand be watched for days, and give what is known of it to all."""
    teacher, minutes = Watcher(job, 1), job.learned * MINUTES_A_DAY
    said = Mentions(1, job.bucket_seconds, a_minute=1, flushes=1, start=START - 60 * minutes)
    for number in range(minutes):
        for record in said.minute(number):
            teacher.take(record)
    teacher.keep()
    watch = watcher.shard.watch
    for key, state in teacher.written.states.items():
        for brand in watch.brands if key != CLOCK else ():
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
    table = Table(box=None, header_style="bold", caption=CAPTION)
    headings = ("brands", "s/min", "decode", "take", "keep", "longest", "MB", "records", "B a bucket")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for one in costs:
        table.add_row(
            f"{one.job.brands:,}", f"{one.seconds_a_minute:.2f}", f"{one.decode:.2f}", f"{one.take:.2f}",
            f"{one.keep:.2f}", f"{one.longest_batch:.2f}", f"{one.megabytes:,.0f}", f"{one.records_a_minute:,.0f}",
            f"{one.bytes_a_named_bucket:,.0f}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
