"""A real Prometheus scrapes a running worker, and its answers are what the posts come to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.sentiment import SentimentModel
from streams.core.pipeline import Pipeline
from streams.core.posts import decode
from streams.core.settings import Settings
from tests.kafka import story
from tests.kafka.workers import Stage, stage_settings
from tests.monitoring.prometheus import Sample, prometheus

pytestmark = pytest.mark.monitoring


def mentions_of(settings: Settings, posts: Sequence[bytes]) -> Counter[str]:
    """Count the mentions of each brand in one process, without a broker."""
    pipeline = Pipeline(settings, SentimentModel())
    outcomes = [pipeline.take([(decode(post), "test") for post in posts]), pipeline.finish()]
    counts: Counter[str] = Counter()
    for reading in (reading for outcome in outcomes for reading in outcome.readings):
        counts[reading.brand] += reading.mentions
    return counts


def by_brand(samples: Sequence[Sample]) -> dict[str, float]:
    return {sample.labels["brand"]: sample.value for sample in samples}


async def test_queries_return_what_was_counted(bootstrap_servers: str, name: str, tmp_path: Path) -> None:
    settings = stage_settings(bootstrap_servers, name)
    posts = story.posts(minutes=60, crisis=range(0))
    expected = mentions_of(settings, posts)
    stage = Stage(tmp_path, settings)
    await stage.prepare(posts)
    with stage.worker() as worker:
        await stage.ready(1, worker)
        address = re.search(r"metrics and health on http://(\S+)", stage.log.read_text())
        assert address
        async with prometheus(tmp_path, [address[1]]) as scraping:
            mentions = "sum by (brand) (larum_mentions_total)"
            await scraping.until(mentions, lambda answer: by_brand(answer) == expected)
            read = await scraping.query("sum(larum_posts_total)")
            assert [sample.value for sample in read] == [len(posts)]
            waiting = await scraping.until("sum(larum_lag_records)", lambda answer: [s.value for s in answer] == [0])
            assert waiting
            assert by_brand(await scraping.query("max by (brand) (larum_crisis_severity)")) == dict.fromkeys(
                expected, 0
            )
        await stage.stop(worker)
