"""When everything stops, time goes on by the clock, and larum says that it hears nothing: after a restart too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from streams.core.crises import CrisisEvent, decode
from streams.core.posts import Post
from streams.core.settings import Brand, Kafka, Settings
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.matchers import Matchers
from streams.metrics import Metrics
from streams.storage import Store
from streams.watchers import Watchers
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword
from tests.streams.test_watchers import Record

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),), kafka=Kafka(partitions=2))
HOURS = 8
END = MONDAY + HOURS * 3_600.0
Told = list[CrisisEvent]


class Table:
    """States of all partitions, in memory."""

    def __init__(self) -> None:
        self.states: dict[tuple[int, str], tuple[int, bytes]] = {}

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        for name, state in states.items():
            self.states[partition, name] = (offset, state)

    def carried(self) -> Iterable[tuple[int, str, int, bytes]]:
        return [(partition, name, *kept) for (partition, name), kept in self.states.items()]


class Workers:
    """One worker's matchers and watchers around topics in memory; a new one goes on from what the last one left."""

    def __init__(self) -> None:
        self.now = float(MONDAY)
        self.table = Table()
        self.tallies: dict[int, list[Record]] = {0: [], 1: []}
        self.events: Told = []
        self.start()

    def start(self) -> None:
        metrics = Metrics(CollectorRegistry())
        self.watchers = Watchers(SETTINGS, self.table, self._send, metrics)
        self.matchers = Matchers(SETTINGS, Keyword(), self._send, metrics, lambda: self.now)
        self.watchers.restore([0, 1])
        self.matchers.assign([0, 1], self.watchers.inputs())

    async def watch(self) -> None:
        for shard, records in self.tallies.items():
            await self.watchers.take(shard, records, lambda: True)
        await self.watchers.checkpoint(lambda: True)

    async def _send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[object]:
        if topic == SETTINGS.kafka.tallies_topic:
            assert partition is not None
            self.tallies[partition].append(Record(len(self.tallies[partition]), value))
        elif topic == SETTINGS.kafka.crises_topic:
            self.events.append(decode(value))
        return asyncio.sleep(0)


@pytest.fixture(scope="module")
def posts() -> list[list[Post]]:
    """Some twenty posts a minute of which none names a brand, minute by minute."""
    generator, posts = np.random.default_rng(1), []
    for minute in range(HOURS * 60):
        seconds = sorted((60.0 * generator.random(generator.poisson(20))).tolist())
        at = [MONDAY + 60.0 * minute + second for second in seconds]
        posts.append([Post(id=f"{time}", source="x", text="o niczym", created_at=time) for time in at])
    return posts


def silent(events: Told) -> list[tuple[str, str | None]]:
    return [(event.step, event.data.silent_source) for event in events if event.step != "updated"]


@pytest.mark.parametrize("down", [None, 60, 3 * 3_600])
def test_in_one_process(tmp_path: Path, posts: list[list[Post]], down: int | None) -> None:
    registry = CollectorRegistry()
    events: Told = []
    with Store(tmp_path / "larum.sqlite") as store:
        runtime = Embedded(SETTINGS, Keyword(), DeadLetterList(), Metrics(registry), store)
        for number, minute in enumerate(posts):
            events += runtime.take_posts([(post, "") for post in minute], MONDAY + 60.0 * (number + 1)).events
        runtime.commit()
        assert events == []
        assert registry.get_sample_value("larum_source_coverage_ratio", {"source": "x"}) == 1.0
        start = END
        if down is not None:
            registry, start = CollectorRegistry(), END + down
            runtime = Embedded(SETTINGS, Keyword(), DeadLetterList(), Metrics(registry), store)
        for second in range(0, 2_400, 10):
            events += runtime.idle(start + second).events
    assert silent(events) == [("opened", "x")]
    assert registry.get_sample_value("larum_source_coverage_ratio", {"source": "x"}) == 0.0
    assert registry.get_sample_value("larum_crisis_severity", {"brand": "*", "kind": "silence"}) is None


@pytest.mark.parametrize("down", [None, 3 * 3_600])
async def test_on_kafka(posts: list[list[Post]], down: int | None) -> None:
    workers = Workers()
    for number, minute in enumerate(posts):
        workers.now = MONDAY + 60.0 * (number + 1)
        for partition in (0, 1):
            lines = b"\n".join(msgspec.json.encode(post) for post in minute[partition::2])
            await workers.matchers.take(partition, [Record(number, lines)])
        await workers.watch()
    assert workers.events == []
    if down is not None:
        workers.start()
    for second in range(0, 2_400, 10):
        workers.now = END + (down or 0) + second
        for partition in (0, 1):
            await workers.matchers.idle(partition)
        await workers.watch()
    assert silent(workers.events) == [("opened", "x")]
