"""Each query of each dashboard, asked of a real Prometheus that scraped a running larum through a crisis."""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
import yaml

from deploy.grafana.dashboards import files
from streams.metrics import Metrics
from streams.server import Server
from tests.monitoring.processes import PATIENCE_SECONDS, free_address
from tests.monitoring.programs import DEPLOY, promtool
from tests.monitoring.prometheus import Prometheus, Sample, prometheus
from tests.monitoring.watching import running_watch
from tests.streams.notify.recorder import recording

pytestmark = pytest.mark.monitoring

CONFIG = """
[[brands]]
id = "orlen"
name = "Orlen"

[[receivers]]
name = "pager"
kind = "alertmanager"
urls = ["{pager}"]

[[receivers]]
name = "away"
kind = "alertmanager"
urls = ["http://{nobody}"]
"""
LABEL = '{{"text": "wstyd {}", "negative": true, "lang": "pl"}}\n'
CALM_MINUTES, CRISIS_MINUTES = 1_600, 45
VALUES = {"$brand": "orlen", "$gravest": "orlen", "$source": "test", "$__rate_interval": "1m", "$__range": "5m"}
ENDS = "Ends of crises"  # shown for the first minute of calm after a crisis: asked of promtool, below


def queries() -> Iterator[tuple[str, str]]:
    """Board, title and expression, with Grafana's variables replaced as Grafana does it."""
    for path in sorted(files()):
        board = json.loads(path.read_text())
        asked = [(panel["title"], target["expr"]) for panel in board["panels"] for target in panel.get("targets", [])]
        variables = [variable for variable in board["templating"]["list"] if variable["type"] == "query"]
        asked += [(variable["name"], _asked(variable["query"])) for variable in variables]
        asked += [(annotation["name"], annotation["expr"]) for annotation in board["annotations"].get("list", [])]
        for title, expression in asked:
            for variable, value in VALUES.items():
                expression = expression.replace(variable, value)  # noqa: PLW2901
            yield f"{path.stem}: {title}", expression


def _asked(values: str) -> str:
    """The expression of a variable's query; what is no expression is asked as it is, and fails."""
    found = re.fullmatch(r"label_values\((.+), \w+\)|query_result\((.+)\)", values)
    return (found[1] or found[2]) if found else values


def rightly_empty(title: str) -> bool:
    """No crisis ends in this run, and none has another wave."""
    return title.endswith((ENDS, "Waves"))


def posts(since: float, minutes: int, a_minute: int, word: str, seed: int) -> str:
    random, lines = Random(seed), []
    for number in range(minutes * a_minute):
        text = " ".join("".join(random.choices("abcdefghijklmnoprstuwz", k=6)) for _ in range(6))
        post = {
            "id": f"{seed}-{number}",
            "source": "test",
            "author": f"{seed}-{number}",
            "lang": "pl",
            "text": f"Orlen {word} {text}",
            "created_at": since + 60.0 * number / a_minute,
        }
        lines.append(json.dumps(post))
    return "".join(f"{line}\n" for line in lines)


@asynccontextmanager
async def watching(folder: Path, pager: str) -> AsyncIterator[str]:
    """Run `larum watch` on a file and two receivers, of which one is away; gives the host and port it listens on."""
    (folder / "larum.toml").write_text(CONFIG.format(pager=pager, nobody=free_address()))
    (folder / "labels.jsonl").write_text("".join(map(LABEL.format, range(20))))
    async with running_watch(folder, "larum.toml", "--labels", "labels.jsonl") as address:
        yield address


def show_what_only_kafka_has(metrics: Metrics) -> None:
    operations = metrics.operations
    operations.set_ready(True)
    operations.set_lag("posts", 0, 12)
    operations.set_held(0, held=False)
    operations.set_sampling(0, 1.0)
    operations.begin_rebalance()
    operations.end_rebalance(2.0, 0.5, 3)


async def test_every_panel_has_something_to_show(tmp_path: Path, metrics: Metrics, server: Server) -> None:
    now = time.time()
    crisis, written = now - 60 * CRISIS_MINUTES, tmp_path / "posts.jsonl"
    written.write_text(posts(crisis - 60 * CALM_MINUTES, CALM_MINUTES, 3, "jest", 1))
    show_what_only_kafka_has(metrics)
    async with (
        recording() as pager,
        watching(tmp_path, pager.url) as larum,
        prometheus(
            tmp_path, [larum, f"{server.host}:{server.port}"], [DEPLOY / "prometheus" / "larum.rules.yml"]
        ) as asked,
    ):
        read = f'sum(larum_posts_total{{source="test"}}) >= {3 * CALM_MINUTES}'
        scraped = f"{read} and count_over_time(sum(larum_posts_total)[10s:1s]) > 2"
        await beside(murmuring(written, crisis), asked.until(scraped, bool))
        show_what_only_kafka_has(metrics)  # once more, for a rate takes a rise between two scrapes
        with written.open("a") as file:
            file.write(posts(crisis, CRISIS_MINUTES, 20, "wstyd oszustwo skandal", 2))
        await asked.until('larum_crisis_severity{brand="orlen"} >= 2', bool)
        assert await empty(asked) == []


async def murmuring(written: Path, until: float) -> None:
    """Let a post come now and then: while none does, event time goes on, and a crisis that is told later is no news."""
    for seed in range(10, 10_000):
        with written.open("a") as file:
            file.write(posts(until - 1, 1, 1, "jest", seed))
        await asyncio.sleep(1)


async def beside(busy: Coroutine[None, None, None], awaited: Awaitable[object]) -> None:
    """Keep busy until what is awaited comes."""
    task = asyncio.ensure_future(busy)
    try:
        await awaited
    finally:
        task.cancel()


async def empty(asked: Prometheus) -> list[str]:
    """The titles of the panels that go on to be without an answer, though they ought to have one."""
    left = []
    for title, expression in queries():
        if not _drawn(await asked.query(expression)) and not rightly_empty(title):
            left.append((title, expression))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while left:
                left = [(title, expression) for title, expression in left if not _drawn(await asked.query(expression))]
                await asyncio.sleep(0.2)
    except TimeoutError:
        pass
    return [f"{title}: {expression}" for title, expression in left]


def _drawn(answer: list[Sample]) -> bool:
    return any(not math.isnan(sample.value) for sample in answer)


def test_the_end_of_a_crisis_is_marked_where_its_brand_is_seen_to_be_calm(tmp_path: Path) -> None:
    (expression,) = {expression for title, expression in queries() if title.startswith("situation") and ENDS in title}
    given = 'larum_crisis_severity{{brand="orlen", kind="{}", instance="{}"}}'
    series = {
        given.format("volume", "a:8321"): "0 2 2 stale",
        given.format("volume", "b:8321"): "_ _ _ _ _ 2 2 2 0 0",
        given.format("negativity", "b:8321"): "_ _ _ _ _ 2 2 0 0 0",
    }
    said = [{"labels": '{alertname="orlen is calm", brand="orlen", now="calm"}', "value": 2}]
    checks = [
        {"expr": expression, "eval_time": f"{minute}m", "exp_samples": said * (minute == 8)} for minute in range(10)
    ]
    tests = [
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": checks,
        }
    ]
    path = tmp_path / "ends.test.yml"
    path.write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": tests}))
    assert "SUCCESS" in promtool("test", "rules", path)
