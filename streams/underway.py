"""Work that ends beside what comes next, as the confirmations of a broker do: bounded, and no failure is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Underway:
    """Let work end by itself, so much of it at a time.

    Parameters
    ----------
    most
        How much may be under way.
    failed
        Is told when a piece of it fails.

    Examples
    --------
    >>> async def story() -> list[str]:
    ...     told = []
    ...     underway = Underway(2, lambda error: told.append(str(error)))
    ...     async def work(fate: str) -> None:
    ...         await asyncio.sleep(0)
    ...         if fate == "bad":
    ...             raise ValueError("it failed")
    ...         told.append(fate)
    ...     for fate in ("good", "bad", "good"):
    ...         await underway.begin(work(fate))
    ...     await asyncio.sleep(0.01)
    ...     return told
    >>> asyncio.run(story())
    ['good', 'it failed', 'good']
    """

    def __init__(self, most: int, failed: Callable[[BaseException], object]) -> None:
        self._room = asyncio.Semaphore(most)
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work as soon as there is room for it."""
        await self._room.acquire()
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._room.release()
        if not task.cancelled() and (error := task.exception()):
            self._failed(error)
