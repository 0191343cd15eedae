"""What the documentation says is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from streams.metrics import Metrics
from streams.notify.tally import Tally
from streams.response.dues import Dues
from streams.web.webmetrics import WebMetrics

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- metrics -->", "<!-- /metrics -->"
PAGES = [page for page in (ROOT / "README.md", ROOT / "deploy" / "README.md") if BEGIN in page.read_text()]


def metrics_table() -> str:
    """The Markdown table of all metrics, in the order of their definition."""
    rows = ["| metric | type | labels | what it says |", "|---|---|---|---|"]
    registry = CollectorRegistry()
    makers = Metrics(registry), Tally(registry, []), Dues(registry), WebMetrics(registry)
    for metric in (metric for maker in makers for metric in maker.catalogue):
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        rows.append(f"| `{metric.name}` | {metric.type} | {labels} | {metric.help} |")
    return "\n".join(rows)


def test_some_page_documents_the_metrics() -> None:
    assert PAGES, f"no page holds the table:\n{BEGIN}\n{metrics_table()}\n{END}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_metric_is_documented_as_it_is(page: Path) -> None:
    found = re.search(f"{BEGIN}\n(.*?)\n{END}", page.read_text(), re.DOTALL)
    assert found, f"{page} opens the table and never closes it"
    assert found[1] == metrics_table(), f"put this between {BEGIN} and {END}:\n{metrics_table()}"


def test_every_alert_is_told_with_what_to_do_about_it() -> None:
    rules = (ROOT / "deploy" / "prometheus" / "larum.rules.yml").read_text()
    page = (ROOT / "deploy" / "README.md").read_text()
    alerts = set(re.findall(r"alert: (\w+)", rules))
    told = set(re.findall(r"`((?:Brand|Larum)\w+|Watchdog)`", page))
    assert told == alerts


def test_every_alert_has_a_runbook() -> None:
    rules = (ROOT / "deploy" / "prometheus" / "larum.rules.yml").read_text()
    page = (ROOT / "deploy" / "README.md").read_text()
    books = dict(re.findall(r"^### (`.+`)\n\n(.+?)\n(?=\n#)", page, re.MULTILINE | re.DOTALL))
    headed = {name: text for heading, text in books.items() for name in re.findall(r"`(\w+)`", heading)}
    for alert in re.findall(r"alert: (\w+)", rules):
        assert len(headed.get(alert, "").split()) >= 20, f"{alert} has no runbook in deploy/README.md, or hardly one"
