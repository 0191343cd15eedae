"""All receivers at once, beside a watch that keeps its crises in SQLite, or beside Kafka."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from streams.core.crises import CrisisEvent
from streams.core.receivers import AnyReceiver
from streams.core.settings import Kafka, Settings
from streams.health import Health
from streams.notify.burying import Bury
from streams.notify.canaries import sing
from streams.notify.channel import channel
from streams.notify.heartbeat import Heartbeat
from streams.notify.lane import Lane, Source
from streams.notify.stored import StoredSource
from streams.notify.tally import Tally
from streams.notify.topic import ReassignedError, group_of, topic_source
from streams.rights import check
from streams.storage import Store
from streams.wire import Right

REST_SECONDS = 0.05  # between looks whether all has been told


async def require(kafka: Kafka, receivers: Sequence[str]) -> None:
    """Raise unless the broker lets larum tell receivers.

    Raises
    ------
    AccessError
        It does not let larum in, or does not let it do all that it must.
    """
    reads, writes = frozenset({Right.READ}), frozenset({Right.WRITE})
    topics = {
        kafka.crises_topic: reads,
        kafka.incidents_topic: reads,
        kafka.dead_topic: writes,
        kafka.posts_topic: writes,
    }
    for receiver in receivers:
        await check(kafka, topics, group_of(kafka, receiver))


class Notifier:
    """Tells all receivers of a configuration, each at its own pace.

    Parameters
    ----------
    settings
        The whole configuration.
    tally
        Counts.
    bury
        Keeps what a receiver refuses.
    health
        Of this process: while it is well, somebody outside may be told so.
    """

    def __init__(self, settings: Settings, tally: Tally, bury: Bury, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._tally = tally
        self._bury = bury
        self._stored: list[StoredSource] = []

    def hear(self, _: CrisisEvent) -> None:
        """Hear that something was put into the outbox."""
        for source in self._stored:
            source.news.set()

    async def from_store(self, store: Store) -> None:
        """Tell what is put into a store's outbox, for ever."""
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._beat())
            for receiver in self._settings.receivers:
                source = StoredSource(store, receiver.name)
                self._stored.append(source)
                lanes.create_task(self._run(receiver, source))

    async def rest(self, store: Store, seconds: float) -> None:
        """Wait until no receiver has anything to be told of, but not for ever."""
        names = [receiver.name for receiver in self._settings.receivers]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(map(store.unsent, names)):  # noqa: ASYNC110 - the store calls nobody
                    await asyncio.sleep(REST_SECONDS)

    async def from_topic(self) -> None:
        """Tell what comes out of the topic of crises, for ever."""
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._beat())
            if seconds := self._settings.notify.canary_seconds:
                lanes.create_task(sing(self._settings.kafka, seconds))
            for receiver in self._settings.receivers:
                lanes.create_task(self._follow(receiver))

    async def _beat(self) -> None:
        asked = self._settings.notify
        if asked.heartbeat_url:
            await Heartbeat(
                asked.heartbeat_url.get_secret_value(),
                asked.heartbeat_seconds,
                self._health.verdict,
                self._tally,
                allow_private=asked.allow_private,
            ).beat()

    async def _follow(self, receiver: AnyReceiver) -> None:
        while True:
            async with topic_source(self._settings.kafka, receiver.name) as source:
                with suppress(ReassignedError):
                    await self._run(receiver, source)

    async def _run(self, receiver: AnyReceiver, source: Source) -> None:
        zone, report = self._settings.detection.timezone, self._settings.notify.report_url
        async with channel(receiver, time.time) as way:
            await Lane(receiver, way, source, self._tally, self._bury, zone=zone, report_url=report).run()
