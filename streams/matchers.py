"""The match stage on Kafka: fetched records of posts in, records of tallies and dead letters out."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Protocol

from streams.alignment import Come
from streams.core.match import Match, Model
from streams.core.posts import Post
from streams.core.settings import Settings
from streams.core.tallies import TallyBatch, encode
from streams.metrics import Metrics
from streams.records import Refused, read

SLICE = 2_000  # posts between which the event loop gets a turn


class Record(Protocol):
    """What a fetched record is read for."""

    @property
    def offset(self) -> int:
        """Its place in the partition."""

    @property
    def value(self) -> bytes | None:
        """What it holds."""


class Send(Protocol):
    """Appends a record to a topic: awaiting it queues the record, awaiting what it returns waits until it is safe."""

    def __call__(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[Awaitable[object]]:
        """Append `value` to `topic`."""
        ...


class Matchers:
    """One `Match` for each partition of the posts topic that this worker holds.

    Parameters
    ----------
    settings
        Brands, topics and number of partitions.
    model
        Scores posts.
    send
        Appends to topics.
    metrics
        Counts.
    clock
        Epoch seconds, by which posts from the future are known and idle inputs move on.
    """

    def __init__(
        self, settings: Settings, model: Model, send: Send, metrics: Metrics, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._kafka = settings.kafka
        self._model = model
        self._send = send
        self._metrics = metrics
        self._clock = clock
        self._matches: dict[int, Match] = {}
        self._held: set[int] = set()
        self._come: dict[int, tuple[float, bool]] = {}
        self._told: dict[tuple[int, int], tuple[bool, float | None]] = {}
        self._turn = asyncio.Lock()

    def assign(self, partitions: Collection[int], come: Mapping[int, tuple[float, bool]] | None = None) -> None:
        """Forget the partitions that were given away; those that stay remember the posts they have seen.

        Parameters
        ----------
        partitions
            All that this worker holds now.
        come
            How far the watch has heard of each, and whether its event time went with the clock: from there it goes on.
        """
        for partition in self._held - set(partitions):
            self._matches.pop(partition, None)
            self._metrics.forget_partition(partition)
        self._held = set(partitions)
        self._come = dict(come or {})
        self._told.clear()  # a new owner of a shard has heard nothing yet

    def come(self) -> dict[int, Come]:
        """How far each partition has come that has been read from since it was assigned."""
        matches = self._matches.items()
        return {partition: Come(match.watermark.time, not match.resting) for partition, match in matches}

    async def take(self, partition: int, records: Sequence[Record], halvings: int = 0) -> None:
        """Match a batch of records; return when all that comes of it is safe on the broker.

        `halvings` is how often the part of loud brands that is kept may be halved.
        """
        async with self._turn:
            match = self._match(partition)
            posts: list[tuple[Post, str]] = []
            sent: list[Awaitable[object]] = []
            now = self._clock()
            for record in records:
                for item in read(self._kafka.posts_topic, partition, record.offset, record.value, now):
                    if isinstance(item, Refused):
                        sent.append(await self._set_aside(item))
                    else:
                        posts.append(item)
                if len(posts) + len(sent) >= SLICE:
                    self._feed(match, posts, halvings)
                    await asyncio.gather(*sent)
                    posts, sent = [], []
                    await asyncio.sleep(0)
            self._feed(match, posts, halvings)
            await asyncio.gather(*sent, *await self._flush(partition, match))

    async def idle(self, partition: int) -> None:
        """Say that a partition has been read to its end, so that the watch does not wait for it."""
        async with self._turn:
            match = self._match(partition)
            match.idle(self._clock())
            await asyncio.gather(*await self._flush(partition, match))

    def _match(self, partition: int) -> Match:
        match = self._matches.get(partition)
        if match is None:
            count = self._kafka.partitions
            match = self._matches[partition] = Match(self._settings, self._model, partition, count, count)
            if partition in self._come:
                watermark, live = self._come[partition]
                match.resume(watermark, live=live)
        return match

    def _feed(self, match: Match, posts: Sequence[tuple[Post, str]], halvings: int) -> None:
        with self._metrics.timed("match"):
            taken = match.take(posts, self._clock(), halvings)
        self._metrics.count_batch(posts, taken)

    async def _set_aside(self, refused: Refused) -> Awaitable[object]:
        self._metrics.dead_letter(refused.kind)
        headers = [("reason", refused.reason.encode()), *refused.place.headers()]
        return await self._send(self._kafka.dead_topic, None, refused.line, None, headers)

    async def _flush(self, partition: int, match: Match) -> list[Awaitable[object]]:
        self._metrics.set_watermark(partition, match.watermark.time)
        return [
            await self._send(self._kafka.tallies_topic, None, encode(batch), shard)
            for shard, batch in enumerate(match.batches())
            if self._news(partition, shard, batch)
        ]

    def _news(self, partition: int, shard: int, batch: TallyBatch) -> bool:
        """Whether a batch tells a shard anything: posts, deletions, orders, another bucket, asleep or awake."""
        width = self._settings.detection.bucket_seconds
        standing = batch.idle, batch.watermark // width if math.isfinite(batch.watermark) else None
        before, self._told[partition, shard] = self._told.get((partition, shard)), standing
        return bool(batch.heard or batch.tallies or batch.deleted or batch.rebaselined) or standing != before
