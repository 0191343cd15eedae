"""Posts from Bluesky, as they are written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

from streams.core.posts import Post, Unreadable
from streams.deadletters import DeadLetterBox
from streams.sources.base import Batch
from streams.sources.frames import read_frame, to_post
from streams.sources.jetstream import Jetstream

Item = tuple[Post, str, int]  # a post, its origin, and the cursor after it


class Bluesky:
    """All public posts of Bluesky and their deletions, through Jetstream; no account is needed.

    Parameters
    ----------
    dead
        Takes frames that cannot be read, whole.
    jetstream
        The connection; the public hosts where none is given.
    rewind_seconds
        How far before the cursor each connection begins. Frames are not quite in order of time, and hosts differ, so
        what was missed can be a little older than what came last. The repeats are dropped downstream.
    waiting
        Posts that may wait to be taken before the connection is made to wait.
    batch
        The most posts in a batch.
    clock
        Seconds since the epoch. A cursor is never later: the server takes one from the future for 'now', and all that
        came since would be passed over.
    """

    name = "bluesky"

    def __init__(
        self,
        dead: DeadLetterBox,
        jetstream: Jetstream | None = None,
        *,
        rewind_seconds: float = 5.0,
        waiting: int = 10_000,
        batch: int = 1_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._dead = dead
        self._jetstream = jetstream or Jetstream()
        self._rewind = int(rewind_seconds * 1e6)
        self._waiting = waiting
        self._batch = batch
        self._clock = clock
        self._seen: int | None = None  # the latest time_us received

    async def batches(self, cursor: str | None = None) -> AsyncGenerator[Batch, None]:
        """Deliver posts, at least once, until closed.

        Parameters
        ----------
        cursor
            Of the last batch that is safe, microseconds since the epoch; a server looks back a day or more. None: now.
        """
        self._seen = None if cursor is None else int(cursor)
        queue: asyncio.Queue[Item] = asyncio.Queue(self._waiting)
        reading = asyncio.create_task(self._jetstream.run(self._start, lambda frame: self._put(frame, queue)))
        try:
            while True:
                items = [await _first(queue, reading)]
                while len(items) < self._batch and not queue.empty():
                    items.append(queue.get_nowait())
                yield Batch([(post, origin) for post, origin, _ in items], str(items[-1][2]))
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    def _start(self) -> int | None:
        return None if self._seen is None else self._seen - self._rewind

    async def _put(self, frame: str | bytes, queue: asyncio.Queue[Item]) -> None:
        origin = f"{self.name}@{self._seen}"  # for a frame that tells no time
        try:
            event = read_frame(frame)
            origin = f"{self.name}@{event.time_us}"
            post = to_post(event)
        except Unreadable as error:
            self._dead.add(str(error), origin, frame.encode() if isinstance(frame, str) else frame)
            return
        self._seen = max(self._seen or 0, min(event.time_us, int(self._clock() * 1e6)))
        if post is not None:
            await queue.put((post, origin, self._seen))


async def _first(queue: asyncio.Queue[Item], reading: asyncio.Task[None]) -> Item:
    """Wait for an item, but not for ever on a reader that has failed."""
    getting = asyncio.ensure_future(queue.get())
    try:
        await asyncio.wait({getting, reading}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            reading.result()
        return await getting
    finally:
        getting.cancel()
