"""The topics larum needs: how many partitions, how long they keep what they hold, and whether they are there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal

import msgspec
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from streams.broker import client_options, servers
from streams.core.settings import Kafka
from streams.rights import check
from streams.wire import Right

DAY = 86_400_000  # milliseconds
FOREVER = -1
COMPACTION_LAG = 600_000  # milliseconds: time to write again what a worker that was declared dead has overwritten
LARGE = 16 << 20  # bytes: the state of a brand, or the tallies of many, in one record
STATE = "state"  # name of the worker's table
SETTLE_TRIES, SETTLE_SECONDS = 100, 0.1

State = Literal["missing", "created", "exists"]


class TopicError(RuntimeError):
    """Topics are missing or differ from what the settings ask for; the message says which and what to do."""


class TopicPlan(msgspec.Struct, frozen=True):
    """One topic as it should be; `exact` says that no other number of partitions will do."""

    name: str
    partitions: int
    exact: bool
    config: Mapping[str, str]
    purpose: str


class TopicReport(msgspec.Struct, frozen=True):
    """One topic as it was found or made."""

    name: str
    partitions: int
    state: State
    purpose: str


def changelog(kafka: Kafka) -> str:
    """Name the topic that the worker's state is kept in: Faust makes the name so."""
    return f"{kafka.group}-{STATE}-changelog"


def plan(kafka: Kafka) -> list[TopicPlan]:
    """Say which topics the settings ask for.

    Examples
    --------
    >>> for topic in plan(Kafka()):
    ...     print(topic.name, topic.partitions, topic.config["cleanup.policy"])
    larum.posts 4 delete
    larum.posts.dead 1 delete
    larum.tallies 4 delete
    larum.crises 1 delete
    larum.incidents 1 delete
    larum.audit 1 delete
    larum.counts 4 delete
    larum.labels 1 compact
    larum.models 1 compact
    larum-state-changelog 4 compact
    """
    many = kafka.partitions
    return [
        TopicPlan(kafka.posts_topic, many, True, _kept(7 * DAY), "posts, by source and id"),
        TopicPlan(kafka.dead_topic, 1, False, _kept(30 * DAY, LARGE), "what could not be read as a post or label"),
        TopicPlan(kafka.tallies_topic, many, True, _kept(7 * DAY, LARGE), "mentions counted, by shard of the brands"),
        TopicPlan(kafka.crises_topic, 1, False, _kept(FOREVER), "crisis events, by brand"),
        TopicPlan(kafka.incidents_topic, 1, True, _kept(FOREVER), "what people do about crises"),
        TopicPlan(kafka.audit_topic, 1, True, _kept(400 * DAY), "who did what on the pages, and who was refused"),
        TopicPlan(kafka.counts_topic, many, True, _kept(30 * DAY), "counts of closed buckets, by shard of the brands"),
        TopicPlan(
            kafka.labels_topic,
            1,
            True,
            _kept(FOREVER) | {"cleanup.policy": "compact"},
            "the last label of each post, learned from in order",
        ),
        TopicPlan(
            kafka.models_topic,
            1,
            True,
            {"cleanup.policy": "compact", "segment.bytes": str(64 << 20)},
            "what was learned from labels",
        ),
        TopicPlan(
            changelog(kafka),
            many,
            True,
            {
                "cleanup.policy": "compact",
                "max.message.bytes": str(LARGE),
                "segment.bytes": str(64 << 20),
                "min.compaction.lag.ms": str(COMPACTION_LAG),
            },
            "state of the brands",
        ),
    ]


async def ensure(kafka: Kafka, *, create: bool = True) -> list[TopicReport]:
    """Make the topics that are missing, and refuse those that are there with the wrong number of partitions.

    Parameters
    ----------
    kafka
        Names, number of partitions, replication factor, and how to reach the broker.
    create
        False looks only.

    Returns
    -------
    list of TopicReport
        Running it again finds everything in place and changes nothing.

    Raises
    ------
    TopicError
        A topic has another number of partitions than the settings, or the broker refuses to make one.
    AccessError
        The broker does not let larum in.
    """
    wanted = plan(kafka)
    await check(kafka)
    async with _administrator(kafka) as admin:
        found = await _partitions(admin, wanted)
        _refuse_mismatch(wanted, found)
        missing = [topic for topic in wanted if topic.name not in found]
        if create and missing:
            await _create(admin, missing, kafka.replication_factor)
            _refuse_mismatch(wanted, await _settled(admin, wanted))
    made: State = "created" if create else "missing"
    return [
        TopicReport(
            topic.name,
            found.get(topic.name, topic.partitions),
            "exists" if topic.name in found else made,
            topic.purpose,
        )
        for topic in wanted
    ]


