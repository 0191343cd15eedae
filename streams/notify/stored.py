"""Crises for one receiver from the outbox in SQLite, into which they came together with the state that told them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from streams.core.crises import CrisisEvent
from streams.notify.ongoing import ongoing
from streams.storage import Store


class StoredSource:
    """Events that wait for a receiver.

    Parameters
    ----------
    store
        Has the outbox.
    receiver
        Name.

    Attributes
    ----------
    news
        To be set when the outbox may have got something.
    """

    def __init__(self, store: Store, receiver: str) -> None:
        self._store = store
        self._receiver = receiver
        self._number: int | None = None
        self.news = asyncio.Event()

    async def told(self) -> Sequence[CrisisEvent]:
        """Give the last steps that were told of crises that are open."""
        return ongoing(self._store.told(self._receiver))

    async def events(self) -> AsyncIterator[CrisisEvent]:
        """Give events in order, and wait for more."""
        while True:
            self.news.clear()
            while waiting := self._store.unsent(self._receiver):
                self._number, event = waiting
                yield event
            await self.news.wait()

    async def done(self, event: CrisisEvent) -> None:
        """Take the event that was given last out of the outbox."""
        if self._number is not None:
            self._store.sent(self._number)
            self._number = None
