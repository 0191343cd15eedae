"""One contender on one topic of posts, from start to last tally, measured from outside.

What counts is what comes out: the tallies' topic is stamped by the broker as it is appended to. The clock runs from
the record with which a tenth of all mentions was there to the one with which all were, so that start-up is left out.
Mentions are counted by the posts they are of: the missing and the repeated are told.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from streams.core.settings import Detection, Kafka, Settings
from streams.core.tallies import decode
from streams.topics import LARGE, ensure
from tests.benchmarks import firehose
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.contenders.shared import FLUSH
from tests.benchmarks.filling import fill
from tests.benchmarks.outside import OutOfRaceError, Watched, pinned, watched
from tests.kafka import helpers
from tests.kafka.workers import toml

PARTITIONS = 4
WARM_UP = 0.1  # of all mentions
STUCK_SECONDS = 60.0  # without a mention more, after which a contender is taken to be at its end
START_SECONDS = 400.0  # until the first
READY, SETTLE_SECONDS = "larum: ready", 1.0  # in a worker's log; after which several share the work
SERVERS = "KAFKA_BOOTSTRAP_SERVERS"
CORE = 1  # for the contender: the broker has the other one
EVERY = {"firehose": 100, "matching": 1, "workers": 100, "names": 100}  # one post of so many names a brand


class Race(msgspec.Struct, frozen=True):
    """One contender, once."""

    work: str
    contender: str
    number: int
    posts: int
    brands: int
    aliases: int = 0
    workers: int = 1


class Lap(msgspec.Struct):
    """What came of it. `wrong` says what is missing, and is empty where each mention was tallied."""

    job: Race
    posts_per_second: float
    cpu_per_million: float
    megabytes: float
    seconds: float
    mentions: int
    repeated: int
    wrong: str = ""


class Appended(NamedTuple):
    """When (epoch seconds), and how many posts were counted by then."""

    at: float
    posts: int


def race(job: Race) -> Lap:
    """Let a contender do its work, on the broker that KAFKA_BOOTSTRAP_SERVERS names."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return asyncio.run(_race(os.environ[SERVERS], job, Path(folder)))
        except OutOfRaceError as error:
            return Lap(job, 0.0, 0.0, 0.0, 0.0, 0, 0, str(error))


async def _race(servers: str, job: Race, folder: Path) -> Lap:
    topic = await filled(servers, job)
    config = folder / "larum.toml"
    settings = Settings(
        brands=firehose.brands(job.brands, job.aliases),
        detection=Detection(),
        kafka=kafka(servers, f"race-{time.time_ns()}", posts_topic=topic),
    )
    config.write_text(toml(settings))
    await prepare(settings.kafka)
    counted = Counted(job)
    command = CONTENDERS[job.contender].on(config)
    with ExitStack() as running:
        processes = [
            running.enter_context(watched(pinned(command, core), folder / f"log-{core}"))
            for core in (CORE, *range(CORE))[: job.workers]
        ]
        await follow(settings.kafka, counted, processes)
        return counted.lap(processes)


def kafka(servers: str, name: str, **options: object) -> Kafka:
    """Give settings for topics and a group of their own."""
    topics = {field: f"{name}.{field}" for field in Kafka.model_fields if field.endswith("_topic")}
    own = {"bootstrap_servers": servers, "group": name, "partitions": PARTITIONS, **topics, **options}
    return Kafka.model_validate(own)


async def prepare(settings: Kafka) -> None:
    """Make the topics; what comes out of them is stamped by the broker, not by who wrote it."""
    config = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(LARGE)}
    stamped = [(settings.tallies_topic, settings.partitions), (settings.crises_topic, 1)]
    async with helpers.administrator(settings.bootstrap_servers) as admin:
        await admin.create_topics([NewTopic(name, count, 1, topic_configs=config) for name, count in stamped])
    await ensure(settings)


