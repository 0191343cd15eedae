"""The posts that came last, from their topic."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.broker import client_options, servers
from streams.core.posts import Fields
from streams.core.settings import Kafka
from streams.inflation import guard
from streams.records import read
from streams.rights import check
from streams.wire import Right

POLL_MILLISECONDS = 1_000


class LatestError(RuntimeError):
    """The posts topic cannot be read."""


async def latest(kafka: Kafka, most: int) -> Sequence[Fields]:
    """Give the last posts of all partitions that are said, in the order of their partitions, and at most so many.

    Parameters
    ----------
    kafka
        The posts topic, and how to reach the broker.
    most
        Posts; each partition gives its part.

    Raises
    ------
    AccessError
        The broker does not let larum in, or read posts.
    LatestError
        It does not answer.
    """
    await check(kafka, {kafka.posts_topic: frozenset({Right.READ})})
    guard()
    partitions = [TopicPartition(kafka.posts_topic, number) for number in range(kafka.partitions)]
    share = -(-most // len(partitions))
    consumer: AIOKafkaConsumer[Any, Any] = AIOKafkaConsumer(
        **client_options(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    found: list[Fields] = []
    try:
        await consumer.start()
        consumer.assign(partitions)
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, max(begins[partition], ends[partition] - share))
        for partition in partitions:
            found += (await _posts(consumer, partition, ends[partition]))[-share:]
    except KafkaError as error:
        raise LatestError(f"no posts from {', '.join(servers(kafka))}: {error}") from error
    finally:
        await consumer.stop()
    return found[-most:]


async def _posts(consumer: AIOKafkaConsumer[Any, Any], partition: TopicPartition, end: int) -> list[Fields]:
    posts: list[Fields] = []
    while await consumer.position(partition) < end:
        fetched = await consumer.getmany(partition, timeout_ms=POLL_MILLISECONDS)
        records = [(record.offset, record.value) for record in fetched.get(partition, ())]
        if records:
            held = read(partition.topic, partition.partition, records, time.time())
            posts += [post for post in held.posts.posts if post.kind == "post"]
    return posts
