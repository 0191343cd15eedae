"""Metrics of the crises that are open, since when, and of what the budget of false alarms is spent on."""

from __future__ import annotations

from typing import Literal, get_args

from prometheus_client import Counter, Gauge

from streams.core.crises import CrisisEvent, Severity
from streams.core.settings import Detection
from streams.core.times import epoch
from streams.definitions import Definitions

Urgency = Literal["page", "notice"]


class Alarms:
    """What Prometheus is told of alarms: a series for each open crisis, and two for the budget of all brands together.

    How much of the budget is spent is for Prometheus to say, by the increase of the counter over thirty days: it
    remembers when workers come and go, and a hundred thousand brands cost no more than one.

    Parameters
    ----------
    definitions
        Of the `streams.metrics.Metrics` that holds this.
    """

    def __init__(self, definitions: Definitions) -> None:
        new = definitions.new
        self._onset = new(
            Gauge, "larum_crisis_onset_timestamp_seconds",
            "Event time at which the open crisis began; no series while there is none.", "brand",
        )  # fmt: skip
        self._detected = new(
            Gauge, "larum_crisis_detected_timestamp_seconds",
            "Event time at which the open crisis was detected; no series while there is none.", "brand",
        )  # fmt: skip
        self._alarms = new(
            Counter, "larum_alarms_total",
            "Crises and further waves of them that woke somebody (page), and crises that did not (notice).", "urgency",
        )  # fmt: skip
        self._borne = new(
            Gauge, "larum_budget_alarms", "False alarms that are borne in a month over all brands, as configured.",
            "urgency",
        )  # fmt: skip
        self._wave = new(
            Gauge, "larum_crisis_wave",
            "Which wave of a crisis is open, since it woke somebody; no series while none is.", "brand",
        )  # fmt: skip
        self._paged: dict[str, int] = {}  # brands whose open crisis has woken somebody, and by which of its waves
        for urgency in get_args(Urgency):
            self._alarms.labels(urgency)

    def show_budget(self, detection: Detection) -> None:
        """Export how many false alarms are borne."""
        self._borne.labels("page").set(detection.false_pages_per_month)
        self._borne.labels("notice").set(detection.false_notices_per_month)

    def begin(self, brand: str, onset: float, detected: float, severity: Severity, wave: int = 1) -> None:
        """Show a crisis that is open, as after a restart; it was counted when it was told."""
        self._onset.labels(brand).set(onset)
        self._detected.labels(brand).set(detected)
        if severity >= Severity.WARNING:
            self._paged[brand] = wave
            self._wave.labels(brand).set(wave)

    def observe(self, event: CrisisEvent) -> None:
        """Export a step in the life of a brand's crisis, and count it where it is a page or a notice."""
        data = event.data
        if event.step == "closed":
            self.forget(data.brand)
            return
        severity, wave = Severity[data.severity.upper()], data.wave or 1
        woken = self._paged.get(data.brand, 0) >= wave
        self.begin(data.brand, epoch(data.onset), epoch(data.detected_at), severity, wave)
        if severity >= Severity.WARNING and not woken:
            self._alarms.labels("page").inc(exemplar=exemplar(event))
        elif event.step == "opened":
            self._alarms.labels("notice").inc(exemplar=exemplar(event))

    def forget(self, brand: str) -> None:
        """Remove the series of a crisis that is over, or whose brand is another worker's now."""
        for gauge in (self._onset, self._detected, self._wave):
            gauge.remove_by_labels({"brand": brand})
        self._paged.pop(brand, None)


def exemplar(event: CrisisEvent) -> dict[str, str]:
    """Name the crisis that a counter rises for: 16 characters, by which it is found in events, messages and reports.

    Examples
    --------
    >>> from streams.core.crises import crisis_id
    >>> len(crisis_id("orlen", 1767369600))
    16
    """
    return {"crisis": event.subject}
