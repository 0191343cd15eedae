"""Numbered posts, some of them sent twice, and what they must come to."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from detectors.sentiment import SentimentModel
from streams.core.crises import CrisisEvent
from streams.core.pipeline import Pipeline
from streams.core.posts import Post, decode
from streams.core.settings import Settings
from streams.core.times import rfc3339
from streams.producer import key_of, partition_of
from tests.kafka import story

SOURCES = "story", "archive"
MINUTES, CRISIS = 240, range(150, 165)
SLOW, DELAY = 0.2, 240.0  # share of the posts that come from a source which hands them in so many seconds late
REPEATED = 0.05  # share of the posts that their source sends again
CHUNK = 10  # posts that are sent together
CHUNK_SECONDS = 0.1  # between two of them
AGAIN_SECONDS = 0.5


class Sent(NamedTuple):
    """The posts in the order in which they are fed, and the last of each partition and source, which close all.

    The first ones, too, are of each source in each partition: nobody can wait for a source that he has never met.
    """

    posts: list[bytes]
    last: list[bytes]

    @classmethod
    def of(cls, seed: int, partitions: int) -> Sent:
        """Make the posts of a seed."""
        random = Random(seed)
        posts = [record for source in SOURCES for record in _bounds("begin", story.START, source, partitions)]
        for post in _handed_in(story.posts(MINUTES, CRISIS, seed=seed), random):
            posts.append(post)
            if random.random() < REPEATED:
                posts.append(random.choice(posts[-20:]))
        end = story.START + 60 * (MINUTES + 2)  # when all before is out of its buckets' patience
        return cls(posts, [record for source in SOURCES for record in _bounds("end", end, source, partitions)])

    def counts(self) -> Counter[tuple[str, str]]:
        """Count the distinct posts by brand and bucket."""
        told = {post: decode(post) for post in self.posts}
        return Counter(
            (brand, rfc3339(post.timestamp // 60 * 60))
            for post in told.values()
            for brand in story.BRANDS
            if brand in post.text
        )

    def crises(self, settings: Settings) -> list[CrisisEvent]:
        """Tell the crises as one process without a broker does."""
        return Pipeline(settings, SentimentModel()).take(self._all).events

    @property
    def _all(self) -> list[tuple[Post, str]]:
        return [(decode(post), "") for post in [*self.posts, *self.last]]

    def further(self, settings: Settings) -> list[CrisisEvent]:
        """Tell what it would tell beside that, if it knew that nothing more comes."""
        pipeline = Pipeline(settings, SentimentModel())
        pipeline.take(self._all)
        return pipeline.finish().events


def _handed_in(posts: Sequence[bytes], random: Random) -> list[bytes]:
    """Give a share of the posts to a slow source, and bring all into the order in which they are handed in."""
    dated = []
    for post in posts:
        plain = msgspec.json.decode(post)
        slow = random.random() < SLOW
        plain["source"] = SOURCES[slow]
        dated.append((plain["created_at"] + slow * DELAY, msgspec.json.encode(plain)))
    return [post for _, post in sorted(dated)]


def _bounds(name: str, time: float, source: str, partitions: int) -> list[bytes]:
    """Make a post for each partition that names no brand."""
    found: dict[int, bytes] = {}
    number = 0
    while len(found) < partitions:
        post = {"id": f"{name}-{number}", "source": source, "text": "hello", "created_at": time, "lang": "en"}
        record = msgspec.json.encode(post)
        found.setdefault(partition_of(key_of(record), partitions), record)
        number += 1
    return [found[partition] for partition in sorted(found)]


class Feeder:
    """Sends posts until they are safe, however often the broker goes away: again if need be, as sources do.

    Parameters
    ----------
    settings
        Topic and broker.

    Attributes
    ----------
    limit, sent
        So many posts may be sent by now, and so many have been.
    again
        How many posts were sent again because it was not known whether they had arrived.
    """

    def __init__(self, settings: Settings) -> None:
        self._kafka = settings.kafka
        self._producer: AIOKafkaProducer | None = None
        self.limit = 0
        self.sent = 0
        self.again = 0

    async def feed(self, posts: Sequence[bytes]) -> None:
        """Send posts in order, a chunk at a time, as far as the limit allows."""
        while self.sent < len(posts):
            if self.sent < self.limit:
                await self.send(posts[self.sent : self.sent + CHUNK])
                self.sent += CHUNK
            await asyncio.sleep(CHUNK_SECONDS)

    async def send(self, posts: Sequence[bytes]) -> None:
        """Send posts; return when all are safe."""
        while True:
            try:
                await self._send(posts)
            except KafkaError:
                self.again += len(posts)
                await self.close()
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def close(self) -> None:
        """Let go of the broker."""
        if self._producer:
            with contextlib.suppress(KafkaError):
                await self._producer.stop()
        self._producer = None

    async def _send(self, posts: Sequence[bytes]) -> None:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._kafka.bootstrap_servers, acks="all", enable_idempotence=True
            )
            self._producer = producer
            await producer.start()
        topic, sent = self._kafka.posts_topic, []
        for post in posts:
            key = key_of(post)
            sent.append(await self._producer.send(topic, post, key, partition_of(key, self._kafka.partitions)))
        await asyncio.gather(*sent)
