"""A partition from its beginning, or from a time on, to where it ends, outside of any group."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.broker import client_options
from streams.core.settings import Kafka
from streams.inflation import guard

POLL_MILLISECONDS = 250


async def from_start(
    kafka: Kafka, partition: TopicPartition, end: int | None = None, since: float | None = None
) -> AsyncGenerator[ConsumerRecord[bytes | None, bytes | None], None]:
    """Yield the records of a partition, in order.

    Parameters
    ----------
    kafka
        How to reach the broker.
    partition
        Of a topic that is there.
    end
        Offset before which to stop; by default where the partition ends now.
    since
        Epoch seconds: what was written before is passed over.
    """
    guard()
    consumer: AIOKafkaConsumer[Any, Any] = AIOKafkaConsumer(
        **client_options(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        if since is not None:
            found = (await consumer.offsets_for_times({partition: max(0, int(since * 1_000))}))[partition]
            if found is None:
                return
            consumer.seek(partition, found.offset)
        if end is None:
            end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            for record in (await consumer.getmany(partition, timeout_ms=POLL_MILLISECONDS)).get(partition, ()):
                if record.offset < end:
                    yield record
    finally:
        await consumer.stop()
