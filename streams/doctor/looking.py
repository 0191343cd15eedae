"""Ask the broker everything that is to be judged, and change nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, KafkaError, for_code

from streams.broker import client_options, servers
from streams.core.settings import Kafka
from streams.doctor.view import (
    BrokerView,
    ClockView,
    GroupView,
    PartitionView,
    Span,
    TopicView,
    View,
)
from streams.topics import plan
from streams.wire import FAR_SECONDS, PermittedGroup, PermittedMetadata, RefusedAppend, allowed, refusal

ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 3.0
INVALID_TIMESTAMP = 32
COORDINATOR_TRIES, COORDINATOR_SECONDS = 20, 0.25  # a new cluster makes its topic of offsets when first asked for it


class Unreachable(Exception):  # noqa: N818 - it is what is found
    """No broker can be talked to; the message says why, server by server."""


async def look(kafka: Kafka) -> View:
    """Ask.

    Raises
    ------
    Unreachable
        No broker answers, or it does not let the user in.
    BrokerSettingsError
        The settings cannot be used.
    """
    async with _admin(kafka) as admin:
        names = [topic.name for topic in plan(kafka)]
        metadata = await _ask(admin, PermittedMetadata(names))
        told = metadata.to_object()
        visible = [topic["topic"] for topic in told["topics"] if not topic["error_code"]]
        configs = await _configs(admin, ConfigResourceType.TOPIC, visible)
        topics = {topic["topic"]: _topic(topic, configs) for topic in told["topics"]}
        nodes = [str(broker[0]) for broker in metadata.brokers]
        settings = await _configs(admin, ConfigResourceType.BROKER, nodes)
        brokers = [_broker(node, host, port, settings.get(str(node), {})) for node, host, port, _ in metadata.brokers]
        group, committed = await _group(admin, kafka.group)
        client = admin._client  # noqa: SLF001 - aiokafka keeps its connections there
        connection = await client._get_conn(client.get_random_node())  # noqa: SLF001
        versions = dict(connection._versions) if connection else {}  # noqa: SLF001
        return View(
            cluster_id=told["cluster_id"] or "",
            controller=told["controller_id"],
            brokers=tuple(await asyncio.gather(*brokers)),
            topics=topics,
            operations=allowed(told["authorized_operations"]),
            group=group,
            spans=await _spans(kafka, topics, committed),
            clock=await _clock(admin, topics[kafka.dead_topic]),
            versions=versions,
        )


@contextlib.asynccontextmanager
async def _admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(kafka), request_timeout_ms=int(ANSWER_SECONDS * 1000))
    with _overheard() as complaints:
        try:
            async with asyncio.timeout(2 * ANSWER_SECONDS):
                await admin.start()
        except (KafkaError, TimeoutError, OSError) as error:
            await admin.close()
            reached = await asyncio.gather(*(_reach(*server.rsplit(":", 1)) for server in servers(kafka)))
            raise Unreachable(_why(servers(kafka), reached, complaints, error)) from error
    try:
        yield admin
    finally:
        await admin.close()


@contextlib.contextmanager
def _overheard() -> Any:
    """Keep what aiokafka would log of a connection that fails: its exceptions do not say why."""
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger, handler = logging.getLogger("aiokafka"), Keep(logging.WARNING)
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _why(names: Iterable[str], reached: Iterable[str], complaints: list[str], error: BaseException) -> str:
    broken = [f"{name}: {reason}" for name, reason in zip(names, reached, strict=True) if reason]
    return "; ".join(broken or complaints[-1:] or [str(error)])


async def _reach(host: str, port: str = "9092") -> str:
    """Say why nothing listens at an address; empty if something does."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, int(port))
    except TimeoutError:
        return f"no answer within {CONNECT_SECONDS:.0f} s"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return ""


async def _broker(node: int, host: str, port: int, config: Mapping[str, str]) -> BrokerView:
    return BrokerView(node, f"{host}:{port}", await _reach(host, str(port)), config)


