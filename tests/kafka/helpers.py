"""What the tests do to a broker: make topics, fill them, read them, and ask a group how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


@asynccontextmanager
async def administrator(servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def create(servers: str, topic: str, partitions: int) -> None:
    async with administrator(servers) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
        while topic not in await admin.list_topics():  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(0.05)


async def fill(servers: str, topic: str, records: Iterable[tuple[int, bytes]], transaction: str | None = None) -> None:
    """Append records to the partitions they name, in one transaction if it is given an id."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=5, transactional_id=transaction)
    await producer.start()
    try:
        if transaction:
            await producer.begin_transaction()
        for partition, value in records:
            await producer.send(topic, value, partition=partition)
        await producer.flush()
        if transaction:
            await producer.commit_transaction()
    finally:
        await producer.stop()


async def read(servers: str, topic: str) -> list[ConsumerRecord[bytes | None, bytes | None]]:
    """Return everything a topic holds, partition by partition."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[ConsumerRecord[bytes | None, bytes | None]] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found.extend(records)
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()


async def committed(servers: str, group: str, topic: str) -> dict[int, int]:
    """Return how far a group has committed, by partition."""
    async with administrator(servers) as admin:
        offsets = await admin.list_consumer_group_offsets(group)
    return {partition.partition: known.offset for partition, known in offsets.items() if partition.topic == topic}


async def ends(servers: str, topic: str) -> int:
    """Count the records that a topic has ever got."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        return sum((await consumer.end_offsets(consumer.assignment())).values())
    finally:
        await consumer.stop()
