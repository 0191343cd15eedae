"""Canaries into the topic of posts: that they come out counted is shown by the workers, and missed by an alert."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.broker import client_options
from streams.core import canary
from streams.core.settings import Kafka

log = logging.getLogger("larum")


async def sing(kafka: Kafka, seconds: float, clock: Callable[[], float] = time.time) -> None:
    """Send a canary into each partition every so many seconds, for ever.

    Nobody counts what a broker that is away does not take: canaries that are missed are what they are for.
    """
    producer = AIOKafkaProducer(**client_options(kafka), acks="all")
    await producer.start()
    try:
        while True:
            try:
                for partition in range(kafka.partitions):
                    record = msgspec.json.encode(canary.post(partition, clock()))
                    await producer.send_and_wait(kafka.posts_topic, record, partition=partition)
            except KafkaError as error:
                log.warning("no canary could be sent: %s", type(error).__name__)
            await asyncio.sleep(seconds)
    finally:
        await producer.stop()
