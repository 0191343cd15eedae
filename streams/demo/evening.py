"""The evening of the demo, played on by the clock: pages of an alarm that has just come, for whoever answers it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from streams.bucketcounts import count_of
from streams.core.aftermath import Tide
from streams.core.crises import CrisisEvent
from streams.core.incident import Incident
from streams.core.readings import Reading
from streams.core.settings import Settings
from streams.demo.script import END, WARSAW
from streams.report.accounting import Case, span_of
from streams.response.course import Course, by_events
from streams.response.recovering import tide_of
from streams.series import HOUR_SECONDS, series
from streams.told import moment, pages
from streams.web.archive import Archive
from streams.web.auditlogs import MemoryLog
from streams.web.board import Board

AFTER_ALARM = 180.0  # seconds, at which the evening is joined
TICK_SECONDS = 1.0


class Evening(Archive):
    """What the demo came to, told on a board as the clock reaches it, beginning a few minutes after the alarm.

    Parameters
    ----------
    settings
        By which the demo was played.
    readings, events
        What it saw and said, in order of time.
    monotonic
        Seconds of the clock that goes on.

    Attributes
    ----------
    board
        What pages show; what people do is kept on it alone.
    log
        Who did what there.
    """

    def __init__(
        self,
        settings: Settings,
        readings: Sequence[Reading],
        events: Sequence[CrisisEvent],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic, self._begun = monotonic, monotonic()
        alarms = [moment(event) for event in events if pages(event)]
        self._joined = alarms[0] + AFTER_ALARM if alarms else END.timestamp()
        detection = settings.detection.model_copy(update={"timezone": WARSAW.key})
        self._width = detection.bucket_seconds
        self._readings, self._events = readings, events
        self._told, self._counted = 0, 0
        self.log = MemoryLog()
        self.board = Board(settings.model_copy(update={"detection": detection}), self._keep, self.clock)

    async def _keep(self, action: object) -> None:
        """Nothing lasts beyond the evening."""

    def clock(self) -> float:
        """Give the time of the evening, epoch seconds."""
        return self._joined + self._monotonic() - self._begun

    async def go_on(self) -> None:
        """Tell what the clock has reached, for ever."""
        while True:
            self.tell()
            await asyncio.sleep(TICK_SECONDS)

    def tell(self) -> None:
        """Tell what the clock has reached since it was last asked."""
        now, counted = self.clock(), self._counted
        while self._told < len(self._events) and moment(self._events[self._told]) <= now:
            self.board.see(self._events[self._told])
            self._told += 1
        while self._counted < len(self._readings) and self._readings[self._counted].bucket + self._width <= now:
            one = self._readings[self._counted]
            self.board.count(one.brand, one.bucket, one.counted.voices.all, one.voices.expected, self._width)
            self._counted += 1
        if self._counted > counted:
            self.board.counted()

    async def case(self, settings: Settings, incident: Incident, known: Sequence[Incident], now: float) -> Case:
        """Give all that is known of an incident by now."""
        events = [one for one in self._events[: self._told] if one.subject == incident.id]
        course = await self.course(settings, incident.brand, *span_of(incident, events, now))
        return Case(incident, events, course, known)

    async def course(self, settings: Settings, brand: str, start: float, end: float) -> Course:
        """Give what was seen of a brand by now."""
        its = list(self._of(brand, start - HOUR_SECONDS, end))
        if not its:
            return by_events(brand, [])
        counts = [count_of(one) for one in its if one.mentions and one.bucket >= start]
        return Course("journal", series(its)[brand].between(start, end, 2 * len(its)), counts)

    async def tide(self, settings: Settings, brand: str, start: float, end: float) -> Tide | None:
        """Give what was counted of a brand by now."""
        counts = [count_of(one) for one in self._of(brand, start, end)]
        return tide_of(counts) if counts else None

    def _of(self, brand: str, start: float, end: float) -> Iterable[Reading]:
        known = self._readings[: self._counted]
        return (one for one in known if one.brand == brand and start <= one.bucket < end)
