"""Crises as they come out of Kafka, each event once."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaError

from streams.broker import client_options, servers
from streams.core.crises import CrisisEvent, decode
from streams.core.malformed import MALFORMED
from streams.core.settings import Kafka
from streams.inflation import guard, reason_of
from streams.printing import printable
from streams.rights import check
from streams.wire import Right

POLL_MILLISECONDS = 500
REMEMBERED_IDS = 100_000

log = logging.getLogger("larum")


class TailError(RuntimeError):
    """The crises topic cannot be read."""


class Once:
    """Drops events whose id has come before: workers tell an event again after a crash.

    Examples
    --------
    >>> once = Once()
    >>> [once.first(id) for id in ("a", "b", "a")]
    [True, True, False]
    """

    def __init__(self, most: int = REMEMBERED_IDS) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def first(self, id: str) -> bool:  # noqa: A002 - CloudEvents calls it so
        """Tell whether an id has not come before."""
        if id in self._ids:
            return False
        self._ids[id] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)
        return True


async def tail(kafka: Kafka, *, from_beginning: bool = False) -> AsyncGenerator[CrisisEvent | None, None]:
    """Yield crisis events; None whenever there is nothing for the moment, so that the caller can end.

    Parameters
    ----------
    kafka
        The crises topic, and how to reach the broker.
    from_beginning
        All that the topic holds, instead of what comes from now on.
    """
    once = Once()
    async with _consumer(kafka, "earliest" if from_beginning else "latest") as consumer:
        while True:
            fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
            for record in (record for records in fetched.values() for record in records):
                event = crisis_in(record)
                if event and once.first(event.id):
                    yield event
            if not fetched:
                yield None


async def held(kafka: Kafka) -> list[CrisisEvent]:
    """Give all crisis events that the topic holds now, in order of time."""
    found: dict[str, CrisisEvent] = {}
    async with _consumer(kafka, "earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
            for record in (record for records in fetched.values() for record in records):
                if event := crisis_in(record):
                    found.setdefault(event.id, event)
    return sorted(found.values(), key=lambda event: (event.time, event.id))


async def told_of(kafka: Kafka, subject: str, since: float, last: int) -> list[CrisisEvent]:
    """Give the events of a crisis, step by step, without reading all that the topic holds.

    Parameters
    ----------
    kafka
        The crises topic, and how to reach the broker.
    subject
        The crisis.
    since
        Epoch seconds: nothing of it was written before.
    last
        Number of the step with which the search ends.
    """
    found: dict[int, CrisisEvent] = {}
    async with _consumer(kafka, "earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        begins = await consumer.offsets_for_times(dict.fromkeys(ends, max(0, int(since * 1_000))))
        for partition, begin in begins.items():
            consumer.seek(partition, begin.offset if begin else ends[partition])
        while last not in found and any([await consumer.position(partition) < end for partition, end in ends.items()]):
            fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
            for record in (record for records in fetched.values() for record in records):
                if (event := crisis_in(record)) and event.subject == subject:
                    found[event.number] = event
    return [found[number] for number in sorted(found)]


@asynccontextmanager
async def _consumer(kafka: Kafka, begin: Literal["earliest", "latest"]) -> AsyncIterator[AIOKafkaConsumer[Any, Any]]:
    await check(kafka, {kafka.crises_topic: frozenset({Right.READ})})
    guard()
    consumer = AIOKafkaConsumer(
        kafka.crises_topic, **client_options(kafka), enable_auto_commit=False, auto_offset_reset=begin
    )
    try:
        await consumer.start()
        yield consumer
    except KafkaError as error:
        raise TailError(f"no crises from {', '.join(servers(kafka))}: {error}") from error
    finally:
        await consumer.stop()


def crisis_in(record: ConsumerRecord[bytes | None, bytes | None]) -> CrisisEvent | None:
    """Read the event of a record; what is none is warned of, and passed over."""
    try:
        return decode(record.value or b"")
    except MALFORMED as error:
        log.warning(
            "%s/%d@%d is no crisis event: %s",
            record.topic,
            record.partition,
            record.offset,
            printable(reason_of(record.value, error)),
        )
        return None
