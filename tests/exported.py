"""The names of all metrics that a process of larum may export."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from streams.metrics import Metrics
from streams.notify.tally import Tally
from streams.response.dues import Dues
from streams.web.webmetrics import WebMetrics


def exported() -> set[str]:
    """Names as queries have them: `_total` of counters, and the parts of histograms."""
    registry = CollectorRegistry()
    Metrics(registry)
    Tally(registry, ["pager"])
    Dues(registry)
    WebMetrics(registry)
    parts = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {family.name + part for family in registry.collect() for part in parts.get(family.type, ("",))}
