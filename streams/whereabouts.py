"""Where a task waits, in words that a log can keep."""

from __future__ import annotations

import asyncio
from typing import Any


def whereabouts(task: asyncio.Task[Any]) -> str:
    """Tell through which calls a task has come to where it waits, and at which line.

    Parameters
    ----------
    task
        Of this event loop, and not the one that asks.

    Examples
    --------
    >>> async def sleep() -> None:
    ...     await asyncio.sleep(60)
    >>> async def main() -> str:
    ...     task = asyncio.create_task(sleep())
    ...     await asyncio.sleep(0)
    ...     told = whereabouts(task)
    ...     task.cancel()
    ...     return told
    >>> asyncio.run(main())  # doctest: +ELLIPSIS
    'sleep > sleep (tasks.py:...)'
    """
    calls, place = [], ""
    call: Any = task.get_coro()
    while (frame := getattr(call, "cr_frame", None)) is not None:
        calls.append(call.__qualname__)
        place = f" ({frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno})"
        call = call.cr_await
    return " > ".join(calls) + place if calls else task.get_name()
