"""Boards beside a real broker: any number of them, whatever the broker does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from streams import bucketcounts
from streams.core.actions import Action
from streams.core.crises import encode
from streams.core.ledger import Voices
from streams.core.readings import Counted
from streams.core.settings import Settings
from streams.core.traces import BIN_SECONDS
from streams.health import Health
from streams.intake import UnavailableError
from streams.response import appending, following
from streams.response.appending import Appender
from streams.response.desk import into_topic
from streams.response.dues import Dues
from streams.response.following import Follower
from streams.response.sight import Sight
from streams.topics import ensure
from streams.web.board import Board
from tests.kafka import helpers
from tests.kafka.broker import Broker
from tests.kafka.workers import stage_settings
from tests.streams.notify.made import crisis
from tests.streams.samples import reading

SUBJECT = crisis().subject
NEVER_READ = "larum still reads what happened before"


class Followed:
    """A board that follows the topics, as `larum web` has one."""

    def __init__(self, settings: Settings) -> None:
        self.health = Health(60.0, time.monotonic)
        self.appender = Appender(settings.kafka, settings.kafka.incidents_topic)
        self.board = Board(settings, into_topic(self.appender))
        self.sight = Sight(self.health)

    async def act(self) -> str:
        name = uuid4().hex
        await self.board.act(Action(id=name, incident=SUBJECT, kind="noted", at=time.time(), by="Ola"))
        return name

    @property
    def log(self) -> list[str]:
        incident = self.board.incidents.known.get(SUBJECT)
        return [action.id for action in incident.log] if incident else []


@asynccontextmanager
async def followed(settings: Settings) -> AsyncIterator[Followed]:
    one = Followed(settings)
    task = asyncio.create_task(Follower(one.board, Dues(CollectorRegistry())).from_topics(one.sight))
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.wait([task])
        await one.appender.close()


async def until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - it comes to pass on a broker
            await asyncio.sleep(0.02)


async def count(settings: Settings, at: int, canary: float | None = None) -> None:
    """Write what a watch writes of a bucket, and of a canary."""
    counted = Counted(Voices(5, 5, 3))
    seen = msgspec.structs.replace(reading("northquill"), bucket=at, counted=counted)
    records = [(record, bucketcounts.headers()) for record in bucketcounts.encode([seen])]
    if canary is not None:
        records.append((b"", bucketcounts.headers(canary)))
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka.bootstrap_servers, acks="all") as producer:
        for value, headers in records:
            await producer.send_and_wait(settings.kafka.counts_topic, value, partition=1, headers=headers)


@pytest.fixture
async def settings(bootstrap_servers: str, name: str) -> Settings:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    await helpers.fill(bootstrap_servers, settings.kafka.crises_topic, [(0, encode(crisis(severity="warning")))])
    return settings


async def test_what_one_does_another_shows_at_once_and_a_third_after_a_restart(settings: Settings) -> None:
    async with followed(settings) as one, followed(settings) as other:
        await asyncio.sleep(0)
        assert str(one.board.blind) == NEVER_READ
        await until(lambda: SUBJECT in one.board.incidents.known and SUBJECT in other.board.incidents.known)
        async with other.board.listening() as changes:
            done = await one.act()
            begin = time.monotonic()
            async with asyncio.timeout(30):
                while (await changes.get()).what != "incident":
                    pass
            assert time.monotonic() - begin < 5
        assert one.log == other.log == [done]
    async with followed(settings) as third:
        await until(lambda: third.log == [done])


async def test_counts_of_the_last_day_are_shown_each_once_and_a_canary_that_stays_away_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = int(time.time())
    begin = now // BIN_SECONDS * BIN_SECONDS - 3_600
    async with followed(settings) as one:
        assert not one.health.readiness().ok
        await until(lambda: one.health.readiness().ok)
        await until(lambda: str(one.board.blind).startswith("nothing was counted of late, and no canaries"))
        for bucket in (begin, begin + 60, begin):
            await count(settings, bucket, canary=now)
        await until(lambda: one.board.blind is None)
        assert one.board.traces.of("northquill", begin + 1).voices[-1] == 10
        assert one.board.newest == begin + 60
        monkeypatch.setattr(time, "time", lambda: now + 600.0)
        await until(lambda: str(one.board.blind).startswith("nothing that was posted since"))
        assert one.health.readiness().ok  # others count, or do not: this process does its work


async def test_records_whose_times_are_none_stop_nobody(settings: Settings, bootstrap_servers: str) -> None:
    good, kafka = crisis(brand="zorzanka"), settings.kafka
    silent = msgspec.structs.replace(good.data, silent_source="mastodon", onset="yesterday")
    bad = [
        msgspec.structs.replace(good, time="noon"),
        msgspec.structs.replace(good, id="no number"),
        msgspec.structs.replace(good, data=silent),
    ]
    await helpers.fill(bootstrap_servers, kafka.crises_topic, [(0, encode(one)) for one in (*bad, good)])
    counted = next(iter(bucketcounts.encode([reading("northquill")])))
    late = counted.replace(bucketcounts.decode(counted)[0].bucket.encode(), b"noon")
    assert bucketcounts.decode(late)[0].bucket == "noon"
    await helpers.fill(bootstrap_servers, kafka.counts_topic, [(1, late)])
    async with followed(settings) as one:
        await until(lambda: good.subject in one.board.incidents.known and one.health.readiness().ok)
        assert not one.board.silences
        await one.act()
        await until(lambda: len(one.log) == 1)


async def test_a_broker_that_is_away_is_told_and_waited_for(
    broker: Broker, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ASK_SECONDS", 1.0)
    monkeypatch.setattr(following, "RETRY_SECONDS", 1.0)
    monkeypatch.setattr(appending, "CONFIRM_SECONDS", 2.0)
    settings = stage_settings(broker.bootstrap_servers, name)
    await ensure(settings.kafka)
    await helpers.fill(broker.bootstrap_servers, settings.kafka.crises_topic, [(0, encode(crisis()))])
    broker.kill()
    async with followed(settings) as late:  # it begins while nobody is there
        await until(lambda: str(late.board.blind) == "the broker does not answer")
        await asyncio.to_thread(broker.start)
        await until(lambda: late.health.readiness().ok)
        first = await late.act()
        broker.kill()
        await until(lambda: str(late.board.blind) == "the broker does not answer")
        assert not late.health.readiness().ok
        with pytest.raises(UnavailableError, match="the broker has not"):
            await late.act()
        await asyncio.to_thread(broker.start)
        await until(lambda: late.health.readiness().ok)
        second = await late.act()
        async with followed(settings) as anew:
            await until(lambda: {first, second} <= set(anew.log))
