"""What a process of larum tells Prometheus, on a registry that the caller hands in.

Labels take their values from the configuration or from a small fixed set. Sources and languages come with the posts, so
the first `MAX_LABEL_VALUES` of each keep their names and all others share the value ``other``.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
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

from streams.brandmetrics import BrandMetrics
from streams.cardinality import BoundedNames
from streams.core.match import Taken
from streams.definitions import Definitions
from streams.modelmetrics import ModelMetrics
from streams.operations import Operations
from streams.schooling import Schooling

DeadLetterReason = Literal["unreadable", "too_large", "from_the_future", "label"]
Stage = Literal["match", "watch", "store"]

MAX_LABEL_VALUES = 50
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What larum tells Prometheus about the brands it watches and about itself.

    Parameters
    ----------
    registry
        Where the metrics are registered: one for each process, or one for each test.

    Attributes
    ----------
    brands
        Those of the brands that are watched.
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
        self._newest: dict[str, float] = {}
        self._covered: set[str] = set()
        self._define_posts()
        self.brands = BrandMetrics(self._definitions, self._source_names, BoundedNames(MAX_LABEL_VALUES))
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

    def dead_letter(self, reason: DeadLetterReason) -> None:
        """Count a record that was set aside."""
        self._dead.labels(reason).inc()

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


def process_registry() -> CollectorRegistry:
    """Return a new registry that already exports the process's memory, CPU time, open files and garbage collections."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return registry
