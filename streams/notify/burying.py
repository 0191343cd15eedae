"""What a receiver refuses goes to the dead letters, on Kafka or in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from streams.broker import client_options
from streams.core import crises
from streams.core.crises import CrisisEvent
from streams.core.settings import Kafka
from streams.deadletters import DeadLetters

Bury = Callable[[CrisisEvent, str, str], Awaitable[None]]


@asynccontextmanager
async def burying(kafka: Kafka) -> AsyncIterator[Bury]:
    """Give what buries an event in the topic of dead letters: with which receiver refused it, and why."""
    producer = AIOKafkaProducer(**client_options(kafka), acks="all", enable_idempotence=True)
    await producer.start()

    async def bury(event: CrisisEvent, receiver: str, reason: str) -> None:
        headers = [("reason", reason.encode()), ("origin", f"{receiver}: {event.id}".encode())]
        await producer.send_and_wait(kafka.dead_topic, crises.encode(event), event.id.encode(), headers=headers)

    try:
        yield bury
    finally:
        await producer.stop()


def into(letters: DeadLetters) -> Bury:
    """Give what buries an event in the dead letters of an embedded larum."""

    async def bury(event: CrisisEvent, receiver: str, reason: str) -> None:
        letters.add(reason, f"{receiver}: {event.id}", crises.encode(event))

    return bury
