"""Records that are safe on a topic before anybody is told so, however often the broker is away."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.broker import client_options
from streams.core.settings import Kafka
from streams.intake import UnavailableError

CONFIRM_SECONDS = 10.0  # that somebody waits; the broker may confirm it later


class Appender:
    """Appends to the first partition of a topic, connected from the first record on.

    Parameters
    ----------
    kafka
        How to reach the broker.
    topic
        Of one partition.
    """

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def append(self, key: bytes, value: bytes) -> None:
        """Append a record; all replicas in sync have it when this returns.

        Raises
        ------
        UnavailableError
            The broker has not confirmed it. It may still come to be.
        """
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                producer = await self._started()
                await producer.send_and_wait(self._topic, value, key, partition=0)
        except TimeoutError as error:
            raise UnavailableError(f"the broker has not confirmed it for {CONFIRM_SECONDS:.0f} s") from error
        except KafkaError as error:
            await self.close()  # a producer that lost its sequence can go on no more
            raise UnavailableError(f"the broker has not taken it: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let the connection go."""
        producer, self._producer = self._producer, None
        if producer:
            await producer.stop()

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(**client_options(self._kafka), acks="all", enable_idempotence=True)
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer
