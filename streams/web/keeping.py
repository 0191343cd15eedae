"""What takes long to make and is asked for again: made once, and kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

from aiohttp import web

MOST = 64


T = TypeVar("T")


class Kept:
    """What was made, by what it hangs on: the last things that were asked for."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[Hashable, asyncio.Task[Any]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Give what was made for a key; make it where it is not there, or could not be made."""
        task: asyncio.Task[T] | None = self._tasks.get(key)
        if task is None or (task.done() and task.exception()):
            task = self._tasks[key] = asyncio.create_task(make())
        self._tasks.move_to_end(key)
        while len(self._tasks) > MOST:
            self._tasks.popitem(last=False)
        return await asyncio.shield(task)


REPORTS = web.AppKey("reports", Kept)
