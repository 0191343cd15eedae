"""Fill a topic at the speed of the broker: batches made here, partition by partition in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Iterable

from aiokafka import AIOKafkaProducer

BATCH_BYTES = 1 << 19
UNDER_WAY = 16  # batches


async def fill(servers: str, topic: str, partitions: int, records: Iterable[bytes]) -> None:
    """Append records, the first to partition 0, the next to partition 1 and so on; return when they are safe."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", max_batch_size=BATCH_BYTES)
    await producer.start()
    try:
        await _append(producer, topic, partitions, records)
    finally:
        await producer.stop()


async def _append(producer: AIOKafkaProducer, topic: str, partitions: int, records: Iterable[bytes]) -> None:
    batches = [producer.create_batch() for _ in range(partitions)]
    under_way: deque[Awaitable[object]] = deque()
    for number, value in enumerate(records):
        partition = number % partitions
        if batches[partition].append(key=None, value=value, timestamp=None) is None:  # it is full
            under_way.append(await producer.send_batch(batches[partition], topic, partition=partition))
            batches[partition] = producer.create_batch()
            batches[partition].append(key=None, value=value, timestamp=None)
            while len(under_way) > UNDER_WAY:
                await under_way.popleft()
    for partition, batch in enumerate(batches):
        under_way.append(await producer.send_batch(batch, topic, partition=partition))
    for sent in under_way:
        await sent
