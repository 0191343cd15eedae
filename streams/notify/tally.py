"""What Prometheus is told of notifications."""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.definitions import Definitions


class Tally:
    """Counts deliveries by receiver.

    Parameters
    ----------
    registry
        Where the metrics are.
    receivers
        Names of all receivers, so that each has its series from the start.

    Attributes
    ----------
    catalogue
        Each metric's name, type, labels and help, in the order of their definition.
    """

    def __init__(self, registry: CollectorRegistry, receivers: Iterable[str]) -> None:
        definitions = Definitions(registry)
        self.catalogue, new = definitions.catalogue, definitions.new
        self._counted = new(
            Counter, "larum_notifications_total", "Attempts to tell a receiver of a crisis, by outcome.",
            "receiver", "outcome",
        )  # fmt: skip
        self._failing = new(
            Gauge, "larum_notifications_failing_since_timestamp_seconds",
            "Since when a receiver takes nothing that it is told; 0 while it does.", "receiver",
        )  # fmt: skip
        self._beat = new(
            Gauge,
            "larum_heartbeat_timestamp_seconds",
            "When somebody outside last got a sign of life; 0 where nobody is to.",
        )
        for receiver in receivers:
            for outcome in ("delivered", "failed", "refused"):
                self._counted.labels(receiver, outcome)
            self._failing.labels(receiver).set(0.0)
        self._since: dict[str, float] = {}

    def delivered(self, receiver: str) -> None:
        """Note that a receiver took a message."""
        self._end(receiver, "delivered")

    def refused(self, receiver: str) -> None:
        """Note that a receiver will never take a message."""
        self._end(receiver, "refused")

    def failed(self, receiver: str) -> None:
        """Note that an attempt failed."""
        self._counted.labels(receiver, "failed").inc()
        self._failing.labels(receiver).set(self._since.setdefault(receiver, time.time()))

    def beaten(self) -> None:
        """Note that somebody outside got a sign of life."""
        self._beat.set_to_current_time()

    def _end(self, receiver: str, outcome: str) -> None:
        self._counted.labels(receiver, outcome).inc()
        self._since.pop(receiver, None)
        self._failing.labels(receiver).set(0.0)
