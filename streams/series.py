"""Readings of one brand as columns, for plots and the live view."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple, overload

import msgspec
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
        Independent voices of the last hour and their band.
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


class Roll(Sequence[Reading]):
    """Readings in order of time, kept encoded: a year of minutes takes a hundred megabytes and not a gigabyte.

    Examples
    --------
    >>> from streams.core.crises import Severity
    >>> from streams.core.ledger import Voices
    >>> from streams.core.readings import Counted
    >>> roll, voices = Roll(), Interval(7, 5.0, 1.0, 9.0)
    >>> roll.add(Reading(brand="orlen", bucket=60, mentions=8, negatives=2, voices=voices, negativity=None,
    ...                  volume_surprise=0.2, negativity_surprise=0.1, severity=Severity.CALM,
    ...                  counted=Counted(Voices(7, 7, 2))))
    >>> len(roll), roll[-1].voices == voices
    (1, True)
    """

    _encoder = msgspec.msgpack.Encoder()
    _decoder = msgspec.msgpack.Decoder(Reading)

    def __init__(self) -> None:
        self._records: list[bytes] = []

    def add(self, reading: Reading) -> None:
        """Append a reading."""
        self._records.append(self._encoder.encode(reading))

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, index: int) -> Reading: ...
    @overload
    def __getitem__(self, index: slice) -> list[Reading]: ...
    def __getitem__(self, index: int | slice) -> Reading | list[Reading]:
        """Give one reading, or several."""
        found = self._records[index]
        return [*map(self._decoder.decode, found)] if isinstance(found, list) else self._decoder.decode(found)


class Columns:
    """Gathers buckets of one brand as numbers: when, mentions, and the bands of hour and negativity.

    Parameters
    ----------
    seconds
        Width of a bucket.

    Examples
    --------
    >>> columns = Columns(60)
    >>> columns.add(120, 8, Interval(7, 5.0, 1.0, 9.0), None)
    >>> columns.series("orlen").voices.seen
    array([7.])
    """

    WIDTH = 10

    def __init__(self, seconds: float) -> None:
        self._cells = array("d")
        self._seconds = seconds

    def add(self, bucket: int, mentions: float, hour: Interval | None, negativity: Interval | None) -> None:
        """Append the bucket that follows the last one."""
        self._cells.extend((bucket, mentions, *_cells(hour), *_cells(negativity)))

    def series(self, brand: str) -> Series:
        """Give what was gathered."""
        table = np.frombuffer(self._cells).reshape(-1, self.WIDTH)
        return Series(
            brand,
            table[:, 0] + self._seconds,
            last_hours(table[:, 1], self._seconds),
            Band(*table.T[2:6]),
            Band(*table.T[6:10]),
        )


def last_hours(counts: Floats, seconds: float) -> Floats:
    """Sum up counts of buckets that follow each other over the hour up to the end of each.

    Examples
    --------
    >>> last_hours(np.ones(4), 1_200.0)
    array([1., 2., 3., 3.])
    """
    sums = np.cumsum([0.0, *counts])
    begin = np.maximum(np.arange(1, len(counts) + 1) - max(1, int(HOUR_SECONDS // seconds)), 0)
    hours: Floats = sums[1:] - sums[begin]
    return hours


def series(readings: Iterable[Reading]) -> dict[str, Series]:
    """Turn readings, in order of time, into one series for each brand, in order of their first appearance."""
    by_brand: dict[str, Columns] = {}
    for one in readings:
        if one.brand not in by_brand:
            by_brand[one.brand] = Columns(one.voices.minutes * 60)
        by_brand[one.brand].add(one.bucket, one.mentions, one.hour, one.negativity)
    return {brand: columns.series(brand) for brand, columns in by_brand.items()}


def _cells(one: Interval | None) -> tuple[float, ...]:
    return (one.observed, one.expected, one.lower, one.upper) if one else (np.nan,) * 4


def _extremes(values: Floats, stretches: int) -> NDArray[np.intp]:
    """Give the places of the minimum and the maximum of each of so many stretches, ascending; all, if they are few."""
    if len(values) <= 2 * stretches:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), stretches + 1).astype(int)[:-1]
    parts = np.split(values, edges[1:])
    return np.unique(
        [edge + at for edge, part in zip(edges, parts, strict=True) for at in (part.argmin(), part.argmax())]
    )
