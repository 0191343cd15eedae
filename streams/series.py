"""Readings of one brand as columns, for plots and the live view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.crises import Interval
from streams.core.readings import Reading

HOUR_SECONDS = 3_600
Floats = NDArray[np.float64]


class Band(NamedTuple):
    """What was seen beside what was expected and the range of the ordinary; NaN where nothing is known."""

    seen: Floats
    expected: Floats
    lower: Floats
    upper: Floats


class Series(NamedTuple):
    """One brand over time.

    Parameters
    ----------
    brand
        Its identifier.
    time
        Ends of the buckets, epoch seconds.
    mentions
        Posts of the last hour, repeats of a text included.
    voices
        Distinct texts of the last hour and their band.
    negativity
        Share of negative voices in the last hour and its band.
    """

    brand: str
    time: Floats
    mentions: Floats
    voices: Band
    negativity: Band

    def between(self, start: float, end: float, points: int) -> Series:
        """Cut out a span and thin it to about `points` points: the lowest and the highest hour of each stretch stay."""
        first, last = (int(at) for at in np.searchsorted(self.time, (start, end)))
        pick = first + _extremes(self.mentions[first:last], max(1, points // 2))
        return Series(
            self.brand,
            self.time[pick],
            self.mentions[pick],
            Band(*(column[pick] for column in self.voices)),
            Band(*(column[pick] for column in self.negativity)),
        )


def series(readings: Iterable[Reading]) -> dict[str, Series]:
    """Turn readings, in order of time, into one series for each brand, in order of their first appearance."""
    by_brand: dict[str, list[Reading]] = {}
    for reading in readings:
        by_brand.setdefault(reading.brand, []).append(reading)
    return {brand: _columns(brand, rows) for brand, rows in by_brand.items()}


def _columns(brand: str, rows: list[Reading]) -> Series:
    width = rows[0].voices.minutes * 60
    mentions = np.cumsum([0, *(row.mentions for row in rows)])
    span = max(1, int(HOUR_SECONDS // width))
    begin = np.maximum(np.arange(1, len(rows) + 1) - span, 0)
    return Series(
        brand,
        np.array([row.bucket + width for row in rows], float),
        (mentions[1:] - mentions[begin]).astype(float),
        _band([row.hour for row in rows]),
        _band([row.negativity for row in rows]),
    )


def _band(intervals: list[Interval | None]) -> Band:
    nothing = (np.nan,) * 4
    table = np.array(
        [(one.observed, one.expected, one.lower, one.upper) if one else nothing for one in intervals], float
    ).reshape(-1, 4)
    return Band(*table.T)


def _extremes(values: Floats, stretches: int) -> NDArray[np.intp]:
    """Give the places of the minimum and the maximum of each of so many stretches, ascending; all, if they are few."""
    if len(values) <= 2 * stretches:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), stretches + 1).astype(int)[:-1]
    parts = np.split(values, edges[1:])
    return np.unique(
        [edge + at for edge, part in zip(edges, parts, strict=True) for at in (part.argmin(), part.argmax())]
    )
