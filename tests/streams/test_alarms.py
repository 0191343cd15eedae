"""What Prometheus is told of open crises and of what the budget of false alarms is spent on."""

from __future__ import annotations

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

from streams.core.crises import CrisisEvent, Severity, Step
from streams.core.settings import Detection
from streams.metrics import Metrics
from tests.streams.samples import FRIDAY_17, crisis, silence


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


def alarms(registry: CollectorRegistry) -> dict[str, float | None]:
    return {
        urgency: registry.get_sample_value("larum_alarms_total", {"urgency": urgency}) for urgency in ("page", "notice")
    }


def since(registry: CollectorRegistry) -> tuple[float | None, float | None]:
    onset, detected = (
        registry.get_sample_value(f"larum_crisis_{what}_timestamp_seconds", {"brand": "orlen"})
        for what in ("onset", "detected")
    )
    return onset, detected


def test_an_open_crisis_says_since_when_and_a_closed_one_has_no_series(
    metrics: Metrics, registry: CollectorRegistry
) -> None:
    metrics.brands.adopt("orlen")
    assert since(registry) == (None, None)
    metrics.brands.observe_event(crisis("opened", "warning", "volume"))
    assert since(registry) == (FRIDAY_17, FRIDAY_17 + 300)
    metrics.brands.observe_event(crisis("closed", "warning", "volume"))
    assert since(registry) == (None, None)


def test_a_crisis_pages_once_however_grave_it_becomes(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_event(crisis("opened", "warning", "negativity"))
    metrics.brands.observe_event(crisis("updated", "warning", "negativity"))
    metrics.brands.observe_event(crisis("raised", "critical", "negativity"))
    metrics.brands.observe_event(crisis("closed", "critical", "negativity"))
    assert alarms(registry) == {"page": 1, "notice": 0}
    metrics.brands.observe_event(crisis("opened", "warning", "negativity"))
    assert alarms(registry) == {"page": 2, "notice": 0}


def test_another_wave_of_a_crisis_pages_again_once_and_is_shown_until_it_closes(
    metrics: Metrics, registry: CollectorRegistry
) -> None:
    def wave() -> float | None:
        return registry.get_sample_value("larum_crisis_wave", {"brand": "orlen"})

    def of_wave(step: Step, number: int) -> CrisisEvent:
        event = crisis(step, "critical", "negativity")
        return msgspec.structs.replace(event, data=msgspec.structs.replace(event.data, wave=number))

    metrics.brands.observe_event(crisis("opened", "warning", "negativity"))
    assert wave() == 1
    for step in ("raised", "updated", "raised"):
        metrics.brands.observe_event(of_wave(step, 2))
    assert (wave(), alarms(registry)) == (2, {"page": 2, "notice": 0})
    metrics.brands.observe_event(of_wave("raised", 3))
    assert (wave(), alarms(registry)) == (3, {"page": 3, "notice": 0})
    metrics.brands.observe_event(of_wave("closed", 3))
    assert wave() is None


def test_a_notice_that_grows_into_a_page_is_both(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_event(crisis("opened", "notice", "volume"))
    metrics.brands.observe_event(crisis("updated", "notice", "volume"))
    assert alarms(registry) == {"page": 0, "notice": 1}
    metrics.brands.observe_event(crisis("raised", "critical", "volume", "negativity"))
    assert alarms(registry) == {"page": 1, "notice": 1}


def test_a_page_from_before_a_restart_is_not_counted_again(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.alarms.begin("orlen", FRIDAY_17, FRIDAY_17 + 60, Severity.WARNING)
    assert since(registry) == (FRIDAY_17, FRIDAY_17 + 60)
    metrics.brands.observe_event(crisis("raised", "critical", "negativity"))
    assert alarms(registry) == {"page": 0, "notice": 0}


def test_a_silent_source_spends_nothing(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_event(silence())
    assert alarms(registry) == {"page": 0, "notice": 0}


def test_the_budget_is_as_configured(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.alarms.show_budget(Detection(false_pages_per_month=2, false_notices_per_month=30))
    borne = [registry.get_sample_value("larum_budget_alarms", {"urgency": name}) for name in ("page", "notice")]
    assert borne == [2, 30]


def test_counters_of_crises_name_the_crisis_as_an_exemplar(metrics: Metrics, registry: CollectorRegistry) -> None:
    event = crisis("opened", "warning", "volume")
    metrics.brands.observe_event(event)
    families = parse_openmetrics(generate_openmetrics(registry).decode())  # type: ignore[no-untyped-call]
    named = {sample.name: sample.exemplar.labels for family in families for sample in family.samples if sample.exemplar}
    assert named == {"larum_crises_total": {"crisis": event.subject}, "larum_alarms_total": {"crisis": event.subject}}
    assert event.subject not in generate_latest(registry).decode()  # plain text knows no exemplars
