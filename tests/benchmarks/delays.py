"""From the closing of a bucket to the crisis event in the topic, at a steady load, live.

An hour of history comes first, so that the brands are known. Then posts are written as the clock goes, each with the
time of its writing: a firehose that names nobody, everyday talk of every brand, and anger at one brand after the other.
A crisis is due when its bucket has ended and its lateness is over; the event is stamped by the broker.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from streams.core.crises import decode
from streams.core.settings import Detection, Settings
from streams.core.times import epoch
from tests.benchmarks import firehose
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.filling import fill
from tests.benchmarks.living import live
from tests.benchmarks.outside import pinned, watched
from tests.benchmarks.racing import CORE, PARTITIONS, SERVERS, kafka, prepare
from tests.kafka import helpers
from tests.kafka.workers import toml

BUCKET, LATENESS = 10, 5.0
GOAL = 2.0  # seconds, for 99 of 100
HISTORY_SECONDS, CALM_SECONDS = 3_600, 60  # calm while the worker starts and catches up
ANGRY_SECONDS, EVERY_SECONDS = 45, 1.5  # a brand's eruption, and between the beginnings of two
EVERYDAY, ANGRY = 0.15, 4.0  # posts of a brand a second
CALM_TEXT, ANGRY_TEXT = "just ordered from %s, all fine", "%s is a disgrace, terrible scandal, never again"


class Load(msgspec.Struct, frozen=True):
    """How many posts a second, and how many brands erupt."""

    rate: int
    erupting: int
    number: int = 0


class Delay(msgspec.Struct):
    """Seconds beyond the closing of the bucket, of crises opened and raised; `missed` brands never had one."""

    load: Load
    events: int
    median: float
    p99: float
    longest: float
    longest_at: float  # seconds since the load began
    late: int  # of the events: more than the goal
    missed: int
    posts_per_second: float
    cpu_share: float  # of one processor
    stages: dict[str, float]  # part of the time that the worker spent in each


def measure(load: Load) -> Delay:
    """Run a worker at a load, and time what it tells."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(os.environ[SERVERS], load, Path(folder)))


async def _measure(servers: str, load: Load, folder: Path) -> Delay:
    settings = Settings(
        brands=firehose.brands(load.erupting),
        detection=Detection(bucket_seconds=BUCKET, lateness_seconds=LATENESS),
        kafka=kafka(servers, f"delay-{time.time_ns()}"),
    )
    config = folder / "larum.toml"
    config.write_text(toml(settings))
    await prepare(settings.kafka)
    talk = Talk([brand.name for brand in settings.brands], load.rate)
    began = time.time()
    await fill(servers, settings.kafka.posts_topic, PARTITIONS, talk.history(began))
    with watched(pinned(CONTENDERS["larum"].on(config), CORE), folder / "log") as worker:
        sent = await live(settings.kafka, talk.between, began, lambda at: at > began + talk.seconds, worker.check)
        ended = time.time()
        await asyncio.sleep(BUCKET + LATENESS)
        worker.check()
        stages = {stage: round(spent / (time.time() - began), 3) for stage, spent in worker.stages().items()}
        events = await helpers.read(servers, settings.kafka.crises_topic)
    told = [(record.timestamp / 1e3, decode(record.value or b"")) for record in events]
    crises = [(at, event) for at, event in told if event.step in {"opened", "raised"} and at > began + CALM_SECONDS]
    delays = [at - epoch(event.time) - LATENESS for at, event in crises]
    calm = began + CALM_SECONDS
    return Delay(
        load=load,
        events=len(delays),
        median=round(float(np.median(delays)), 3),
        p99=round(float(np.percentile(delays, 99)), 3),
        longest=round(max(delays), 3),
        longest_at=round(crises[int(np.argmax(delays))][0] - began, 1),
        late=sum(delay > GOAL for delay in delays),
        missed=load.erupting - len({event.data.brand for _, event in crises}),
        posts_per_second=round(sent / (ended - began)),
        cpu_share=round((worker.cpu(ended) - worker.cpu(calm)) / (ended - calm), 3),
        stages=stages,
    )


class Talk:
    """What is said, second by second from the beginning of the live part."""

    def __init__(self, brands: list[str], rate: int) -> None:
        self._brands = brands
        self._rate = rate
        self._hose = firehose.Firehose(["nothing"], every=1 << 62)
        self._random = random.Random(1)
        self._number = 0
        self.seconds = CALM_SECONDS + EVERY_SECONDS * len(brands) + ANGRY_SECONDS

    def history(self, until: float) -> Iterator[bytes]:
        """Give the everyday talk of the time before."""
        count = round(HISTORY_SECONDS * EVERYDAY * len(self._brands))
        for number in range(count):
            moment = until - HISTORY_SECONDS * (1 - number / count)
            yield self._said(self._random.choice(self._brands), b"%.3f" % moment, angry=False)

    def between(self, begin: float, end: float, now: bytes) -> Iterator[bytes]:
        """Give what is said between two seconds, all as said now."""
        for number, brand in enumerate(self._brands):
            since = CALM_SECONDS + EVERY_SECONDS * number
            angry = since <= end < since + ANGRY_SECONDS
            for _ in range(self._due(ANGRY if angry else EVERYDAY, end - begin)):
                yield self._said(brand, now, angry=angry)
        for _ in range(self._due(self._rate, end - begin)):
            self._number += 1
            yield self._hose.post(self._number, now)

    def _due(self, rate: float, seconds: float) -> int:
        """Round a number of posts up or down so that they come to the rate."""
        return int(rate * seconds + self._random.random())

    def _said(self, brand: str, time: bytes, *, angry: bool) -> bytes:
        self._number += 1
        words = " ".join(firehose.name(self._random.randrange(20_000), syllables=5) for _ in range(8))
        text = (ANGRY_TEXT if angry else CALM_TEXT) % brand
        return firehose.Firehose.of(self._number, time, f"{text} {words}".encode())
