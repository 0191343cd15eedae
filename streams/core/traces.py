"""How much was said of each brand of late, thinned out for sparklines."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BIN_SECONDS = 900
BINS = 96  # a day
Counts = NDArray[np.float32]


class Trace(NamedTuple):
    """The last day of a brand.

    Parameters
    ----------
    end
        Where the last bin ends, epoch seconds.
    voices, expected
        In each bin of `BIN_SECONDS`, oldest first, shape ``(BINS,)``; 0 where nothing was counted.
    """

    end: int
    voices: Counts
    expected: Counts


class Traces:
    """The last day of every brand that anybody spoke of.

    Examples
    --------
    >>> traces = Traces()
    >>> traces.add("orlen", 1_767_369_600, voices=7, expected=5.0)
    >>> traces.add("orlen", 1_767_369_660, voices=2, expected=5.0)
    >>> traces.add("orlen", 1_767_369_660, voices=2, expected=5.0)  # told again
    >>> trace = traces.of("orlen", 1_767_370_500)
    >>> float(trace.voices[-1]), float(trace.expected[-1]), trace.end
    (9.0, 10.0, 1767370500)
    """

    def __init__(self) -> None:
        self._rings: dict[str, tuple[NDArray[np.int64], Counts]] = {}
        self._spans: dict[str, tuple[int, int]] = {}

    def add(self, brand: str, bucket: int, voices: float, expected: float) -> None:
        """Count a bucket that begins at a time, epoch seconds; one that is no later than the last is told again."""
        first, last = self._spans.get(brand, (bucket, -1))
        if bucket > last:
            self._spans[brand] = first, bucket
            self._count(brand, bucket, voices, expected)

    def precede(self, brand: str, rows: Iterable[tuple[int, float, float]]) -> None:
        """Count what lies before the first bucket that was added: start, voices and expected of each, once."""
        first, last = self._spans.get(brand, (sys.maxsize, -1))
        earlier = [row for row in rows if row[0] < first]
        for row in earlier:
            self._count(brand, *row)
        if earlier:
            self._spans[brand] = earlier[0][0], max(last, earlier[-1][0])

    def _count(self, brand: str, bucket: int, voices: float, expected: float) -> None:
        if brand not in self._rings:
            self._rings[brand] = np.full(BINS, -1, np.int64), np.zeros((2, BINS), np.float32)
        numbers, rows = self._rings[brand]
        number = bucket // BIN_SECONDS
        at = number % BINS
        if numbers[at] > number:
            return
        if numbers[at] < number:
            numbers[at] = number
            rows[:, at] = 0.0
        rows[:, at] += voices, expected

    def of(self, brand: str, now: float) -> Trace:
        """Give the day up to the end of the bin in which a time lies; all zero where nothing was counted."""
        last = -int(-now // BIN_SECONDS) - 1
        wanted = np.arange(last - BINS + 1, last + 1)
        numbers, rows = self._rings.get(brand) or (np.full(BINS, -1, np.int64), np.zeros((2, BINS), np.float32))
        places = wanted % BINS
        found = np.where(numbers[places] == wanted, rows[:, places], np.float32(0.0))
        return Trace((last + 1) * BIN_SECONDS, found[0], found[1])
