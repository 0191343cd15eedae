"""A worker with very many brands, live: what watching them costs, what is written for it, and how soon it is back.

Every brand is named once, then all are spoken of as the clock goes, by Zipf's law. What counts is measured from
outside: processor and memory by Linux, what is written by reading the changelog along, brands and buckets with mentions
by reading the tallies along. Then the worker is killed with -9 and started again at once, while posts go on coming; it
is back when it has acknowledged tallies of posts that it read itself.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from rich.table import Table

from streams.core.settings import Kafka, Settings
from streams.core.tallies import decode
from streams.core.watch import CLOCK
from streams.topics import LARGE, plan
from tests.benchmarks import firehose
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.filling import fill
from tests.benchmarks.living import live
from tests.benchmarks.outside import OutOfRaceError, Watched, pinned, watched
from tests.benchmarks.racing import CORE, PARTITIONS, READY, SERVERS, kafka, prepare
from tests.kafka import helpers
from tests.kafka.workers import toml

PATIENCE_SECONDS = 600.0
STAGES_UP_TO = 10_000  # brands; the metrics of more are not asked for, since making them would be measured too

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


class Crowd(msgspec.Struct, frozen=True):
    """So many brands, mentions of all of them a second, and minutes; `session` is the group's timeout in seconds."""

    brands: int
    a_second: int
    minutes: int
    session: float
    number: int = 0


class Cost(msgspec.Struct):
    """What it cost, and the seconds from start to readiness and from kill -9 to the first fresh answer."""

    job: Crowd
    cpu_share: float  # of one processor: all of the worker, match too
    stages: dict[str, float]  # seconds a minute
    megabytes: float
    records_a_minute: float
    kilobytes_a_minute: float
    bytes_a_named_bucket: float  # without the shards' own state
    behind: int  # posts that were not worked off at the end
    ready_seconds: float
    restart_seconds: float
    wrong: str = ""


def watch(job: Crowd) -> Cost:
    """Run a worker, kill it and run another, on the broker that KAFKA_BOOTSTRAP_SERVERS names."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return asyncio.run(_watch(os.environ[SERVERS], job, Path(folder)))
        except OutOfRaceError as error:
            return Cost(job, *(0.0, {}, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0), wrong=str(error))


def table(costs: Sequence[Cost]) -> Table:
    """Show what crowds cost."""
    shown = Table(box=None, header_style="bold", title="\nwatching, live", title_justify="left")
    headings = ("brands", "named/s", "CPU", "MB", "records", "kB", "B a bucket", "behind", "session", "ready", "back")
    for heading in headings:
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.caption = "of a minute: records and kB of state; B a brand and bucket named; seconds: session, ready, back"
    for one in costs:
        job = one.job
        shown.add_row(
            f"{job.brands:,}", f"{job.a_second:,}", one.wrong[:200] or f"{one.cpu_share:.0%}", f"{one.megabytes:,.0f}",
            f"{one.records_a_minute:,.0f}", f"{one.kilobytes_a_minute:,.0f}", f"{one.bytes_a_named_bucket:,.0f}",
            f"{one.behind:,}", f"{job.session:g}", f"{one.ready_seconds:.1f}", f"{one.restart_seconds:.1f}",
        )  # fmt: skip
    return shown


async def _watch(servers: str, job: Crowd, folder: Path) -> Cost:
    own = kafka(servers, f"crowd-{time.time_ns()}", session_timeout_seconds=job.session)
    settings = Settings(brands=firehose.brands(job.brands), kafka=own)
    config = folder / "larum.toml"
    config.write_text(toml(settings))
    await prepare(own)
    names = [brand.name for brand in settings.brands]
    command = pinned(CONTENDERS["larum"].on(config), CORE)
    stop, told = asyncio.Event(), 0

    async def caught_up() -> bool:
        return await _behind(own) == 0

    async def back() -> bool:
        return await _done(own, own.tallies_topic) > told

    with watched(command, folder / "log") as worker:
        ready = await _ready(worker)
        talk = Talk(names, job.a_second)
        await fill(servers, own.posts_topic, PARTITIONS, talk.all_once(b"%.3f" % time.time()))
        await _until(caught_up, worker)
        talking = asyncio.ensure_future(live(own, talk.between, time.time(), lambda _: stop.is_set(), lambda: None))
        await asyncio.sleep(5)
        meter = Meter(own)
        began, used = time.time(), worker.cpu(time.time())
        before = worker.stages() if job.brands <= STAGES_UP_TO else {}
        await meter.read(60.0 * job.minutes, worker.check)
        ended = time.time()
        after, behind = (worker.stages() if before else {}), await _behind(own)
        cpu, peak = worker.cpu(ended) - used, worker.peak()
    killed = time.time()
    told = await helpers.ends(own.bootstrap_servers, own.tallies_topic)
    with watched(command, folder / "second") as second:
        await _until(back, second)
        restart = time.time() - killed
    stop.set()
    await talking
    named = max(1, len(meter.named))
    return Cost(
        job=job,
        cpu_share=round(cpu / (ended - began), 3),
        stages={stage: round((after[stage] - before[stage]) / job.minutes, 2) for stage in after},
        megabytes=round(peak),
        records_a_minute=round(meter.records / job.minutes, 1),
        kilobytes_a_minute=round(meter.bytes / 1e3 / job.minutes, 1),
        bytes_a_named_bucket=round((meter.bytes - meter.clock) / named, 1),
        behind=behind,
        ready_seconds=round(ready, 1),
        restart_seconds=round(restart, 1),
    )


async def _ready(worker: Watched) -> float:
    """Wait until a worker is ready; give the seconds it took."""
    began = time.time()

    async def ready() -> bool:
        return READY in worker.words()

    await _until(ready, worker)
    return time.time() - began


async def _until(reached: Callable[[], Awaitable[bool]], worker: Watched) -> None:
    """Wait until something has come to pass."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await reached():
        worker.check()
        if time.monotonic() > deadline:
            raise OutOfRaceError(f"not within {PATIENCE_SECONDS:.0f} s: {worker.words()}")
        await asyncio.sleep(0.1)


