"""Metrics of what the sentiment model is taught: what became of labels, models made anew, snapshots."""

from __future__ import annotations

from typing import Literal, get_args

from prometheus_client import Counter

from streams.core.lessons import Effect
from streams.definitions import Definitions

Fate = Literal["written", "read", "refused"]
REFUSED = "refused"
SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0)


class Schooling:
    """What Prometheus is told of labels and of the model that learns from them.

    Parameters
    ----------
    definitions
        Of the `streams.metrics.Metrics` that holds this.
    """

    def __init__(self, definitions: Definitions) -> None:
        new = definitions.new
        self._labels = new(
            Counter, "larum_labels_total",
            "Labels by what they did: learned, repeated, changed or withdrawn an older one, refused.", "effect",
        )  # fmt: skip
        self._anew = definitions.histogram(
            "larum_model_rebuild_seconds", "Time to make the model anew without what it has to forget.", buckets=SECONDS
        )
        self._snapshots = new(Counter, "larum_model_snapshots_total", "Snapshots of the model, by their fate.", "fate")
        for effect in (*Effect, REFUSED):
            self._labels.labels(str(effect))
        for fate in get_args(Fate):
            self._snapshots.labels(fate)

    def count_label(self, effect: Effect) -> None:
        """Count a label by what it did."""
        self._labels.labels(str(effect)).inc()

    def count_refused(self) -> None:
        """Count a record that is no label, or not that of its key."""
        self._labels.labels(REFUSED).inc()

    def observe_rebuild(self, seconds: float) -> None:
        """Export how long it took to make the model anew."""
        self._anew.observe(seconds)

    def count_snapshot(self, fate: Fate) -> None:
        """Count a snapshot."""
        self._snapshots.labels(fate).inc()
