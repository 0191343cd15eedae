"""What pages and API show and where they write: incidents, brands, and what larum does not hear, as they stand now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from streams.core.actions import Action
from streams.core.crises import CrisisEvent, Severity
from streams.core.incidents import Duties, Incident, Incidents
from streams.core.settings import Settings
from streams.core.traces import Traces

WAITING = 256  # changes that a listener may lag behind before it is told to look at everything anew


class Change(NamedTuple):
    """Something that is otherwise than before.

    Parameters
    ----------
    number
        Counts up from 1 in this process.
    what
        ``incident``, ``brands`` (their counts), ``sight`` (what larum does not hear), or ``everything``.
    incident
        Which one, where it is one.
    """

    number: int
    what: str
    incident: str | None = None


class Board:
    """What pages and API show, and where they write.

    One process feeds it: `larum watch` from what it sees, `larum web` from Kafka.

    Parameters
    ----------
    settings
        The whole configuration.
    write
        Keeps an action; it is safe when it returns.
    incidents
        Those that somebody else keeps up to date; a board of its own otherwise.

    Attributes
    ----------
    incidents, duties, traces
        What is known of crises, what is due of them, and how much was said of each brand.
    silences
        The newest event of each source that larum does not hear, by source.
    blind
        Why larum may not see what happens now, one sentence; None while it does.
    """

    def __init__(
        self, settings: Settings, write: Callable[[Action], Awaitable[None]], incidents: Incidents | None = None
    ) -> None:
        least = Severity[settings.response.min_severity.upper()]
        self.settings = settings
        self.incidents = incidents or Incidents(least)
        self.duties = Duties(settings)
        self.traces = Traces()
        self.silences: dict[str, CrisisEvent] = {}
        self.blind: str | None = None
        self.number = 0
        self._write = write
        self._listeners: set[asyncio.Queue[Change]] = set()

    def see(self, event: CrisisEvent) -> None:
        """Take an event in."""
        source = event.data.silent_source
        if source is None:
            self.incidents.see(event)
            self._tell("incident", event.subject)
        else:
            if event.step == "closed":
                self.silences.pop(source, None)
            else:
                self.silences[source] = event
            self._tell("sight")

    def do(self, action: Action) -> None:
        """Take in what somebody did."""
        self.incidents.do(action)
        self._tell("incident", action.incident)

    def count(self, brand: str, bucket: int, voices: float, expected: float) -> None:
        """Take in what was counted of a closed bucket, which begins at a time, epoch seconds; tell with `counted`."""
        self.traces.add(brand, bucket, voices, expected)

    def counted(self) -> None:
        """Tell that buckets were closed: once for all of them."""
        self._tell("brands")

    async def act(self, action: Action) -> Incident:
        """Keep an action, then take it in.

        Raises
        ------
        LookupError
            There is no such incident.
        """
        if action.incident not in self.incidents.known:
            raise LookupError(f"no incident is {action.incident!r}")
        await self._write(action)
        self.do(action)
        return self.incidents.known[action.incident]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[Change]]:
        """Give a queue of what changes from now on; whoever lags far behind is told ``everything`` once instead."""
        queue: asyncio.Queue[Change] = asyncio.Queue(WAITING)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def _tell(self, what: str, incident: str | None = None) -> None:
        self.number += 1
        change = Change(self.number, what, incident)
        for queue in self._listeners:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                change = Change(self.number, "everything")
            queue.put_nowait(change)