async def _behind(own: Kafka) -> int:
    """Count posts that are not acknowledged."""
    return await helpers.ends(own.bootstrap_servers, own.posts_topic) - await _done(own, own.posts_topic)


async def _done(own: Kafka, topic: str) -> int:
    """Count the records of a topic that are acknowledged."""
    return sum((await helpers.committed(own.bootstrap_servers, own.group, topic)).values())


def changelogs(own: Kafka) -> list[str]:
    """Name the topics that state is kept in."""
    return [topic.name for topic in plan(own) if topic.config["cleanup.policy"] == "compact"]


class Meter:
    """What is written to tallies and changelogs while it reads along."""

    def __init__(self, own: Kafka) -> None:
        self._kafka = own
        self.named: set[tuple[str, int]] = set()
        self.records = self.bytes = self.clock = 0

    async def read(self, seconds: float, check: Callable[[], None]) -> None:
        """Read along for so long, from now on."""
        own = self._kafka
        consumer = AIOKafkaConsumer(
            own.tallies_topic, *changelogs(own), bootstrap_servers=own.bootstrap_servers, enable_auto_commit=False,
            auto_offset_reset="latest", max_partition_fetch_bytes=LARGE,
        )  # fmt: skip
        await consumer.start()
        try:
            await consumer.seek_to_end()
            end = time.time() + seconds
            while time.time() < end:
                check()
                for place, records in (await consumer.getmany(timeout_ms=200)).items():
                    self._take(place, records)
        finally:
            await consumer.stop()

    def _take(self, place: TopicPartition, records: Sequence[Record]) -> None:
        for record in records:
            if place.topic == self._kafka.tallies_topic:
                self.named.update((tally.brand, tally.bucket) for tally in decode(record.value or b"").tallies)
            else:
                size = len(record.key or b"") + len(record.value or b"")
                self.records += 1
                self.bytes += size
                if (record.key or b"").endswith(CLOCK.encode()):
                    self.clock += size


class Talk:
    """What is said of all brands."""

    def __init__(self, names: Sequence[str], a_second: int) -> None:
        self._names = names
        self._a_second = a_second
        self._hose = firehose.Firehose(names, every=1)
        self._number = 0

    def all_once(self, now: bytes) -> Iterator[bytes]:
        """Name every brand once."""
        for name in self._names:
            self._number += 1
            yield firehose.Firehose.of(self._number, now, f"{name} is new to me".encode())

    def between(self, begin: float, end: float, now: bytes) -> Iterator[bytes]:
        """Give what is said between two seconds, all as said now."""
        for _ in range(int(self._a_second * end) - int(self._a_second * begin)):
            self._number += 1
            yield self._hose.post(self._number, now)
