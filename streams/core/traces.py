"""How much was said of each brand of late, thinned out for sparklines."""

from __future__ import annotations

import sys
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


class _Span(NamedTuple):
    """From the first bucket that was counted to the last, and what was expected of that."""

    first: int
    last: int
    expected: float


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
        self._spans: dict[str, _Span] = {}

    def add(self, brand: str, bucket: int, voices: float, expected: float, seconds: int | None = None) -> None:
        """Count a bucket of some seconds, of which only those come in which somebody spoke.

        Parameters
        ----------
        brand
            Its identifier.
        bucket
            When it begins, epoch seconds. One that is no later than the last is told again, and passed over.
        voices, expected
            In it.
        seconds
            How long it is: of those left out since the last one the mean of both is expected. None leaves none out.
        """
        span = self._spans.get(brand) or _Span(bucket, -1, expected)
        if bucket <= span.last:
            return
        if seconds and span.last >= 0:
            begin = max(span.last + seconds, bucket - BINS * BIN_SECONDS)
            self._spread(brand, begin, bucket, seconds, (span.expected + expected) / 2)
        self._spans[brand] = _Span(span.first, bucket, expected)
        self._count(brand, bucket, voices, expected)

    def precede(self, brand: str, buckets: NDArray[np.int64], voices: Counts, expected: Counts) -> None:
        """Count what lies before the first bucket that was added: once, in order of time; NaN where nobody expected."""
        span = self._spans.get(brand) or _Span(sys.maxsize, -1, 0.0)
        count = int(np.searchsorted(buckets, span.first))
        if not count:
            return
        buckets, voices, known = buckets[:count], voices[:count], ~np.isnan(expected[:count])
        between = np.interp(buckets, buckets[known], expected[:count][known]) if known.any() else np.zeros(count)
        bins, place = np.unique(buckets // BIN_SECONDS, return_inverse=True)
        for at, *sums in zip(bins, np.bincount(place, voices), np.bincount(place, between), strict=True):
            self._count(brand, int(at) * BIN_SECONDS, *map(float, sums))
        self._spans[brand] = _Span(int(buckets[0]), max(span.last, int(buckets[-1])), span.expected)

    def _spread(self, brand: str, begin: int, end: int, seconds: int, expected: float) -> None:
        while begin < end:
            until = min(end, (begin // BIN_SECONDS + 1) * BIN_SECONDS)
            left_out = -(-(until - begin) // seconds)
            self._count(brand, begin, 0.0, left_out * expected)
            begin += left_out * seconds

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
        rows[0, at] += voices
        rows[1, at] += expected

    def of(self, brand: str, now: float) -> Trace:
        """Give the day up to the end of the bin in which a time lies; all zero where nothing was counted."""
        last = -int(-now // BIN_SECONDS) - 1
        wanted = np.arange(last - BINS + 1, last + 1)
        numbers, rows = self._rings.get(brand) or (np.full(BINS, -1, np.int64), np.zeros((2, BINS), np.float32))
        places = wanted % BINS
        found = np.where(numbers[places] == wanted, rows[:, places], np.float32(0.0))
        return Trace((last + 1) * BIN_SECONDS, found[0], found[1])
