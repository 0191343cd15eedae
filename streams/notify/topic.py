"""Crises for one receiver from the topic of crises: a consumer group of its own remembers how far it was told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from streams.broker import client_options
from streams.core.crises import CrisisEvent
from streams.core.settings import Kafka
from streams.fromstart import from_start
from streams.inflation import guard
from streams.notify.ongoing import ongoing
from streams.tail import Once, crisis_in

POLL_MILLISECONDS = 250

log = logging.getLogger("larum")
Consumer: TypeAlias = "AIOKafkaConsumer[Any, Any]"


class ReassignedError(RuntimeError):
    """The group has met: which partitions are this process's has to be looked at anew."""


def group_of(kafka: Kafka, receiver: str) -> str:
    """Name the consumer group of a receiver.

    Examples
    --------
    >>> group_of(Kafka(), "on-call")
    'larum-notify-on-call'
    """
    return f"{kafka.group}-notify-{receiver}"


class _Meeting(ConsumerRebalanceListener):
    """Notes that partitions were given away."""

    def __init__(self) -> None:
        self.times = 0

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self.times += 1

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        pass


class TopicSource:
    """Events of the partitions that this process holds in a receiver's group, until the group meets again.

    A receiver that is new hears of the crises that are open, from their opening, and not of what is past.

    Parameters
    ----------
    consumer
        Of the receiver's group, subscribed.
    meeting
        Tells whether the group has met since.
    kafka
        How to reach the broker, to read what lies before.
    """

    def __init__(self, consumer: Consumer, meeting: _Meeting, kafka: Kafka) -> None:
        self._consumer = consumer
        self._meeting, self._met = meeting, 0
        self._kafka = kafka
        self._once = Once()
        self._place: tuple[TopicPartition, int] | None = None
        self._over: set[str] = set()

    async def told(self) -> Sequence[CrisisEvent]:
        """Wait for partitions, and give the last steps that were told of crises that are open."""
        consumer = self._consumer
        while not consumer.assignment():
            await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
        self._met = self._meeting.times
        begin: dict[TopicPartition, int] = {}
        told: list[CrisisEvent] = []
        for partition in consumer.assignment():
            committed = await consumer.committed(partition)
            if committed is None:
                begin[partition] = await self._begin(partition)
            else:
                told += [event for _, event in await _before(self._kafka, partition, committed)]
            consumer.seek(partition, begin.get(partition, committed or 0))
        if begin:
            await self._commit(begin)
        for event in told:
            self._once.first(event.id)
        return ongoing(told)

    async def _begin(self, partition: TopicPartition) -> int:
        """Say where a new receiver begins: where the first crisis that is open was opened. What is over is left out."""
        end = (await self._consumer.end_offsets([partition]))[partition]
        unheard = await _before(self._kafka, partition, end)
        subjects = {event.subject for event in ongoing(event for _, event in unheard)}
        self._over |= {event.subject for _, event in unheard} - subjects
        return min((offset for offset, event in unheard if event.subject in subjects), default=end)

    async def events(self) -> AsyncIterator[CrisisEvent]:
        """Give events in order; raise `ReassignedError` when the group meets."""
        while True:
            fetched = await self._consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=1)
            if self._meeting.times != self._met:
                raise ReassignedError
            for partition, records in fetched.items():
                for record in records:
                    self._place = partition, record.offset + 1
                    found = crisis_in(record)
                    if found and found.subject not in self._over and self._once.first(found.id):
                        yield found
                    else:
                        await self._settle()

    async def done(self, event: CrisisEvent) -> None:
        """Commit how far the receiver was told."""
        await self._settle()

    async def _settle(self) -> None:
        if self._place:
            await self._commit(dict([self._place]))

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await self._consumer.commit(dict(offsets))
        except (CommitFailedError, IllegalStateError) as error:
            raise ReassignedError from error


async def _before(kafka: Kafka, partition: TopicPartition, end: int) -> list[tuple[int, CrisisEvent]]:
    """Give all events of a partition before an offset, each with its own."""
    records = from_start(kafka, partition, end)
    return [(record.offset, event) async for record in records if (event := crisis_in(record))]


@asynccontextmanager
async def topic_source(kafka: Kafka, receiver: str) -> AsyncIterator[TopicSource]:
    """Join a receiver's group for as long as it is needed."""
    guard()
    consumer: Consumer = AIOKafkaConsumer(
        **client_options(kafka),
        group_id=group_of(kafka, receiver),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(1_000 * kafka.session_timeout_seconds),
        heartbeat_interval_ms=int(1_000 * kafka.heartbeat_seconds),
        max_poll_interval_ms=86_400_000,  # a receiver may be away for long
        metadata_max_age_ms=10_000,  # a broker that has just started knows no topics, and the group meets without any
    )
    meeting = _Meeting()
    consumer.subscribe([kafka.crises_topic], listener=meeting)
    await consumer.start()
    try:
        yield TopicSource(consumer, meeting, kafka)
    finally:
        await consumer.stop()