def needed(kafka: Kafka) -> dict[str, frozenset[Right]]:
    """Say what a worker must be allowed to do, by topic."""
    reads, writes, both = frozenset({Right.READ}), frozenset({Right.WRITE}), frozenset({Right.READ, Right.WRITE})
    return {
        kafka.posts_topic: reads,
        kafka.labels_topic: reads,
        kafka.dead_topic: writes,
        kafka.crises_topic: writes,
        kafka.counts_topic: writes,
        kafka.tallies_topic: both,
        kafka.models_topic: both,
        changelog(kafka): both,
    }


async def require(kafka: Kafka) -> None:
    """Raise unless a worker can work.

    Raises
    ------
    AccessError
        The broker does not let it in, or does not let it do all that it must.
    TopicError
        A topic is missing, or has another number of partitions than the settings.
    """
    rights = needed(kafka)
    await check(kafka, rights, kafka.group)
    reports = await ensure(kafka, create=False)
    missing = [report.name for report in reports if report.state == "missing" and report.name in rights]
    if missing:
        raise TopicError(f"missing on {kafka.bootstrap_servers}: {', '.join(missing)}. 'larum topics' creates them.")


def _kept(milliseconds: int, largest: int | None = None) -> dict[str, str]:
    config = {"cleanup.policy": "delete", "retention.ms": str(milliseconds)}
    return config if largest is None else config | {"max.message.bytes": str(largest)}


@asynccontextmanager
async def _administrator(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(kafka))
    try:
        await admin.start()
    except KafkaError as error:
        await admin.close()
        raise TopicError(f"no broker answers at {', '.join(servers(kafka))}: {error}") from error
    try:
        yield admin
    finally:
        await admin.close()


async def _partitions(admin: AIOKafkaAdminClient, wanted: Iterable[TopicPlan]) -> dict[str, int]:
    """Count the partitions of those topics that are there and have leaders."""
    there = set(await admin.list_topics())
    names = [topic.name for topic in wanted if topic.name in there]
    described = await admin.describe_topics(names) if names else []
    return {
        topic["topic"]: len(topic["partitions"])
        for topic in described
        if all(partition["leader"] >= 0 for partition in topic["partitions"])
    }


async def _settled(admin: AIOKafkaAdminClient, wanted: Sequence[TopicPlan]) -> dict[str, int]:
    """Wait until every broker's answer has all the topics in it: news of them takes a moment to get around."""
    for _ in range(SETTLE_TRIES):
        found = await _partitions(admin, wanted)
        if len(found) == len(wanted):
            return found
        await asyncio.sleep(SETTLE_SECONDS)
    missing = sorted({topic.name for topic in wanted} - set(found))
    raise TopicError(f"made, but not to be seen after {SETTLE_TRIES * SETTLE_SECONDS:.0f} s: {', '.join(missing)}")


def _refuse_mismatch(wanted: Iterable[TopicPlan], found: Mapping[str, int]) -> None:
    wrong = [
        f"{topic.name} has {found[topic.name]} partitions, kafka.partitions asks for {topic.partitions}"
        if topic.partitions > 1
        else f"{topic.name} has {found[topic.name]} partitions, it must have one"
        for topic in wanted
        if topic.exact and found.get(topic.name, topic.partitions) != topic.partitions
    ]
    if wrong:
        raise TopicError(
            "; ".join(wrong) + ". Posts, tallies and state must be split alike: set kafka.partitions to what is there, "
            "or delete these topics, or choose other names."
        )


async def _create(admin: AIOKafkaAdminClient, topics: Iterable[TopicPlan], replication: int) -> None:
    new = [NewTopic(topic.name, topic.partitions, replication, topic_configs=dict(topic.config)) for topic in topics]
    response = await admin.create_topics(new)
    refused = [
        f"{name}: {message or for_code(code).description}"
        for name, code, message in response.topic_errors
        if code and for_code(code).__name__ != "TopicAlreadyExistsError"
    ]
    if refused:
        raise TopicError("the broker refused to make " + "; ".join(refused))
