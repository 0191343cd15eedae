"""The match stage on Kafka: fetched records of posts in, records of tallies and dead letters out."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

from streams.alignment import Stand
from streams.core import splitting
from streams.core.inputclock import Come
from streams.core.match import Match, OriginOf
from streams.core.matching.matcher import Matcher
from streams.core.mentioning import Model
from streams.core.posts import Posts
from streams.core.settings import Settings
from streams.core.tallies import TallyBatch
from streams.letters import letter
from streams.metrics import Metrics
from streams.records import Refused, read

WORD_SECONDS = 2.0  # between two words of an input that it has nothing to read; a fetch takes less
WORDS_A_SECOND = 16  # of all inputs together to one shard, however many there are
# What is taken in at once: some milliseconds of work where every post names a brand.
SLICE_POSTS = 500
SLICE_BYTES = 1 << 18
MOST_LETTERS = 1_000  # dead letters under way at a time
TURN_SECONDS = 0.005  # of work after which the event loop gets a turn


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
    timer
        Seconds of any epoch, by which the event loop gets its turns.
    """

    def __init__(
        self,
        settings: Settings,
        model: Model,
        send: Send,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._settings = settings
        self._kafka = settings.kafka
        self._model = model
        self._matcher = Matcher(settings.brands)
        self._send = send
        self._metrics = metrics
        self._clock = clock
        self._matches: dict[int, Match] = {}
        self._held: set[int] = set()
        self._come: dict[int, Come] = {}
        self._told: dict[tuple[int, int], tuple[bool, float | None]] = {}
        self._word_seconds = max(WORD_SECONDS, settings.kafka.partitions / WORDS_A_SECOND)
        self._said: dict[int, float] = {}
        self._turn = asyncio.Lock()
        self._timer = timer
        self._began = timer()

    def assign(self, partitions: Collection[int], come: Mapping[int, Come] | None = None) -> None:
        """Forget the partitions that were given away; those that stay remember the posts they have seen.

        Parameters
        ----------
        partitions
            All that this worker holds now.
        come
            How far the watch has heard of each: from there it goes on.
        """
        for partition in self._held - set(partitions):
            self._matches.pop(partition, None)
            self._metrics.forget_partition(partition)
        self._held = set(partitions)
        self._come = dict(come or {})
        self._told.clear()  # a new owner of a shard has heard nothing yet
        self._said.clear()

    async def configure(self, settings: Settings) -> None:
        """Look for other brands from the next batch on, in all partitions at once.

        The names are made ready in a thread, for of many brands that takes seconds.
        """
        matcher = await asyncio.to_thread(Matcher, settings.brands)
        async with self._turn:
            self._settings, self._matcher = settings, matcher
            for match in self._matches.values():
                match.configure(settings, matcher)

    def stands(self) -> dict[int, Stand]:
        """How far each partition has come that has been read from since it was assigned."""
        matches = self._matches.items()
        return {partition: Stand(match.watermark.time, not match.resting) for partition, match in matches}

    async def take(self, partition: int, records: Sequence[Record], halvings: int = 0) -> None:
        """Match a batch of records; return when all that comes of it is safe on the broker."""
        await (await self.begin(partition, records, halvings))

    async def begin(self, partition: int, records: Sequence[Record], halvings: int = 0) -> Awaitable[object]:
        """Match a batch of records, and send what comes of it; awaiting the result waits until that is safe.

        `halvings` is how often the part of loud brands that is kept may be halved.
        """
        async with self._turn:
            match = self._match(partition)
            sent: list[Awaitable[object]] = []
            now, self._began = self._clock(), self._timer()
            for some in _slices(records):
                held = read(self._kafka.posts_topic, partition, some, now)
                for refused in held.refused:
                    sent.append(await self._set_aside(refused))
                    if len(sent) >= MOST_LETTERS:
                        await asyncio.gather(*sent)
                        sent = []
                    await self._breathe()
                for posts, origins in held.slices(SLICE_POSTS, SLICE_BYTES):
                    self._feed(match, posts, origins, halvings)
                    await self._breathe()
            return asyncio.gather(*sent, *await self._flush(partition, match))

    async def idle(self, partition: int) -> None:
        """Say that a partition has been read to its end, so that the watch does not wait for it.

        It is said again every few seconds: the watch asks for it anew whenever other inputs have gone on.
        """
        async with self._turn:
            match, now = self._match(partition), self._clock()
            match.idle(now)
            again = now - self._said.get(partition, -math.inf) >= self._word_seconds
            if again:
                self._said[partition] = now
            await asyncio.gather(*await self._flush(partition, match, again=again))

    def _match(self, partition: int) -> Match:
        match = self._matches.get(partition)
        if match is None:
            count = self._kafka.partitions
            match = Match(self._settings, self._model, partition, count, count, self._matcher)
            self._matches[partition] = match
            if partition in self._come:
                match.resume(self._come[partition])
        return match

    def _feed(self, match: Match, posts: Posts, origins: OriginOf, halvings: int) -> None:
        with self._metrics.timed("match"):
            taken = match.take(posts, origins, self._clock(), halvings)
        self._metrics.count_batch(taken)

    async def _breathe(self) -> None:
        """Let the event loop have its turn, for heartbeats and health, after some milliseconds of work."""
        if self._timer() - self._began >= TURN_SECONDS:
            await asyncio.sleep(0)
            self._began = self._timer()

    async def _set_aside(self, refused: Refused) -> Awaitable[object]:
        self._metrics.dead_letter(refused.kind)
        value, headers = letter(refused.reason, refused.place, refused.line)
        return await self._send(self._kafka.dead_topic, None, value, None, headers)

    async def _flush(self, partition: int, match: Match, *, again: bool = False) -> list[Awaitable[object]]:
        self._metrics.set_watermark(partition, match.watermark.time)
        sent = []
        for shard, batch in enumerate(match.batches()):
            if self._news(partition, shard, batch) or again:
                for record in splitting.records(batch):
                    sent.append(await self._send(self._kafka.tallies_topic, None, record, shard))
                    await self._breathe()
        return sent

    def _news(self, partition: int, shard: int, batch: TallyBatch) -> bool:
        """Whether a batch tells a shard anything: posts, deletions, orders, another bucket, asleep or awake."""
        width = self._settings.detection.bucket_seconds
        standing = batch.idle, batch.watermark // width if math.isfinite(batch.watermark) else None
        before, self._told[partition, shard] = self._told.get((partition, shard)), standing
        return (
            bool(batch.heard or batch.tallies or batch.deleted or batch.rebaselined or batch.judged)
            or standing != before
        )


def _slices(records: Sequence[Record]) -> Iterator[list[tuple[int, bytes | None]]]:
    some: list[tuple[int, bytes | None]] = []
    size = 0
    for record in records:
        value = record.value
        some.append((record.offset, value))
        size += len(value or b"")
        if size >= SLICE_BYTES or len(some) == SLICE_POSTS:
            yield some
            some, size = [], 0
    if some:
        yield some
