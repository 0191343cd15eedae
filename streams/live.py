"""The embedded runtime among live sources: feeds, a ticking clock, commits, health."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from streams.core import canary
from streams.core.crises import CrisisEvent
from streams.core.posts import Post
from streams.core.watch import Outcome
from streams.embedded import Embedded
from streams.health import Health
from streams.metrics import Metrics
from streams.readers import Position, follow, read
from streams.reloading import ConfigurationFile
from streams.sources.base import Batch

SLICE = 500  # posts between two turns of the event loop
QUIET_SECONDS = 5.0  # without a post, before event time goes on without posts, or what was read of a history is closed
TICK_SECONDS = 1.0

T = TypeVar("T")


class Live:
    """Feed an `Embedded` from any number of sources, and let its time go on while they are silent.

    Parameters
    ----------
    runtime
        Does the work, a slice at a time, in the event loop.
    health, metrics
        Told of progress.
    clock
        Epoch seconds.
    hearers
        Called with every crisis event, after it was committed.
    file
        The configuration, to be followed when it changes; None leaves it as it is.
    canary_seconds
        How often a canary is let through; 0: never.
    """

    def __init__(
        self,
        runtime: Embedded,
        health: Health,
        metrics: Metrics,
        clock: Callable[[], float],
        hearers: Sequence[Callable[[CrisisEvent], None]],
        file: ConfigurationFile | None = None,
        canary_seconds: float = 0.0,
    ) -> None:
        self._runtime = runtime
        self._health = health
        self._metrics = metrics
        self._clock = clock
        self._hearers = hearers
        self._file = file
        self._cursors: dict[str, str] = {}
        self._untold: list[CrisisEvent] = []
        self._working = 0  # feeds with posts in hand
        self._last_post = clock()
        self._canary_seconds, self._sung = canary_seconds, -math.inf

    async def accept(self, posts: Sequence[tuple[Post, str]]) -> None:
        """Take posts in and return when they are safe."""
        await self._slices(posts, lambda part: self._runtime.take_posts(part, self._clock()))
        self.commit()

    async def obey(self, order: Post) -> None:
        """Take an order in, which is no post that anybody wrote, and return when it is safe."""
        self._note(self._runtime.take_posts([(order, "")], self._clock()))
        self.commit()

    async def feed(self, name: str, batches: AsyncIterator[Batch]) -> None:
        """Take in what a source delivers, until it ends; its cursor is committed with its posts."""
        async for batch in batches:
            await self._slices(batch.posts, lambda part: self._runtime.take_posts(part, self._clock()))
            self._cursors[name] = batch.cursor

    async def follow(self, path: Path, position: Position | None) -> None:
        """Take in what is appended to a file, for ever; how far it was read is committed with its posts."""
        async for records, at in follow(path, position):
            await self._slices(records, lambda part: self._runtime.take_records(part, self._clock()))
            self._cursors[self.cursor_of(path)] = msgspec.json.encode(at).decode()

    @staticmethod
    def cursor_of(path: Path) -> str:
        """Name the cursor of a followed file."""
        return f"file:{path.absolute()}"

    async def read_standard_input(self) -> None:
        """Take in JSON Lines from standard input until they end, then close what they leave open."""
        records = read("-", "jsonl")
        while batch := await asyncio.to_thread(lambda: list(islice(records, SLICE))):
            await self._slices(batch, lambda part: self._runtime.take_records(part, self._clock()))
        self._note(self._runtime.finish())
        self.commit()

    async def tick(self) -> None:
        """Once a second: let event time go on, commit, follow the configuration, say that the process lives."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = self._clock()
            self._sing(now)
            if now - self._last_post >= QUIET_SECONDS:
                self._note(self._runtime.idle(now))
            self.commit()
            if self._file and (fresh := self._file.poll()):
                self._runtime.configure(fresh)
            self._metrics.set_progress(now)

    def _sing(self, now: float) -> None:
        """Let a canary through, if it is time to."""
        if self._canary_seconds and now - self._sung >= self._canary_seconds:
            self._sung = now
            self._note(self._runtime.take_posts([(canary.post(0, now), "")], now))

    def commit(self) -> None:
        """Make all that was done safe, then tell of the crises in it."""
        with self._metrics.timed("store"):
            self._runtime.commit(self._cursors)
        for event in self._untold:
            for hear in self._hearers:
                hear(event)
        self._untold.clear()

    async def _slices(self, items: Sequence[T], take: Callable[[Sequence[T]], Outcome]) -> None:
        self._working += 1
        self._health.busy(True)
        for start in range(0, len(items), SLICE):
            self._note(take(items[start : start + SLICE]))
            self._health.progress()
            await asyncio.sleep(0)
        self._working -= 1
        self._health.busy(self._working > 0)
        self._last_post = self._clock()

    def _note(self, outcome: Outcome) -> None:
        self._untold += outcome.events
