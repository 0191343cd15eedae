"""How much was heard of each brand in a week, from the journal of a state file or from the topic of counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from streams import past
from streams.core.settings import Settings
from streams.report.weeks import Week
from streams.response import course
from streams.storage import Store

HOUR = 3_600.0
WEEK = 7 * 24 * HOUR
RECORDED = 0.95  # of the week before, for it to be compared with


class Bucket(NamedTuple):
    """What was counted of a brand in one bucket."""

    start: int
    mentions: int
    voices: int
    negatives: int
    coverage: float


class Heard:
    """What was heard of one brand in a week, hour by hour.

    Parameters
    ----------
    week
        Which.
    seconds
        Width of a bucket.

    Attributes
    ----------
    hours
        Posts in each hour; None where nothing is recorded.
    mentions, voices, negatives
        In the week.
    before
        Posts in the week before.

    Examples
    --------
    >>> heard = Heard(Week("1970-W02", 345_600.0, 950_400.0), 60)
    >>> heard.add(Bucket(345_660, 7, 5, 2, 0.5))
    >>> heard.hours[:2], heard.mentions, heard.coverage
    ([7, None], 7, 0.5)
    """

    def __init__(self, week: Week, seconds: int) -> None:
        self._start, self._end, self._seconds = week.start, week.end, seconds
        self.hours: list[int | None] = [None] * math.ceil((week.end - week.start) / HOUR)
        self.mentions = self.voices = self.negatives = self.before = 0
        self._buckets = self._buckets_before = 0
        self._covered = 0.0
        self._last = -1

    def add(self, one: Bucket) -> None:
        """Take a bucket in; one that was there before, or comes before one that was, is passed over."""
        if one.start <= self._last:
            return
        self._last = one.start
        if one.start < self._start:
            self.before += one.mentions
            self._buckets_before += 1
        elif one.start < self._end:
            at = int((one.start - self._start) // HOUR)
            self.hours[at] = (self.hours[at] or 0) + one.mentions
            self.mentions += one.mentions
            self.voices += one.voices
            self.negatives += one.negatives
            self._buckets += 1
            self._covered += min(1.0, one.coverage)

    @property
    def coverage(self) -> float | None:
        """Part of the posts that was heard, over what is recorded; None where nothing is."""
        return self._covered / self._buckets if self._buckets else None

    @property
    def deaf_hours(self) -> float:
        """Hours' worth of posts that were not heard."""
        return (self._buckets - self._covered) * self._seconds / HOUR

    @property
    def knows_before(self) -> bool:
        """Whether the week before is recorded, too."""
        return self._buckets_before * self._seconds >= RECORDED * WEEK

    def silent_between(self, first: int, last: int) -> None:
        """Take hours for silent in which nothing was written down, where others were before and behind them."""
        for at, hour in enumerate(self.hours):
            if hour is None and first <= self._start + at * HOUR <= last:
                self.hours[at] = 0


def from_store(settings: Settings, store: Store, week: Week) -> dict[str, Heard]:
    """Take what the journal holds of each brand."""
    heard = _all(settings, week)
    for brand, one in heard.items():
        for bucket, counted, seen in past.kept(store, brand, week.start - WEEK, week.end):
            voices = counted.voices
            one.add(Bucket(bucket, seen.mentions, voices.all, voices.negative, counted.coverage))
    return heard


async def from_topic(settings: Settings, week: Week) -> dict[str, Heard]:
    """Take what the topic of counts holds; buckets without posts are not in it, so of the week before little is sure.

    Raises
    ------
    AccessError
        The broker does not let larum in, or does not let it read the counts.
    """
    heard = _all(settings, week)
    for shard in range(settings.kafka.partitions):
        brands, first, last = set[str](), math.inf, -math.inf
        async for line in course.counted(settings.kafka, shard, week.start, week.end):
            if line.brand in heard:
                start = int(course.begin(line))
                first, last = min(first, start), max(last, start)
                brands.add(line.brand)
                heard[line.brand].add(Bucket(start, line.mentions, line.voices, line.negatives, line.coverage))
        _fill(heard, brands, first, last)
    return heard


def _fill(heard: dict[str, Heard], brands: Iterable[str], first: float, last: float) -> None:
    for brand in brands:
        heard[brand].silent_between(int(first), int(last))


def _all(settings: Settings, week: Week) -> dict[str, Heard]:
    return {brand.id: Heard(week, settings.detection.bucket_seconds) for brand in settings.brands}
