"""A bare aiokafka loop that does nothing with the records but count them: how fast they can be had at all.

It sends their number where the others send tallies, so that it is measured in the same way.
"""

from __future__ import annotations

import time

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.core.settings import Settings
from tests.benchmarks.contenders.shared import configured

COMMIT_SECONDS = 1.0


async def run(settings: Settings) -> None:
    """Fetch, count, and commit once a second."""
    kafka = settings.kafka
    options = {"bootstrap_servers": kafka.bootstrap_servers}
    consumer = AIOKafkaConsumer(
        kafka.posts_topic, group_id=kafka.group, enable_auto_commit=False, auto_offset_reset="earliest", **options
    )
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **options)
    await producer.start()
    await consumer.start()
    committed = time.monotonic()
    while True:
        fetched = await consumer.getmany(timeout_ms=250, max_records=kafka.fetch_records)
        if fetched:
            await producer.send(kafka.tallies_topic, b"%d" % sum(map(len, fetched.values())), partition=0)
        if time.monotonic() - committed >= COMMIT_SECONDS:
            await consumer.commit()
            committed = time.monotonic()


if __name__ == "__main__":
    uvloop.run(run(configured()))
