"""What Prometheus knows after it has scraped larum."""

from __future__ import annotations

import pytest

from streams.core.crises import Interval, Severity
from streams.core.readings import Channel, Reading
from streams.metrics import Metrics
from tests.monitoring.prometheus import Prometheus

pytestmark = pytest.mark.monitoring


def observe(metrics: Metrics, brand: str, mentions: int) -> None:
    metrics.observe_reading(
        Reading(
            brand=brand,
            bucket=1_767_369_600,
            mentions=mentions,
            negatives=2,
            voices=Interval(observed=float(mentions), expected=2.0, lower=0.0, upper=6.0),
            negativity=None,
            volume_surprise=1.0,
            negativity_surprise=0.0,
            severity=Severity.CALM,
            channels=(Channel("bluesky", "pl", mentions),),
        )
    )


async def test_a_query_returns_what_was_counted(metrics: Metrics, scraping: Prometheus) -> None:
    for _ in range(3):
        observe(metrics, "orlen", 5)
    observe(metrics, "zabka", 4)
    samples = await scraping.until("sum by (brand) (larum_mentions_total)", lambda answer: len(answer) == 2)
    assert {sample.labels["brand"]: sample.value for sample in samples} == {"orlen": 15, "zabka": 4}


async def test_a_brand_given_away_is_gone_at_the_next_scrape(metrics: Metrics, scraping: Prometheus) -> None:
    observe(metrics, "orlen", 5)
    await scraping.until('larum_observed_voices{brand="orlen"}', lambda answer: len(answer) == 1)
    metrics.forget_brand("orlen")
    await scraping.until('{__name__=~"larum_.*", brand="orlen"}', lambda answer: not answer)


async def test_a_crisis_becomes_a_firing_alert(metrics: Metrics, scraping: Prometheus) -> None:
    metrics.adopt_brand("orlen")
    metrics.show_crisis("orlen", ["volume", "negativity"], Severity.CRITICAL)
    fired = await scraping.until(
        'ALERTS{alertname="BrandCrisisCritical", alertstate="firing"}', lambda answer: len(answer) == 1
    )
    assert fired[0].labels["brand"] == "orlen"
    assert fired[0].labels["severity"] == "critical"
