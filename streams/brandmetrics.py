"""Metrics of the brands that are watched: what is said of them, what was expected, and the crises they are in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from prometheus_client import Counter, Gauge

from streams.alarms import Alarms, exemplar
from streams.cardinality import BoundedNames
from streams.core.crises import CrisisEvent, Interval, Kind, Severity
from streams.core.readings import Reading
from streams.definitions import Definitions

UNKNOWN = Interval(observed=math.nan, expected=math.nan, lower=math.nan, upper=math.nan)


class BrandMetrics:
    """What Prometheus is told of brands.

    Parameters
    ----------
    definitions
        Of the `streams.metrics.Metrics` that holds this.
    sources, languages
        Names that may be values of labels.

    Attributes
    ----------
    alarms
        Those of open crises and of the budget of false alarms.
    """

    def __init__(self, definitions: Definitions, sources: BoundedNames, languages: BoundedNames) -> None:
        self._source_names, self._language_names = sources, languages
        new = definitions.new
        self._mentions = new(
            Counter, "larum_mentions_total", "Posts that name a brand, once their bucket is closed.",
            "brand", "source", "language",
        )  # fmt: skip
        self._negatives = new(
            Counter, "larum_negatives_total", "Negative texts of each bucket, once it is closed.", "brand"
        )
        self._voices = new(
            Counter, "larum_voices_total", "Independent voices of each bucket, once it is closed.", "brand"
        )
        self._late = new(
            Counter, "larum_late_posts_total", "Mentions that came after their bucket was closed.", "brand"
        )
        self._voices_now = (
            new(Gauge, "larum_observed_voices", "Independent voices in the last closed bucket.", "brand"),
            new(Gauge, "larum_expected_voices", "Independent voices expected in that bucket.", "brand"),
            new(Gauge, "larum_upper_voices", "Upper bound of the ordinary in that bucket.", "brand"),
        )
        self._negativity_now = (
            new(
                Gauge,
                "larum_negativity_ratio",
                "Share of negatives in the last hour; NaN while nobody speaks.",
                "brand",
            ),
            new(Gauge, "larum_expected_negativity_ratio", "Share of negative voices expected.", "brand"),
            new(Gauge, "larum_upper_negativity_ratio", "Upper bound of the ordinary share.", "brand"),
        )
        self._surprise = new(
            Gauge, "larum_surprise", "-log10 of the tail probability that a detector gives to the last closed bucket.",
            "brand", "kind",
        )  # fmt: skip
        self._severity = new(
            Gauge, "larum_crisis_severity", "Severity of the open crisis: 0 none, 1 notice, 2 warning, 3 critical.",
            "brand", "kind",
        )  # fmt: skip
        self._crises = new(
            Counter, "larum_crises_total", "Crises opened at a severity or raised to it.", "brand", "severity"
        )
        self.alarms = Alarms(definitions)
        self._of_brand = (
            self._mentions, self._negatives, self._voices, self._late, self._surprise, self._severity, self._crises,
            *self._voices_now, *self._negativity_now,
        )  # fmt: skip

    def count_late(self, brand: str, posts: int = 1) -> None:
        """Count mentions of a brand that came after their bucket was closed."""
        self._late.labels(brand).inc(posts)

    def adopt(self, brand: str) -> None:
        """Begin to export a brand, all at zero: an alert can only see a rise from a series that is there before it."""
        for counter in (self._negatives, self._voices, self._late):
            counter.labels(brand)
        for severity in list(Severity)[1:]:
            self._crises.labels(brand, severity.name.lower())
        self.show_crisis(brand, (), Severity.CALM)

    def forget(self, brand: str) -> None:
        """Remove every series of a brand, for it belongs to another worker now."""
        for metric in self._of_brand:
            metric.remove_by_labels({"brand": brand})
        self.alarms.forget(brand)

    def observe_reading(self, reading: Reading) -> None:
        """Export what the watch saw in a bucket that it has closed."""
        brand = reading.brand
        for channel in reading.channels:
            source, language = (
                self._source_names.bounded(channel.source),
                self._language_names.bounded(channel.language),
            )
            self._mentions.labels(brand, source, language).inc(channel.mentions)
        self._negatives.labels(brand).inc(reading.negatives)
        self._voices.labels(brand).inc(reading.voices.observed)
        _show(self._voices_now, brand, reading.voices)
        _show(self._negativity_now, brand, reading.negativity or UNKNOWN)
        self._surprise.labels(brand, "volume").set(reading.volume_surprise)
        self._surprise.labels(brand, "negativity").set(reading.negativity_surprise)

    def observe_event(self, event: CrisisEvent) -> None:
        """Export a step in the life of a brand's crisis; of silent sources, their coverage tells."""
        data = event.data
        if data.silent_source:
            return
        severity = Severity[data.severity.upper()]
        self.show_crisis(data.brand, data.kinds, Severity.CALM if event.step == "closed" else severity)
        if event.step in {"opened", "raised"}:
            self._crises.labels(data.brand, data.severity).inc(exemplar=exemplar(event))
        self.alarms.observe(event)

    def show_crisis(self, brand: str, kinds: Iterable[Kind], severity: Severity) -> None:
        """Set a brand's severity for `kinds` and calm for every other kind, as after a restart with a crisis open."""
        present = set(kinds)
        for kind in get_args(Kind):
            self._severity.labels(brand, kind).set(severity if kind in present else Severity.CALM)


def _show(gauges: tuple[Gauge, Gauge, Gauge], brand: str, interval: Interval) -> None:
    for gauge, value in zip(gauges, (interval.observed, interval.expected, interval.upper), strict=True):
        gauge.labels(brand).set(value)
