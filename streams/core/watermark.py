"""How far event time has come: per source, and over all inputs of a shard."""

from __future__ import annotations

import math

LEAP_SECONDS = 3_600.0  # a single post further ahead than this is not believed on its own
MOST_CLOCKS = 256  # sources come with the posts: who invents them must not fill the memory
OTHERS = ""  # no source is called so: the sources beyond that many share a clock
WITNESSES = 3  # but so many posts in a row are: the source had a gap


class SourceClock:
    """Newest believable event time of one source.

    One post with a time far in the future must not push the clock, or every honest post after it would count as late. A
    leap of more than `LEAP_SECONDS` is believed once `WITNESSES` posts in a row agree on it; then the least of them
    counts.

    Examples
    --------
    >>> clock = SourceClock()
    >>> for time in (1000.0, 1010.0, 9_000_000.0, 1020.0):
    ...     clock.see(time)
    >>> clock.time
    1020.0
    """

    __slots__ = ("_leaps", "time")

    def __init__(self) -> None:
        self.time = -math.inf
        self._leaps: list[float] = []

    def see(self, time: float) -> None:
        """Take the event time of one post into account."""
        if time <= self.time + LEAP_SECONDS:
            self.time = max(self.time, time)
            self._leaps.clear()
            return
        self._leaps.append(time)
        if self.time == -math.inf or len(self._leaps) == WITNESSES:
            self.time = min(self._leaps)
            self._leaps.clear()


class Watermark:
    """Event time before which no more posts of an input are expected.

    Parameters
    ----------
    lateness
        How long a bucket waits for stragglers, seconds.
    max_hold
        How far the slowest source may hold the others back, seconds.

    Examples
    --------
    >>> watermark = Watermark(lateness=60, max_hold=600)
    >>> watermark.see("fast", 10_000.0)
    >>> watermark.see("slow", 9_900.0)
    >>> watermark.time
    9840.0

    A source that is further behind than that has stopped, or is so late that waiting for it would not help.

    >>> watermark.see("fast", 10_600.0)
    >>> watermark.time
    10540.0
    """

    def __init__(self, lateness: float, max_hold: float) -> None:
        self.lateness = lateness
        self.max_hold = max_hold
        self._clocks: dict[str, SourceClock] = {}
        self._floor = -math.inf

    def see(self, source: str, time: float) -> None:
        """Take the event time of one post of a source into account."""
        clock = self._clocks.get(source) or self._welcome(source)
        clock.see(time)

    def _welcome(self, source: str) -> SourceClock:
        """Give a new source its clock; once there are too many, those too far behind to count make room, if any are."""
        clocks = self._clocks
        if len(clocks) >= MOST_CLOCKS:
            earliest = self.newest - self.max_hold
            for name in [name for name, clock in clocks.items() if clock.time < earliest]:
                del clocks[name]
        return clocks.setdefault(source if len(clocks) < MOST_CLOCKS else OTHERS, SourceClock())

    def raise_to(self, time: float) -> None:
        """Move on to `time` whatever the sources say: they are idle, and the runtime's clock is the better guide."""
        self._floor = max(self._floor, time)

    @property
    def newest(self) -> float:
        """Newest event time of any source; -inf before the first post."""
        return max((clock.time for clock in self._clocks.values()), default=-math.inf)

    @property
    def time(self) -> float:
        """The watermark, epoch seconds; -inf before the first post."""
        earliest = self.newest - self.max_hold
        slowest = min((clock.time for clock in self._clocks.values() if clock.time >= earliest), default=-math.inf)
        return max(self._floor, slowest - self.lateness)


class InputClock:
    """The watermark of a shard: the least of its inputs', those left out that have nothing more to read.

    Examples
    --------
    >>> clock = InputClock()
    >>> clock.hear(0, inputs=2, watermark=100.0, idle=False)
    >>> clock.time
    -inf
    >>> clock.hear(1, inputs=2, watermark=80.0, idle=False)
    >>> clock.time
    80.0
    >>> clock.hear(1, inputs=2, watermark=80.0, idle=True)
    >>> clock.time
    100.0
    """

    def __init__(self) -> None:
        self.inputs = 0
        self.watermarks: dict[int, float] = {}
        self.idle: set[int] = set()
        self.live: set[int] = set()

    def hear(self, number: int, *, inputs: int, watermark: float, idle: bool, live: bool = False) -> None:
        """Take the report of one input into account; watermarks never go back."""
        self.inputs = inputs
        self.watermarks[number] = max(watermark, self.watermarks.get(number, -math.inf))
        if idle:
            self.idle.add(number)
        else:
            self.idle.discard(number)
        if live:
            self.live.add(number)
        else:
            self.live.discard(number)

    @property
    def time(self) -> float:
        """The watermark, epoch seconds; -inf until every input has been heard."""
        if not self.inputs or len(self.watermarks) < self.inputs:
            return -math.inf
        awake = [time for number, time in self.watermarks.items() if number not in self.idle]
        return min(awake) if awake else max(self.watermarks.values())
