"""Where incidents are read and actions are written: the state file of `larum watch`, or topics of Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from aiokafka import AIOKafkaProducer, TopicPartition

from streams.broker import client_options
from streams.core.actions import Action, decode, encode
from streams.core.crises import Severity
from streams.core.incidents import Incidents, told
from streams.core.posts import Unreadable
from streams.core.settings import Kafka, Settings
from streams.fromstart import from_start
from streams.rights import check
from streams.storage import Store
from streams.tail import held
from streams.wire import Right


class Desk(NamedTuple):
    """What is known, and the way to write down what was done."""

    incidents: Incidents
    write: Callable[[Action], Awaitable[None]]


def at_store(settings: Settings, path: Path) -> Desk:
    """Read the state file of a `larum watch`, which may run meanwhile."""
    store = Store(path)

    async def write(action: Action) -> None:
        store.act(action)

    return Desk(told(store.crises(), [action for _, action in store.actions()], least_of(settings)), write)


@asynccontextmanager
async def at_topics(settings: Settings) -> AsyncIterator[Desk]:
    """Read the topics of crises and of incidents, and append to the latter."""
    kafka = settings.kafka
    await check(kafka, {kafka.incidents_topic: frozenset({Right.READ, Right.WRITE})})
    desk = told(await held(kafka), await done(kafka), least_of(settings))
    async with AIOKafkaProducer(**client_options(kafka), acks="all", enable_idempotence=True) as producer:

        async def write(action: Action) -> None:
            key = action.incident.encode()
            await producer.send_and_wait(kafka.incidents_topic, encode(action), key, partition=0)

        yield Desk(desk, write)


async def done(kafka: Kafka) -> Sequence[Action]:
    """Give all actions that the topic holds now; what is none is passed over, for it was refused at the door."""
    partition = TopicPartition(kafka.incidents_topic, 0)
    return [action async for record in from_start(kafka, partition) if (action := action_in(record.value))]


def action_in(record: bytes | None) -> Action | None:
    """Read an action; None where it is none."""
    try:
        return decode(record or b"")
    except Unreadable:
        return None


def least_of(settings: Settings) -> Severity:
    """Give the severity from which a crisis is an incident."""
    return Severity[settings.response.min_severity.upper()]
