"""The topic of labels, read forwards, and again from its beginning, without keeping anybody waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.broker import client_options
from streams.core.labels import key_of
from streams.core.lessons import Lessons
from streams.core.settings import Kafka
from streams.inflation import guard

POLL_MILLISECONDS = 1_000
FETCHED = 500  # records at a time
TURN_SECONDS = 0.005  # of work after which the event loop gets a turn


class LabelLog:
    """The one partition of the labels topic, outside any consumer group.

    Parameters
    ----------
    kafka
        Name of the topic, and how to reach the broker.
    """

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._partition = TopicPartition(kafka.labels_topic, 0)
        self._consumer: AIOKafkaConsumer[Any, Any] | None = None

    async def start(self) -> None:
        """Connect."""
        guard()
        self._consumer = AIOKafkaConsumer(
            **client_options(self._kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await self._reader.start()
        self._reader.assign([self._partition])

    async def stop(self) -> None:
        """Close the connection.

        The client raises the cancellation of its own fetch where that waits to try again, as it does while the broker
        is away; taken for a cancellation of this worker, it would hide what the worker has to say at its end.
        """
        if self._consumer:
            closing = asyncio.ensure_future(self._consumer.stop())
            await asyncio.wait([closing])
            if not closing.cancelled():
                await closing

    async def end(self) -> int:
        """Offset behind the last record that is there now."""
        ends = await self._reader.end_offsets([self._partition])
        return int(ends[self._partition])

    async def seek(self, offset: int) -> None:
        """Read on from an offset; one before the first record is the first."""
        begins = await self._reader.beginning_offsets([self._partition])
        self._reader.seek(self._partition, max(offset, int(begins[self._partition])))

    async def fetched(self) -> AsyncIterator[ConsumerRecord[bytes | None, bytes | None]]:
        """Yield what comes next, or nothing where for the moment nothing does."""
        fetched = await self._reader.getmany(self._partition, timeout_ms=POLL_MILLISECONDS, max_records=FETCHED)
        began = time.perf_counter()
        for record in fetched.get(self._partition, ()):
            yield record
            if time.perf_counter() - began >= TURN_SECONDS:
                await asyncio.sleep(0)
                began = time.perf_counter()

    async def records(self, end: int) -> AsyncIterator[ConsumerRecord[bytes | None, bytes | None]]:
        """Yield what comes next up to an offset, and what has come along with it."""
        while await self._reader.position(self._partition) < end:
            async for record in self.fetched():
                yield record

    async def misfit(self, lessons: Lessons) -> str:
        """Say why lessons cannot have been learned from this log; nothing where they can have been."""
        end, name = await self.end(), self._kafka.labels_topic
        if lessons.position > end:
            return f"it was taken at offset {lessons.position} of {name}, which ends at {end}"
        fault = ""
        if lessons.last:
            offset, key = lessons.last
            await self.seek(offset)
            async for record in self.records(offset + 1):
                if record.offset == offset and record.key is not None and key_of(record.key) != key:
                    fault = f"{name}@{offset} is another label than the last that it learned"
        return fault

    @property
    def _reader(self) -> AIOKafkaConsumer[Any, Any]:
        if self._consumer is None:
            raise RuntimeError("the log of labels is not open yet")
        return self._consumer
