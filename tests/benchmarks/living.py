"""Posts written as the clock goes: each stands for the moment in which it is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from aiokafka import AIOKafkaProducer

from streams.core.settings import Kafka

TICK = 0.05
Between = Callable[[float, float, bytes], Iterator[bytes]]


async def live(
    kafka: Kafka, between: Between, began: float, over: Callable[[float], bool], check: Callable[[], None]
) -> int:
    """Write posts until it is over; return how many.

    Parameters
    ----------
    kafka
        Where to.
    between
        Gives what is said between two seconds since it began, all as said at a time (as it stands in JSON).
    began
        Epoch seconds.
    over
        Tells by the time, epoch seconds, whether to stop.
    check
        Is called every now and then, and may raise.
    """
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, acks="all")
    await producer.start()
    sent, until = 0, began
    try:
        while not over(until):
            check()
            await asyncio.sleep(max(0.0, until + TICK - time.time()))
            now = time.time()
            sent += await _send(producer, kafka, between(until - began, now - began, b"%.3f" % now))
            until = now
    finally:
        await producer.stop()
    return sent


async def _send(producer: AIOKafkaProducer, kafka: Kafka, posts: Iterator[bytes]) -> int:
    """Append posts, spread over the partitions, and wait until they are safe."""
    sent, under_way, batches = 0, [], [producer.create_batch() for _ in range(kafka.partitions)]
    for sent, post in enumerate(posts, start=1):
        partition = sent % kafka.partitions
        if batches[partition].append(key=None, value=post, timestamp=None) is None:
            under_way.append(await producer.send_batch(batches[partition], kafka.posts_topic, partition=partition))
            batches[partition] = producer.create_batch()
            batches[partition].append(key=None, value=post, timestamp=None)
    for partition, batch in enumerate(batches):
        if batch.record_count():
            under_way.append(await producer.send_batch(batch, kafka.posts_topic, partition=partition))
    await asyncio.gather(*under_way)
    return sent
