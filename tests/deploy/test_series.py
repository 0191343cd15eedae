"""What a brand costs in Prometheus is what deploy/README.md says."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import yaml
from prometheus_client import CollectorRegistry

from deploy.grafana.alerting import RULES
from deploy.grafana.dashboards import HERE
from streams.core.readings import Reading
from streams.metrics import Metrics
from tests.streams.samples import crisis, reading

PAGE = (HERE.parent / "README.md").read_text()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def series(registry: CollectorRegistry) -> int:
    return sum(len(family.samples) for family in registry.collect())


def watched(metrics: Metrics, brand: str) -> Reading:
    metrics.brands.adopt(brand)
    seen = reading(brand)
    metrics.brands.observe_reading(seen)
    return seen


def test_a_brand_costs_as_many_series_as_the_page_says(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    before = series(registry)
    channels = len(watched(metrics, "orlen").channels)
    calm = series(registry) - before
    metrics.brands.observe_event(crisis("opened", "warning", "volume"))
    crisis_costs = series(registry) - before - calm
    recorded = sum(
        rule["record"].startswith("brand:")
        for group in yaml.safe_load(RULES.read_text())["groups"]
        for rule in group["rules"]
        if "record" in rule
    )
    told = re.search(r"(\d+) series while it is watched, one more .*?, (\d+) while\nit is in .*?, and (\d+) that", PAGE)
    assert told, "the page does not say what a brand costs"
    assert [int(number) for number in told.groups()] == [calm - channels, crisis_costs, recorded]
    sums = re.search(r"with four sources in two languages that is (\d+), or (\d+) in a crisis", PAGE)
    assert sums, "the page does not sum it up"
    each = calm - channels + 4 * 2 + recorded
    assert [int(number) for number in sums.groups()] == [each, each + crisis_costs]


def test_all_else_does_not_grow_with_the_brands(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    counts = [series(registry)]
    for number in range(3):
        watched(metrics, f"brand-{number}")
        counts.append(series(registry))
    steps = [after - before for before, after in pairwise(counts)]
    assert len(set(steps)) == 1


def test_what_is_federated_is_what_is_recorded_or_exported(registry: CollectorRegistry) -> None:
    block = re.search(r"<!-- federate -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert block
    wanted = " ".join(yaml.safe_load(block[1])["params"]["match[]"])
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    patterns = re.findall(r'__name__=~"([^"]+)"', wanted)
    for recorded in (rule["record"] for rule in rules if "record" in rule):
        assert any(re.fullmatch(pattern, recorded) for pattern in patterns), recorded
    exported = {metric.name for metric in Metrics(registry).catalogue}
    assert {name for name in exported if re.fullmatch(patterns[1], name)} == {
        "larum_ready",
        "larum_alarms_total",
        "larum_budget_alarms",
        "larum_crisis_detected_timestamp_seconds",
    }
