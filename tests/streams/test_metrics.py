"""What a scrape shows after the runtimes have told the metrics what they saw."""

from __future__ import annotations

import math

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from streams.cardinality import OTHER
from streams.core.crises import Interval
from streams.metrics import MAX_LABEL_VALUES, Metrics, process_registry
from tests.streams.samples import FRIDAY_17, crisis, reading, silence


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


def severities(registry: CollectorRegistry) -> dict[str, float | None]:
    kinds = ("volume", "negativity", "smoulder", "silence")
    return {
        kind: registry.get_sample_value("larum_crisis_severity", {"brand": "orlen", "kind": kind}) for kind in kinds
    }


def test_a_reading_counts_its_mentions_by_source_and_language(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_reading(reading())
    metrics.brands.observe_reading(reading())

    def mentions(source: str, language: str) -> float | None:
        labels = {"brand": "orlen", "source": source, "language": language}
        return registry.get_sample_value("larum_mentions_total", labels)

    assert mentions("bluesky", "pl") == 8
    assert mentions("bluesky", "en") == 2
    assert mentions("mastodon", "pl") == 4
    assert registry.get_sample_value("larum_negatives_total", {"brand": "orlen"}) == 6
    assert registry.get_sample_value("larum_voices_total", {"brand": "orlen"}) == 10


def test_the_last_reading_stands_beside_what_was_expected(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_reading(reading(negativity=Interval(observed=0.6, expected=0.2, lower=0.1, upper=0.4)))
    values = {
        name: registry.get_sample_value(f"larum_{name}", {"brand": "orlen"})
        for name in ("observed_voices", "expected_voices", "upper_voices", "negativity_ratio", "upper_negativity_ratio")
    }
    assert values == {
        "observed_voices": 5.0,
        "expected_voices": 2.0,
        "upper_voices": 6.0,
        "negativity_ratio": 0.6,
        "upper_negativity_ratio": 0.4,
    }
    assert registry.get_sample_value("larum_surprise", {"brand": "orlen", "kind": "volume"}) == 1.5


def test_negativity_is_unknown_not_zero_while_nobody_speaks(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_reading(reading(negativity=None))
    ratio = registry.get_sample_value("larum_negativity_ratio", {"brand": "orlen"})
    assert ratio is not None
    assert math.isnan(ratio)


def test_severity_follows_the_life_of_a_crisis(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.adopt("orlen")
    assert severities(registry) == {"volume": 0, "negativity": 0, "smoulder": 0, "silence": 0}
    metrics.brands.observe_event(crisis("opened", "notice", "volume"))
    assert severities(registry) == {"volume": 1, "negativity": 0, "smoulder": 0, "silence": 0}
    metrics.brands.observe_event(crisis("raised", "critical", "volume", "negativity"))
    assert severities(registry) == {"volume": 3, "negativity": 3, "smoulder": 0, "silence": 0}
    metrics.brands.observe_event(crisis("updated", "critical", "negativity"))
    assert severities(registry) == {"volume": 0, "negativity": 3, "smoulder": 0, "silence": 0}
    metrics.brands.observe_event(crisis("closed", "critical", "negativity"))
    assert severities(registry) == {"volume": 0, "negativity": 0, "smoulder": 0, "silence": 0}


def test_a_crisis_counts_once_at_each_severity_it_reaches(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.adopt("orlen")
    metrics.brands.observe_event(crisis("opened", "notice", "volume"))
    metrics.brands.observe_event(crisis("updated", "notice", "volume"))
    metrics.brands.observe_event(crisis("raised", "critical", "volume"))
    metrics.brands.observe_event(crisis("closed", "critical", "volume"))

    def crises(severity: str) -> float | None:
        return registry.get_sample_value("larum_crises_total", {"brand": "orlen", "severity": severity})

    assert [crises(name) for name in ("notice", "warning", "critical")] == [1, 0, 1]


def test_a_brand_given_away_leaves_no_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    for brand in ("orlen", "zabka"):
        metrics.brands.adopt(brand)
        metrics.brands.observe_reading(reading(brand))
        metrics.brands.count_late(brand)
    metrics.brands.observe_event(crisis("opened", "notice", "volume"))
    metrics.brands.forget("orlen")
    exposition = generate_latest(registry).decode()
    assert 'brand="orlen"' not in exposition
    assert 'brand="zabka"' in exposition


def test_a_partition_given_away_leaves_no_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    for partition in (0, 1):
        metrics.set_watermark(partition, FRIDAY_17)
        metrics.operations.set_lag("posts", partition, 12)
        metrics.operations.set_lag("tallies", partition, 12)
        metrics.operations.set_held(partition, held=True)
        metrics.operations.set_sampling(partition, 0.5)
    metrics.forget_partition(1)
    metrics.operations.forget_lags("posts", but={0})
    metrics.operations.forget_lags("tallies", but={0})
    exposition = generate_latest(registry).decode()
    assert 'partition="0"' in exposition
    assert 'partition="1"' not in exposition


def test_a_watermark_not_yet_known_has_no_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.set_watermark(0, -math.inf)
    assert registry.get_sample_value("larum_watermark_timestamp_seconds", {"partition": "0"}) is None


def test_an_older_post_does_not_turn_the_last_post_back(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.count_posts("bluesky", 1, newest=FRIDAY_17)
    metrics.count_posts("bluesky", 1, newest=FRIDAY_17 - 3600)
    assert registry.get_sample_value("larum_last_post_timestamp_seconds", {"source": "bluesky"}) == FRIDAY_17


def test_invented_sources_cannot_grow_the_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    for number in range(MAX_LABEL_VALUES + 25):
        metrics.count_posts(f"source-{number}", 1, newest=FRIDAY_17)
    metrics.count_posts("source-0", 1, newest=FRIDAY_17)
    assert registry.get_sample_value("larum_posts_total", {"source": OTHER}) == 25
    assert registry.get_sample_value("larum_posts_total", {"source": "source-0"}) == 2
    assert registry.get_sample_value("larum_posts_total", {"source": f"source-{MAX_LABEL_VALUES}"}) is None


def test_dead_letters_are_counted_by_reason_from_zero(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.dead_letter("too_large")
    reasons = ("unreadable", "too_large", "from_the_future", "label")
    counts = [registry.get_sample_value("larum_dead_letters_total", {"reason": reason}) for reason in reasons]
    assert counts == [0, 1, 0, 0]


def test_a_stage_is_timed_once_for_each_batch(metrics: Metrics, registry: CollectorRegistry) -> None:
    with metrics.timed("match"):
        pass
    assert registry.get_sample_value("larum_processing_seconds_count", {"stage": "match"}) == 1
    assert registry.get_sample_value("larum_processing_seconds_count", {"stage": "watch"}) == 0


def test_plain_counts_add_up(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.count_repeats(3)
    metrics.count_deleted()
    metrics.set_progress(FRIDAY_17)
    names = ("repeated_posts_total", "deleted_posts_total", "last_progress_timestamp_seconds")
    assert [registry.get_sample_value(f"larum_{name}") for name in names] == [3, 1, FRIDAY_17]


def test_a_process_registry_also_tells_of_the_process() -> None:
    registry = process_registry()
    Metrics(registry)
    exposition = generate_latest(registry).decode()
    assert "python_info{" in exposition
    assert "larum_build_info{" in exposition


def test_coverage_is_shown_by_source_and_taken_away_with_it(metrics: Metrics, registry: CollectorRegistry) -> None:
    def coverage(source: str) -> float | None:
        return registry.get_sample_value("larum_source_coverage_ratio", {"source": source})

    metrics.show_coverages({"bluesky": 0.0, "mastodon": 1.0})
    assert (coverage("bluesky"), coverage("mastodon")) == (0.0, 1.0)
    metrics.show_coverages({"mastodon": 1.7})
    assert (coverage("bluesky"), coverage("mastodon")) == (None, 1.7)
    metrics.show_coverages({})
    assert coverage("mastodon") is None


def test_a_silent_source_is_no_brand(metrics: Metrics, registry: CollectorRegistry) -> None:
    metrics.brands.observe_event(silence())
    assert registry.get_sample_value("larum_crisis_severity", {"brand": "*", "kind": "silence"}) is None
    assert registry.get_sample_value("larum_crises_total", {"brand": "*", "severity": "warning"}) is None
