"""How far event time has come in one input: per source, and over its sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

LEAP_SECONDS = 3_600.0  # a single post further ahead than this is not believed on its own
TOLD_CLOCKS = 64  # of which a match tells, so that the next owner of its input waits for them too
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
    >>> clock.see([1000.0, 1010.0, 9_000_000.0, 1020.0])
    >>> clock.time
    1020.0
    """

    __slots__ = ("_leaps", "time")

    def __init__(self) -> None:
        self.time = -math.inf
        self._leaps: list[float] = []

    def see(self, times: Sequence[float]) -> None:
        """Take the event times of some posts into account, in the order in which they came."""
        newest = max(times)
        if newest <= self.time + LEAP_SECONDS:  # so is each, whatever came before it
            self.time = max(self.time, newest)
            self._leaps.clear()
            return
        for time in times:
            self._see(time)

    def _see(self, time: float) -> None:
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
    >>> watermark.see("fast", [10_000.0])
    >>> watermark.see("slow", [9_900.0])
    >>> watermark.time
    9840.0

    A source that is further behind than that has stopped, or is so late that waiting for it would not help.

    >>> watermark.see("fast", [10_600.0])
    >>> watermark.time
    10540.0
    """

    def __init__(self, lateness: float, max_hold: float) -> None:
        self.lateness = lateness
        self.max_hold = max_hold
        self._clocks: dict[str, SourceClock] = {}
        self._floor = -math.inf

    def see(self, source: str, times: Sequence[float]) -> None:
        """Take the event times of some posts of a source into account, in the order in which they came."""
        clock = self._clocks.get(source) or self._welcome(source)
        clock.see(times)

    @property
    def clocks(self) -> dict[str, float]:
        """Newest event time of each source that may hold the others back, the slowest first."""
        earliest = self.newest - self.max_hold
        times = ((name, clock.time) for name, clock in self._clocks.items() if clock.time >= earliest)
        return dict(sorted(times, key=lambda one: (one[1], one[0]))[:TOLD_CLOCKS])

    def go_on(self, clocks: Mapping[str, float]) -> None:
        """Know of sources from before a restart: one that is slow holds the others back before its next post, too."""
        for source, time in clocks.items():
            self.see(source, [time])

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