async def _ask(admin: AIOKafkaAdminClient, request: Any, node: int | None = None) -> Any:
    return await admin._send_request(request, node)  # noqa: SLF001 - no public way takes a request of one's own


async def _configs(admin: AIOKafkaAdminClient, kind: ConfigResourceType, names: list[str]) -> dict[str, dict[str, str]]:
    """Read the configuration of those topics or brokers of which it may be read."""
    if not names:
        return {}
    answers = await admin.describe_configs([ConfigResource(kind, name) for name in names])
    return {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]}
        for answer in answers
        for resource in answer.resources
        if not resource[0]
    }


def _topic(told: Mapping[str, Any], configs: Mapping[str, Mapping[str, str]]) -> TopicView:
    partitions = [
        PartitionView(one["partition"], one["leader"], tuple(one["replicas"]), tuple(one["isr"]))
        for one in sorted(told["partitions"], key=lambda one: int(one["partition"]))
    ]
    name = told["topic"]
    return TopicView(
        name, told["error_code"], tuple(partitions), configs.get(name), allowed(told["authorized_operations"])
    )


async def _group(admin: AIOKafkaAdminClient, group: str) -> tuple[GroupView, dict[TopicPartition, int]]:
    try:
        node = await _coordinator(admin, group)
        ((error, _, state, _, _, members, operations),) = (await _ask(admin, PermittedGroup(group), node)).groups
        view = GroupView(state, tuple(sorted(member[2] for member in members)), allowed(operations), error)
        committed = {} if error else await admin.list_consumer_group_offsets(group, node)
    except KafkaError as error:
        return GroupView(error=getattr(error, "errno", -1)), {}
    return view, {tp: known.offset for tp, known in committed.items()}


async def _coordinator(admin: AIOKafkaAdminClient, group: str) -> int:
    for _ in range(COORDINATOR_TRIES):
        with contextlib.suppress(GroupCoordinatorNotAvailableError, GroupLoadInProgressError):
            return int(await admin.find_coordinator(group))
        await asyncio.sleep(COORDINATOR_SECONDS)
    return int(await admin.find_coordinator(group))


async def _spans(
    kafka: Kafka, topics: Mapping[str, TopicView], committed: Mapping[TopicPartition, int]
) -> tuple[Span, ...]:
    wanted = [
        TopicPartition(name, partition.number)
        for name in (kafka.posts_topic, kafka.tallies_topic, kafka.labels_topic)
        for partition in topics[name].partitions
        if partition.leader >= 0
    ]
    if not wanted:
        return ()
    consumer = AIOKafkaConsumer(**client_options(kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            begins, ends = await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)
    finally:
        await consumer.stop()
    return tuple(Span(tp.topic, tp.partition, begins[tp], ends[tp], committed.get(tp, -1)) for tp in wanted)


async def _clock(admin: AIOKafkaAdminClient, topic: TopicView) -> ClockView:
    """Compare the clocks by an append that is refused; not where it might be taken."""
    config = topic.config or {}
    latest = int(config.get("message.timestamp.after.max.ms", 2**63))
    if not topic.partitions:
        return ClockView(unknown=f"there is no {topic.name} to ask by")
    if config.get("message.timestamp.type") != "CreateTime" or latest > FAR_SECONDS * 500:
        return ClockView(unknown=f"{topic.name} sets no message.timestamp.after.max.ms, and would take what is sent")
    partition = topic.partitions[0]
    before, started = time.time(), time.monotonic()
    answer = refusal(await _ask(admin, RefusedAppend(topic.name, partition.number, before), partition.leader))
    way = (time.monotonic() - started) / 2
    if answer.code != INVALID_TIMESTAMP or answer.latest is None:
        return ClockView(unknown=f"the broker answered {for_code(answer.code).__name__}")
    return ClockView(ahead=(answer.latest - latest) / 1000 - (before + way), uncertain=way)
