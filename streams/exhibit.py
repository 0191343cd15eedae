"""What of a watch is shown as metrics: every brand while they are few, of many those that are at hand."""

from __future__ import annotations

from streams.core.crises import Severity
from streams.core.watch import Outcome, Watch
from streams.metrics import Metrics


class Exhibit:
    """Export what watches see, and remove the series of brands that are given away or put to rest.

    A brand at rest has nothing to show, and a hundred thousand of them have more series than anybody wants to store.

    Parameters
    ----------
    metrics
        Where it is shown.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._shown: set[str] = set()

    def clear(self) -> None:
        """Remove all brands."""
        self._hide(set(self._shown))
        self._metrics.show_coverages({})

    def begin(self, watch: Watch) -> None:
        """Show a watch as it stands after a restart, or by other settings."""
        brands, detection = watch.brands, watch.settings.detection
        self._metrics.brands.alarms.show_budget(detection)
        self._hide(brands.rested & self._shown)
        for name in brands.at_hand if brands.wide else brands:
            self._adopt(name)
        for name, brand in brands.at_hand.items():
            if brand.life.is_open:
                life, severity = brand.life, Severity(brand.life.severity)
                self._metrics.brands.show_crisis(name, life.kinds, severity)
                self._metrics.brands.alarms.begin(
                    name, life.onset, life.opened + detection.bucket_seconds, severity, life.wave
                )
        if watch.speaks_of_sources:
            self._metrics.show_coverages(watch.coverages)

    def show(self, watch: Watch, outcome: Outcome) -> None:
        """Show what came of a step."""
        metrics, at_hand = self._metrics, watch.brands.at_hand
        for reading in outcome.readings:
            if reading.brand in at_hand:
                self._adopt(reading.brand)
                metrics.brands.observe_reading(reading)
        for event in outcome.events:
            if event.data.silent_source or event.data.brand in watch.brands:
                metrics.brands.observe_event(event)
        for brand, late in outcome.late.items():
            if brand in watch.brands:
                metrics.brands.count_late(brand, late)
        if outcome.unknown:
            metrics.operations.count_unknown_brand(outcome.unknown)
        self._hide(outcome.rested & self._shown)
        if outcome.coverages is not None:
            metrics.show_coverages(outcome.coverages)

    def _adopt(self, brand: str) -> None:
        if brand not in self._shown:
            self._shown.add(brand)
            self._metrics.brands.adopt(brand)

    def _hide(self, brands: set[str]) -> None:
        for brand in brands:
            self._metrics.brands.forget(brand)
        self._shown -= brands