async def filled(servers: str, job: Race) -> str:
    """Name the topic with the posts, which is made if no race before needed it.

    Behind them stand some that name no brand: contenders that send their tallies after so many posts send the last
    ones then.
    """
    every, behind = EVERY[job.work], PARTITIONS * 2 * FLUSH
    topic = f"posts-{every}-{job.posts}-{job.brands}"
    async with helpers.administrator(servers) as admin:
        if topic in await admin.list_topics():
            return topic
    await helpers.create(servers, topic, PARTITIONS)
    hose = firehose.Firehose([brand.name for brand in firehose.brands(job.brands)], every)
    end = firehose.START + job.posts / firehose.A_SECOND
    silent = firehose.Firehose(["nothing"], behind, seed=2)
    await fill(servers, topic, PARTITIONS, hose.posts(job.posts))
    rest = (silent.post(job.posts + 1 + number, b"%.3f" % end) for number in range(behind))
    await fill(servers, topic, PARTITIONS, rest)
    return topic


class Counted:
    """Mentions that have been tallied, by when."""

    def __init__(self, job: Race) -> None:
        self._job = job
        self._bare = job.contender == "nothing"  # records are numbers of posts, not tallies
        self._every = EVERY[job.work]  # posts that each mention stands for
        self._expected = job.posts // self._every
        self._posts: set[tuple[str, int]] = set()
        self._bare_posts = 0
        self.all = 0
        self.all_ready: float | None = None  # when the last of the workers was
        self.appended: list[Appended] = []

    def take(self, at: float, value: bytes) -> None:
        if self._bare:
            self._bare_posts += int(value)
        else:
            for tally in decode(value).tallies:
                self.all += len(tally.mentions)
                self._posts.update((tally.brand, mention.post) for mention in tally.mentions)
        self.appended.append(Appended(at, self.posts))

    @property
    def posts(self) -> int:
        """How many have been worked off, as far as the mentions among them tell."""
        return self._bare_posts if self._bare else len(self._posts) * self._every

    @property
    def complete(self) -> bool:
        return self.posts >= self._expected * self._every

    def lap(self, processes: Sequence[Watched]) -> Lap:
        """Sum up."""
        if not self.posts:
            raise OutOfRaceError(f"nothing was tallied: {processes[0].words()}")
        self.appended.sort()
        done, found = self._expected * self._every, len(self._posts)
        least, ready = WARM_UP * min(done, self.posts), self.all_ready or 0.0
        first = next(one for one in self.appended if one.posts >= least and one.at >= ready)
        last = next(one for one in self.appended if one.posts >= min(done, self.posts))
        posts, seconds = last.posts - first.posts, last.at - first.at
        if seconds <= 0.0:
            raise OutOfRaceError(f"{self._job.posts} posts are too few to be timed")
        return Lap(
            job=self._job,
            posts_per_second=round(posts / seconds),
            cpu_per_million=round(sum(each.cpu(last.at) - each.cpu(first.at) for each in processes) / posts * 1e6, 2),
            megabytes=round(max(each.peak() for each in processes)),
            seconds=round(seconds, 1),
            mentions=found,
            repeated=self.all - found,
            wrong="" if self.complete and (self._bare or found == self._expected) else f"{found} of {self._expected}",
        )


async def follow(settings: Kafka, counted: Counted, processes: Sequence[Watched]) -> None:
    """Read the tallies as they come, until all are there or no more come."""
    places = [TopicPartition(settings.tallies_topic, number) for number in range(settings.partitions)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest",
        max_partition_fetch_bytes=LARGE,
    )  # fmt: skip
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        latest, posts = time.monotonic(), 0
        while not counted.complete and time.monotonic() - latest < (STUCK_SECONDS if posts else START_SECONDS):
            for process in processes:
                process.check()
            if counted.all_ready is None and len(processes) > 1 and all(READY in each.words() for each in processes):
                counted.all_ready = time.time() + SETTLE_SECONDS
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    counted.take(record.timestamp / 1e3, record.value or b"")
            if counted.posts > posts:
                latest, posts = time.monotonic(), counted.posts
    finally:
        await consumer.stop()
