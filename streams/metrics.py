"""Every metric of larum, in one place, on a registry that the caller hands in.

Labels take their values from the configuration or from a small fixed set. Sources and languages come with the posts, so
the first `MAX_LABEL_VALUES` of each keep their names and all others share the value ``other``.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from importlib.metadata import version
from typing import Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from streams.alarms import Alarms, exemplar
from streams.cardinality import BoundedNames
from streams.core.crises import CrisisEvent, Interval, Kind, Severity
from streams.core.match import Taken
from streams.core.readings import Reading
from streams.definitions import Definitions
from streams.modelmetrics import ModelMetrics
from streams.operations import Operations
from streams.schooling import Schooling

DeadLetterReason = Literal["unreadable", "too_large", "from_the_future", "label"]
Stage = Literal["match", "watch", "store"]

MAX_LABEL_VALUES = 50
UNKNOWN = Interval(observed=math.nan, expected=math.nan, lower=math.nan, upper=math.nan)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What larum tells Prometheus about the brands it watches and about itself.

    Parameters
    ----------
    registry
        Where the metrics are registered: one for each process, or one for each test.

    Attributes
    ----------
    alarms
        Those of open crises and of the budget of false alarms.
    catalogue
        Each metric's name, type, labels and help, in the order of their definition.
    operations, schooling, model
        Those of a worker's running, of what its sentiment model is taught, and of how good that is.

    Examples
    --------
    >>> registry = CollectorRegistry()
    >>> metrics = Metrics(registry)
    >>> metrics.count_posts("bluesky", 2, newest=1767369600.0)
    >>> registry.get_sample_value("larum_posts_total", {"source": "bluesky"})
    2.0
    >>> registry.get_sample_value("larum_last_post_timestamp_seconds", {"source": "bluesky"})
    1767369600.0
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        # A switch of the whole process: `_created` doubles the series and answers no question.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._definitions = Definitions(registry)
        self.catalogue = self._definitions.catalogue
        self._source_names = BoundedNames(MAX_LABEL_VALUES)
        self._language_names = BoundedNames(MAX_LABEL_VALUES)
        self._newest: dict[str, float] = {}
        self._covered: set[str] = set()
        self._define_posts()
        self._define_brands()
        self._define_process()

    def _define_posts(self) -> None:
        new = self._definitions.new
        self._posts = new(Counter, "larum_posts_total", "Posts read, whether or not they name a brand.", "source")
        self._last_post = new(
            Gauge, "larum_last_post_timestamp_seconds", "Event time of the newest post of a source.", "source"
        )
        self._coverage = new(
            Gauge, "larum_source_coverage_ratio",
            "Part of a source's expected posts that come: 0 is blind, 1 as usual, more what was missed and comes late.",
            "source",
        )  # fmt: skip
        self._repeats = new(Counter, "larum_repeated_posts_total", "Posts dropped because they had been seen before.")
        self._deleted = new(Counter, "larum_deleted_posts_total", "Deletions of posts, as their sources announce them.")
        self._shed = new(
            Counter, "larum_shed_posts_total", "Posts about loud brands that were left out since posts waited too long."
        )
        self._dead = new(Counter, "larum_dead_letters_total", "Records set aside whole, being of no use.", "reason")

    def _define_brands(self) -> None:
        new = self._definitions.new
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
        self.alarms = Alarms(self._definitions)
        self._of_brand = (
            self._mentions, self._negatives, self._voices, self._late, self._surprise, self._severity, self._crises,
            *self._voices_now, *self._negativity_now,
        )  # fmt: skip

    def _define_process(self) -> None:
        new = self._definitions.new
        self._watermark = new(
            Gauge, "larum_watermark_timestamp_seconds", "Event time up to which a partition has been read.", "partition"
        )
        self._progress = new(Gauge, "larum_last_progress_timestamp_seconds", "When work was last done, by the clock.")
        self._seconds = self._definitions.histogram(
            "larum_processing_seconds", "Time that one batch spends in a stage.", "stage", buckets=SECONDS
        )
        self.operations = Operations(self._definitions)
        self.schooling = Schooling(self._definitions)
        self.model = ModelMetrics(self._definitions)
        self._build = new(Gauge, "larum_build_info", "Always 1; the labels say what is running.", "version", "python")
        self._build.labels(version("larum"), platform.python_version()).set(1)
        for reason in get_args(DeadLetterReason):
            self._dead.labels(reason)
        for stage in get_args(Stage):
            self._seconds.labels(stage)

    def count_batch(self, taken: Taken) -> None:
        """Count a batch of posts by what the match stage said of it."""
        for source, (posts, newest) in taken.sources.items():
            self.count_posts(source, posts, newest)
        self.count_repeats(taken.repeats)
        self.count_deleted(taken.deletions)
        self._shed.inc(taken.shed)

    def count_posts(self, source: str, posts: int, newest: float) -> None:
        """Count posts read from a source; `newest` is the latest event time among them, in epoch seconds."""
        name = self._source_names.bounded(source)
        self._posts.labels(name).inc(posts)
        self._newest[name] = max(newest, self._newest.get(name, newest))
        self._last_post.labels(name).set(self._newest[name])

    def show_coverages(self, coverages: Mapping[str, float]) -> None:
        """Export how much is heard of each source; those that are not in it any more lose their series."""
        shown = {self._source_names.bounded(source): coverage for source, coverage in coverages.items()}
        for name in self._covered - shown.keys():
            self._coverage.remove(name)
        for name, coverage in shown.items():
            self._coverage.labels(name).set(coverage)
        self._covered = set(shown)

    def count_repeats(self, posts: int = 1) -> None:
        """Count posts dropped because they had been seen before."""
        self._repeats.inc(posts)

    def count_deleted(self, posts: int = 1) -> None:
        """Count deletions taken in."""
        self._deleted.inc(posts)

    def count_late(self, brand: str, posts: int = 1) -> None:
        """Count mentions of a brand that came after their bucket was closed."""
        self._late.labels(brand).inc(posts)

    def dead_letter(self, reason: DeadLetterReason) -> None:
        """Count a record that was set aside."""
        self._dead.labels(reason).inc()

    def adopt_brand(self, brand: str) -> None:
        """Begin to export a brand, all at zero: an alert can only see a rise from a series that is there before it."""
        for counter in (self._negatives, self._voices, self._late):
            counter.labels(brand)
        for severity in list(Severity)[1:]:
            self._crises.labels(brand, severity.name.lower())
        self.show_crisis(brand, (), Severity.CALM)

    def forget_brand(self, brand: str) -> None:
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

    def set_watermark(self, partition: int, at: float) -> None:
        """Export a partition's watermark; one that is not known yet (-inf) has no series."""
        if math.isfinite(at):
            self._watermark.labels(str(partition)).set(at)

    def forget_partition(self, partition: int) -> None:
        """Remove the series of a partition of posts that is another worker's now."""
        self._watermark.remove_by_labels({"partition": str(partition)})
        self.operations.forget_partition(partition)

    def set_progress(self, at: float) -> None:
        """Export when work was last done, in epoch seconds."""
        self._progress.set(at)

    def timed(self, stage: Stage) -> AbstractContextManager[object]:
        """Measure the time that the body of a ``with`` spends on one batch in a stage."""
        return self._seconds.labels(stage).time()


def _show(gauges: tuple[Gauge, Gauge, Gauge], brand: str, interval: Interval) -> None:
    for gauge, value in zip(gauges, (interval.observed, interval.expected, interval.upper), strict=True):
        gauge.labels(brand).set(value)


def process_registry() -> CollectorRegistry:
    """Return a new registry that already exports the process's memory, CPU time, open files and garbage collections."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return registry
