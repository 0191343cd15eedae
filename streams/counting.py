"""Histories of counts through the same detection as posts: no matching, no sentiment, no words."""

from __future__ import annotations

from collections.abc import Iterator

from streams.core.brandwatch import BrandWatch
from streams.core.ledger import Voices
from streams.core.settings import Settings
from streams.core.watch import Outcome
from streams.counts import Counts

STEP = 1_440  # buckets told of at a time
NOBODY = Voices(0, 0, 0), 1.0
MODEL = "none: counts"


class Counting:
    """Close bucket after bucket of every brand, from its first count to the last of all.

    Parameters
    ----------
    settings
        Brands and detection.
    counts
        Their width replaces that of the settings.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> settings = Settings(brands=(Brand(id="orlen", name="Orlen"),))
    >>> calm = {minute * 60: (Voices(3, 3, minute % 2), 1.0) for minute in range(4_320)}
    >>> angry = {259_200 + minute * 60: (Voices(40, 40, 35), 1.0) for minute in range(10)}
    >>> outcomes = list(Counting(settings, Counts(60, {"orlen": calm | angry})).run())
    >>> [event.step for outcome in outcomes for event in outcome.events][0]
    'opened'
    """

    def __init__(self, settings: Settings, counts: Counts) -> None:
        detection = settings.detection.model_copy(update={"bucket_seconds": counts.width})
        self.settings = settings.model_copy(update={"detection": detection})
        self.brands = {one.id: BrandWatch(one, self.settings) for one in settings.brands if one.id in counts.brands}
        self._counts = counts

    @property
    def rows(self) -> int:
        """How many counts there are."""
        return sum(map(len, self._counts.brands.values()))

    def run(self) -> Iterator[Outcome]:
        """Yield what comes of it, some buckets at a time."""
        counts, width = self._counts.brands, self._counts.width
        first = {brand: next(iter(its)) for brand, its in counts.items()}
        end = max(next(reversed(its)) for its in counts.values()) + width
        for start in range(min(first.values()), end, STEP * width):
            outcome = Outcome()
            for bucket in range(start, min(end, start + STEP * width), width):
                for brand, watch in self.brands.items():
                    if bucket >= first[brand]:
                        voices, coverage = counts[brand].get(bucket, NOBODY)
                        reading, event = watch.close_counts(bucket, voices, coverage, MODEL)
                        outcome.readings.append(reading)
                        outcome.events += [event] if event else []
            yield outcome
