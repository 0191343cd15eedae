"""Orders into the topic of posts, by which people's words on crises reach the workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.broker import client_options
from streams.core.posts import Post
from streams.core.settings import Kafka
from streams.producer import key_of

RETRY_SECONDS = 5.0

log = logging.getLogger("larum")


def into_topic(kafka: Kafka) -> Callable[[Post], Awaitable[None]]:
    """Give the way for an order; it returns once the broker has it, however long that is away."""

    async def send(post: Post) -> None:
        while True:
            try:
                async with AIOKafkaProducer(**client_options(kafka), acks="all") as producer:
                    record = msgspec.json.encode(post)
                    await producer.send_and_wait(kafka.posts_topic, record, key_of(record))
            except KafkaError as error:
                log.warning("a word on crisis %s could not be handed on: %s", post.reply_to, type(error).__name__)
            else:
                return
            await asyncio.sleep(RETRY_SECONDS)

    return send
