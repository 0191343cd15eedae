"""Where incidents are read and actions are written: the state file of `larum watch`, or topics of Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from aiokafka import TopicPartition

from streams.core.actions import Action, decode, encode
from streams.core.crises import Severity
from streams.core.incidents import Incidents, told
from streams.core.posts import Unreadable
from streams.core.settings import Kafka, Settings
from streams.fromstart import from_start
from streams.intake import UnavailableError
from streams.response.appending import Appender
from streams.rights import check
from streams.storage import StorageError, Store
from streams.tail import held
from streams.wire import Right

Write: TypeAlias = Callable[[Action], Awaitable[None]]


class Desk(NamedTuple):
    """What is known, and the way to write down what was done.

    `write` returns when the action is safe, and raises `UnavailableError` where that cannot be said.
    """

    incidents: Incidents
    write: Write


def at_store(settings: Settings, path: Path) -> Desk:
    """Read the state file of a `larum watch`, which may run meanwhile."""
    store = Store(path)
    return Desk(in_store(settings, store), into_store(store))


def in_store(settings: Settings, store: Store) -> Incidents:
    """Tell the incidents that a state file holds now."""
    return told(store.crises(), [action for _, action in store.actions()], least_of(settings))


async def in_topics(settings: Settings) -> Incidents:
    """Tell the incidents that the topics of crises and of incidents hold now.

    Raises
    ------
    TailError, AccessError
        A topic cannot be read.
    """
    kafka = settings.kafka
    return told(await held(kafka), await done(kafka), least_of(settings))


def into_store(store: Store) -> Write:
    """Give the way into a state file."""

    async def write(action: Action) -> None:
        try:
            store.act(action)
        except StorageError as error:
            raise UnavailableError(str(error)) from error

    return write


def into_topic(appender: Appender) -> Write:
    """Give the way into the topic of incidents."""

    async def write(action: Action) -> None:
        await appender.append(action.incident.encode(), encode(action))

    return write


async def require(kafka: Kafka) -> None:
    """Raise unless the broker lets larum show what goes on, and take in what people do.

    Raises
    ------
    AccessError
        It does not let larum in, or does not let it do all that it must.
    """
    reads, both = frozenset({Right.READ}), frozenset({Right.READ, Right.WRITE})
    topics = {
        kafka.crises_topic: reads,
        kafka.counts_topic: reads,
        kafka.incidents_topic: both,
        kafka.audit_topic: both,
    }
    await check(kafka, topics)


@asynccontextmanager
async def at_topics(settings: Settings) -> AsyncIterator[Desk]:
    """Read the topics of crises and of incidents, and append to the latter."""
    kafka = settings.kafka
    await check(kafka, {kafka.incidents_topic: frozenset({Right.READ, Right.WRITE})})
    incidents = await in_topics(settings)
    appender = Appender(kafka, kafka.incidents_topic)
    try:
        yield Desk(incidents, into_topic(appender))
    finally:
        await appender.close()


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
