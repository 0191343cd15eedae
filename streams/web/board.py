"""What pages and API show and where they write: incidents, brands, and what larum does not hear, as they stand now."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.incidents import Incidents
from streams.core.settings import Settings
from streams.core.traces import Traces
from streams.intake import UnavailableError
from streams.response.desk import least_of
from streams.response.sight import Blind

WAITING = 256  # changes that a listener may lag behind before it is told to look at everything anew
REMEMBERED = 1_024  # changes, for those who come back
COUNTED_SECONDS = 1.0  # between two changes of counts
END = "end"


class Change(NamedTuple):
    """Something that is otherwise than before.

    Parameters
    ----------
    number
        Counts up from 1 in this process.
    what
        ``incident``, ``brands`` (their counts), ``sight`` (what larum does not hear), ``everything``; at last `END`.
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
        Keeps an action; it is safe when it returns. None where nobody acts.
    clock
        Epoch seconds, by which pages are made and actions happen; what is played again has its own.

    Attributes
    ----------
    name
        Of this board, as long as the process lives: its changes are numbered by itself.
    number
        Of the last change.
    incidents, duties, traces
        What is known of crises, what is due of them, and how much was said of each brand.
    silences
        The newest event of each source that larum does not hear, by source.
    newest
        When the newest bucket that was counted begins, epoch seconds; NaN before there is one.
    blind
        Why larum may not see what happens now; None while it does.
    """

    def __init__(
        self,
        settings: Settings,
        write: Callable[[Action], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = secrets.token_hex(4)
        self.settings = settings
        self.clock = clock
        self.incidents = Incidents(least_of(settings))
        self.duties = Duties(settings)
        self.traces = Traces()
        self.silences: dict[str, CrisisEvent] = {}
        self.newest = math.nan
        self.blind: Blind | None = None
        self.number = 0
        self._write = write
        self._listeners: set[asyncio.Queue[Change]] = set()
        self._past: deque[Change] = deque(maxlen=REMEMBERED)
        self._uncounted: asyncio.TimerHandle | None = None

    def see(self, event: CrisisEvent) -> None:
        """Take an event in."""
        source = event.data.silent_source
        if source is None:
            if self.incidents.see(event):
                self._tell("incident", event.subject)
        else:
            if event.step == "closed":
                self.silences.pop(source, None)
            else:
                self.silences[source] = event
            self._tell("sight")

    def do(self, action: Action) -> None:
        """Take in what somebody did."""
        if self.incidents.do(action):
            self._tell("incident", action.incident)

    def count(self, brand: str, bucket: int, voices: float, expected: float, seconds: int | None = None) -> None:
        """Take in what was counted of a closed bucket; see `Traces.add`, and tell with `counted`.

        Parameters
        ----------
        brand
            Its identifier.
        bucket
            Where it begins, epoch seconds.
        voices, expected
            Independent voices in it, and as many as were expected.
        seconds
            Its width; None where the buckets in which nobody spoke are counted too.
        """
        self.traces.add(brand, bucket, voices, expected, seconds)
        self.newest = bucket if math.isnan(self.newest) else max(bucket, self.newest)

    def counted(self) -> None:
        """Tell that buckets were closed: of all of them at once, and a second later of those that come until then."""
        if self._uncounted is None:
            self._uncounted = asyncio.get_running_loop().call_later(COUNTED_SECONDS, self._tell_counted)

    def _tell_counted(self) -> None:
        self._uncounted = None
        self._tell("brands")

    def sees(self, blind: Blind | None) -> None:
        """Say why larum may not see what happens now, or with None that it does."""
        if blind != self.blind:
            self.blind = blind
            self._tell("sight")

    async def act(self, action: Action) -> Incident:
        """Keep an action, then take it in; one that is known already is kept once.

        Raises
        ------
        LookupError
            There is no such incident.
        UnavailableError
            It cannot be kept now. It may still come to be; said again by the same id, it counts once.
        """
        if action.incident not in self.incidents.known:
            raise LookupError(f"no incident is {action.incident!r}")
        if self._write is None:
            raise UnavailableError("nobody acts here")
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

    def since(self, name: str, number: int) -> list[Change]:
        """Give what has changed since a change of a board by its name and number, each thing once.

        That is ``everything`` where the board was another one, or it is too long ago.
        """
        missed = self.number - number
        if name != self.name or not 0 <= missed <= len(self._past):
            return [Change(self.number, "everything")]
        news = {change[1:]: change for change in list(self._past)[len(self._past) - missed :]}
        return sorted(news.values())

    def end(self) -> None:
        """Tell all who listen that nothing more comes."""
        self._spread(Change(self.number, END))

    def _tell(self, what: str, incident: str | None = None) -> None:
        self.number += 1
        self._past.append(Change(self.number, what, incident))
        self._spread(self._past[-1])

    def _spread(self, change: Change) -> None:
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(change)
                continue
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(change if change.what == END else Change(self.number, "everything"))
