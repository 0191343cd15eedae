"""Labelled examples from a topic: every worker reads all of them, in the same order, and its sentiment model learns."""

from __future__ import annotations

import asyncio
from typing import Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.broker import client_options
from streams.core.labels import decode
from streams.core.posts import Unreadable
from streams.core.settings import Kafka
from streams.inflation import guard, reason_of
from streams.letters import letter
from streams.matchers import Send
from streams.metrics import Metrics
from streams.records import Place

POLL_MILLISECONDS = 1_000


class Learner(Protocol):
    """What learns from a label."""

    def learn_one(self, text: str, negative: bool, lang: str | None = None, /) -> object:
        """Learn that a text is negative, or that it is not."""


class Teacher:
    """Reads the labels topic from its beginning, outside any consumer group, and teaches a model.

    A label that cannot be read goes to the dead letters with its origin as key, once for each worker that meets it.

    Parameters
    ----------
    kafka
        Names of the topics, and how to reach the broker.
    model
        Learns.
    send
        Appends dead letters.
    metrics
        Counts.
    """

    def __init__(self, kafka: Kafka, model: Learner, send: Send, metrics: Metrics) -> None:
        self._kafka = kafka
        self._model = model
        self._send = send
        self._metrics = metrics
        self._partition = TopicPartition(kafka.labels_topic, 0)
        self._consumer: AIOKafkaConsumer | None = None
        self._bad: list[tuple[Place, bytes, str]] = []

    async def catch_up(self) -> int:
        """Read what is there now; return how many labels were learned."""
        guard()
        consumer = self._consumer = AIOKafkaConsumer(**client_options(self._kafka), enable_auto_commit=False)
        await consumer.start()
        consumer.assign([self._partition])
        await consumer.seek_to_beginning(self._partition)
        end = (await consumer.end_offsets([self._partition]))[self._partition]
        learned = 0
        while await consumer.position(self._partition) < end:
            learned += await self._learn(consumer)
        return learned

    async def follow(self) -> None:
        """Learn from what comes after that, until cancelled."""
        while self._consumer:
            await self._bury()
            await self._learn(self._consumer)

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

    async def _learn(self, consumer: AIOKafkaConsumer) -> int:
        fetched = await consumer.getmany(self._partition, timeout_ms=POLL_MILLISECONDS)
        return sum(self._take(record) for records in fetched.values() for record in records)

    def _take(self, record: ConsumerRecord[bytes | None, bytes | None]) -> bool:
        value = record.value or b""
        try:
            label = decode(value)
        except Unreadable as error:
            place = Place(record.topic, record.partition, record.offset, 0, len(value))
            self._bad.append((place, value, reason_of(record.value, error)))
            self._metrics.dead_letter("label")
            return False
        self._model.learn_one(label.text, label.negative, label.lang)
        self._metrics.count_labels()
        return True

    async def _bury(self) -> None:
        """Send on what could not be read; kept until there is a producer."""
        while self._bad:
            place, value, reason = self._bad[0]
            kept, headers = letter(reason, place, value)
            await (await self._send(self._kafka.dead_topic, str(place).encode(), kept, None, headers))
            del self._bad[0]
