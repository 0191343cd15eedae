"""What the demo has shown so far: the state behind the screen, without any terminal."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from streams.core.crises import CrisisEvent, Severity
from streams.core.readings import Reading
from streams.core.settings import Brand
from streams.core.watch import Outcome
from streams.demo.bars import Bar
from streams.demo.script import END, WARSAW
from streams.told import Told, pages

COLUMN_SECONDS, COLUMNS = 1_800, 106
LOG_LINES = 9
FEWEST = 10  # voices in the hour; a share of fewer says nothing
NOTHING = Bar(math.nan, math.nan, math.nan, math.nan)


class Alarm(NamedTuple):
    """The last event that paged somebody, and when it was heard of."""

    clock: float
    brand: str
    event: CrisisEvent


class Lane:
    """One brand: its last readings as bars, and where it stands."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.volume: deque[Bar] = deque(maxlen=COLUMNS)
        self.negativity: deque[Bar] = deque(maxlen=COLUMNS)
        self.severity = Severity.CALM
        self.posts = self.voices = self.negatives = 0
        self._column = 0

    def take(self, reading: Reading) -> None:
        """Take one bucket in; the last column shows the newest hour."""
        self.severity = reading.severity
        self.posts += reading.mentions
        self.voices += int(reading.voices.observed)
        self.negatives += reading.negatives
        hour, share = reading.hour, reading.negativity
        volume = Bar(hour.observed, hour.expected, hour.lower, hour.upper) if hour else NOTHING
        told = hour is not None and hour.observed >= FEWEST and share is not None
        tone = Bar(share.observed, share.expected, share.lower, share.upper) if told and share else NOTHING
        column = reading.bucket // COLUMN_SECONDS
        if column == self._column:
            self.volume.pop()
            self.negativity.pop()
        self.volume.append(volume)
        self.negativity.append(tone)
        self._column = column


class Board:
    """All brands, the simulated clock, and what has been said."""

    def __init__(self, brands: Sequence[Brand], told: Sequence[Told]) -> None:
        self.lanes = {brand.id: Lane(brand) for brand in brands}
        self.clock = 0.0
        self.posts = 0
        self.log: deque[tuple[float, str, str]] = deque(maxlen=LOG_LINES)
        self.readings: list[Reading] = []
        self.events: list[CrisisEvent] = []
        self.alarm: Alarm | None = None
        self._untold = sorted(told, key=lambda one: one.start)

    def take(self, clock: float, posts: int, outcome: Outcome) -> list[tuple[float, str, str]]:
        """Take in what came of a step of the simulation; return the new lines of the log: time, style, words."""
        self.clock, self.posts = clock, self.posts + posts
        self.readings += outcome.readings
        self.events += outcome.events
        for reading in outcome.readings:
            self.lanes[reading.brand].take(reading)
        new = [(one.start, "dim", f"{self.name(one.brand)}: {one.title.lower()}") for one in self._begun()]
        new += [(clock, *self._words(event)) for event in outcome.events if event.step != "updated"]
        self.log.extend(new)
        return new

    @property
    def over(self) -> bool:
        """Whether the simulation has come to its end."""
        return self.clock >= END.timestamp()

    def name(self, brand: str) -> str:
        """Name a brand."""
        return self.lanes[brand].brand.name if brand in self.lanes else "every brand"

    def _begun(self) -> list[Told]:
        begun = [one for one in self._untold if one.start <= self.clock]
        self._untold = self._untold[len(begun) :]
        return begun

    def _words(self, event: CrisisEvent) -> tuple[str, str]:
        data, name = event.data, self.name(event.data.brand)
        if pages(event) and event.step != "closed":
            self.alarm = Alarm(self.clock, name, event)
        if event.step == "closed":
            return "green", f"{name}: {data.severity} is over"
        style = {"notice": "cyan", "warning": "bold yellow", "critical": "bold red"}[data.severity]
        what = f"ALARM, {data.severity}" if pages(event) else "notice, pages nobody"
        return style, f"{name}: {what}. {data.reason}"


def clock(time: float, form: str = "%a %d %b %H:%M") -> str:
    """Show a simulated time as people in Warsaw read it.

    Examples
    --------
    >>> clock(1792162800.0)
    'Fri 16 Oct 17:00'
    """
    return datetime.fromtimestamp(time, WARSAW).strftime(form)
