"""Works that go on beside each other: what fails in one ends all, and is raised as what it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let works go on beside what is done within; what fails in either ends both, and is raised as it is.

    Works may be groups themselves: of what failed in them, however deep, the first is raised.
    """
    try:
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(work) for work in works]
            yield
            for job in jobs:
                job.cancel()
    except ExceptionGroup as failed:
        raise first_of(failed) from None


def first_of(error: Exception) -> Exception:
    """Give what failed first, out of groups in groups.

    Examples
    --------
    >>> first_of(ExceptionGroup("lanes", [ExceptionGroup("lane", [OSError("away")]), ValueError("later")]))
    OSError('away')
    """
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
