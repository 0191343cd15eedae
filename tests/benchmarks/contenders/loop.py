"""larum's match stage on a bare aiokafka loop: no framework, one process that cannot share, no state, no watch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams.core.settings import Settings
from streams.matchers import Matchers
from streams.metrics import Metrics
from tests.benchmarks.contenders.shared import configured

COMMIT_SECONDS = 1.0


async def run(settings: Settings) -> None:
    """Fetch, match, send, and commit once a second."""
    kafka = settings.kafka
    options = {"bootstrap_servers": kafka.bootstrap_servers}
    consumer = AIOKafkaConsumer(
        kafka.posts_topic, group_id=kafka.group, enable_auto_commit=False, auto_offset_reset="earliest", **options
    )
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **options)

    async def send(
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Any:
        return await producer.send(topic, value, key, partition, None, list(headers))

    model = SentimentModel(threshold=settings.sentiment.threshold)
    matchers = Matchers(settings, model, send, Metrics(CollectorRegistry()))
    matchers.assign(range(kafka.partitions))
    await producer.start()
    await consumer.start()
    committed = time.monotonic()
    while True:
        fetched = await consumer.getmany(timeout_ms=250, max_records=kafka.fetch_records)
        for tp, records in fetched.items():
            await matchers.take(tp.partition, records)
        if time.monotonic() - committed >= COMMIT_SECONDS:
            await consumer.commit()
            committed = time.monotonic()


if __name__ == "__main__":
    uvloop.run(run(configured()))
