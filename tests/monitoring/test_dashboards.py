"""Each query of each dashboard, asked of a real Prometheus that scraped a crisis."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.grafana.dashboards import files
from streams.core.crises import Interval
from streams.metrics import Metrics
from tests.monitoring.prometheus import Prometheus
from tests.streams.samples import crisis, reading

pytestmark = pytest.mark.monitoring


def queries(path: Path) -> Iterator[tuple[str, str]]:
    """Title and expression, with Grafana's variables replaced as Grafana does it."""
    board = json.loads(path.read_text())
    asked = [(panel["title"], target["expr"]) for panel in board["panels"] for target in panel.get("targets", [])]
    asked += [(annotation["name"], annotation["expr"]) for annotation in board["annotations"]["list"]]
    for title, expression in asked:
        yield title, expression.replace("$brand", "orlen|zabka").replace("$__rate_interval", "1m")


def show_everything(metrics: Metrics) -> None:
    now = time.time()
    metrics.count_posts("bluesky", 40, newest=now)
    metrics.show_coverages({"bluesky": 1.0})
    metrics.dead_letter("unreadable")
    metrics.set_watermark(0, now - 60)
    metrics.operations.set_lag("posts", 0, 12)
    metrics.operations.begin_rebalance()
    metrics.operations.end_rebalance(2.0, 0.5, 3)
    for stage in ("match", "watch", "store"):
        with metrics.timed(stage):
            pass
    metrics.observe_reading(reading("orlen", negativity=Interval(observed=0.6, expected=0.2, lower=0.1, upper=0.4)))


@pytest.mark.parametrize("path", sorted(files()), ids=lambda path: path.stem)
async def test_every_panel_has_something_to_show(path: Path, metrics: Metrics, scraping: Prometheus) -> None:
    metrics.adopt_brand("orlen")
    show_everything(metrics)
    await scraping.until("count_over_time(larum_posts_total[1m]) > 1", lambda answer: len(answer) == 1)
    metrics.observe_event(crisis("opened", "warning", "volume"))
    show_everything(metrics)
    for title, expression in queries(path):
        answer = await scraping.until(expression, bool)
        assert answer, title
