"""What Prometheus knows after it has scraped larum."""

from __future__ import annotations

import pytest

from streams.metrics import Metrics
from tests.monitoring.prometheus import Prometheus
from tests.streams.samples import crisis, reading

pytestmark = pytest.mark.monitoring


async def test_a_query_returns_what_was_counted(metrics: Metrics, scraping: Prometheus) -> None:
    for _ in range(3):
        metrics.brands.observe_reading(reading("orlen"))
    metrics.brands.observe_reading(reading("zabka"))
    samples = await scraping.until("sum by (brand) (larum_mentions_total)", lambda answer: len(answer) == 2)
    assert {sample.labels["brand"]: sample.value for sample in samples} == {"orlen": 21, "zabka": 7}


async def test_a_brand_given_away_is_gone_at_the_next_scrape(metrics: Metrics, scraping: Prometheus) -> None:
    metrics.brands.observe_reading(reading("orlen"))
    await scraping.until('larum_observed_voices{brand="orlen"}', lambda answer: len(answer) == 1)
    metrics.brands.forget("orlen")
    await scraping.until('{__name__=~"larum_.*", brand="orlen"}', lambda answer: not answer)


async def test_a_crisis_becomes_a_firing_alert(metrics: Metrics, scraping: Prometheus) -> None:
    metrics.brands.adopt("orlen")
    metrics.brands.observe_event(crisis("opened", "critical", "volume", "negativity"))
    fired = await scraping.until(
        'ALERTS{alertname="BrandCrisisCritical", alertstate="firing"}', lambda answer: len(answer) == 1
    )
    assert fired[0].labels["brand"] == "orlen"
    assert fired[0].labels["severity"] == "critical"


async def test_the_exemplar_of_a_counter_leads_to_the_crisis(metrics: Metrics, scraping: Prometheus) -> None:
    metrics.brands.adopt("orlen")
    await scraping.until("larum_crises_total", bool)
    event = crisis("opened", "critical", "volume", "negativity")
    metrics.brands.observe_event(event)
    await scraping.until("sum(larum_crises_total)", lambda answer: answer[0].value == 1)
    assert await scraping.exemplars("larum_crises_total") == [{"crisis": event.subject}]
    assert await scraping.exemplars("larum_alarms_total") == [{"crisis": event.subject}]
