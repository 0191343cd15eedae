"""Histories of counts alone: how many spoke of a brand in each stretch of time, and how many of them angrily."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from streams.core.ledger import Voices
from streams.readers import InputError, structs

WIDEST = 3_600  # seconds
Natural = Annotated[int, msgspec.Meta(ge=0)]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what was counted of a brand from `time` on.

    Parameters
    ----------
    time
        RFC 3339 with offset, or epoch seconds.
    brand
        Its identifier.
    mentions, negatives, scored
        How many spoke, how many of them were negative, and of how many anybody could say; all of them by default.
    coverage
        Part of the posts that is believed to have been collected.
    """

    time: Annotated[datetime, msgspec.Meta(tz=True)] | float
    brand: str
    mentions: Natural
    negatives: Natural = 0
    scored: Natural | None = None
    coverage: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def __post_init__(self) -> None:
        """Refuse counts that contradict each other."""
        judged = self.mentions if self.scored is None else self.scored
        if not self.negatives <= judged <= self.mentions:
            raise ValueError("negatives must be at most scored, and scored at most mentions")


class Counts(msgspec.Struct, frozen=True):
    """Counts of one or more brands by bucket.

    Parameters
    ----------
    width
        Of a bucket, seconds.
    brands
        Voices and coverage by brand and start of the bucket, epoch seconds; in buckets left out, nobody spoke.
    """

    width: int
    brands: dict[str, dict[int, tuple[Voices, float]]]


def read_counts(
    paths: Sequence[str | Path], brands: Iterable[str], bucket_seconds: int, mapping: Mapping[str, str] | None = None
) -> Counts:
    r"""Read tables, or JSON Lines, of counts; see `Count` for their columns.

    Parameters
    ----------
    paths
        The files.
    brands
        Those that there are.
    bucket_seconds
        Width of a bucket. Where the rows stand further apart throughout, that distance is the width.
    mapping
        Field to column, or to ``=`` and a constant.

    Raises
    ------
    InputError
        The file cannot be read; the message names the line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "counts.csv"
    ...     _ = file.write_text("time,brand,mentions\n2026-01-02T16:00Z,orlen,7\n2026-01-02T16:05Z,orlen,9\n")
    ...     counts = read_counts([file], ["orlen"], 60)
    >>> voices, coverage = counts.brands["orlen"][1767369600]
    >>> counts.width, voices.all, voices.scored, voices.negative, coverage
    (300, 7, 7, 0, 1.0)
    """
    there = sorted(brands)
    rows: list[tuple[str, int, Count]] = []
    for row, place in (pair for path in paths for pair in structs(path, Count, ("time",), mapping)):
        if row.brand not in there:
            raise InputError(f"{place}: there is no brand {row.brand!r}; there is {', '.join(there)}")
        at = row.time.timestamp() if isinstance(row.time, datetime) else row.time
        rows.append((row.brand, int(at), row))
    if not rows:
        raise InputError(f"{paths[0]}: holds no counts")
    step = _step(rows)
    if step > WIDEST:
        raise InputError(
            f"{paths[0]}: its rows are at least {step:,} s apart; a crisis needs counts by the hour or finer"
        )
    width = max(bucket_seconds, step)
    found: dict[str, dict[int, tuple[Voices, float]]] = {}
    for brand, time, row in rows:
        buckets = found.setdefault(brand, {})
        bucket = time // width * width
        before, coverage = buckets.get(bucket, (Voices(0, 0, 0), 1.0))
        buckets[bucket] = _sum(before, row), min(coverage, row.coverage)
    return Counts(width, {brand: dict(sorted(buckets.items())) for brand, buckets in found.items()})


def _sum(before: Voices, row: Count) -> Voices:
    scored = row.mentions if row.scored is None else row.scored
    return Voices(before.all + row.mentions, before.scored + scored, before.negative + row.negatives)


def _step(rows: Iterable[tuple[str, int, Count]]) -> int:
    """Find the largest step of which all rows of each brand are multiples apart; 0 where there is but one row."""
    first: dict[str, int] = {}
    step = 0
    for brand, time, _ in rows:
        step = math.gcd(step, time - first.setdefault(brand, time))
    return step
