"""The Grafana dashboards: made by code, up to date, and speaking only of what exists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from deploy.grafana.dashboards import HERE, files
from streams.metrics import Metrics

each_board = pytest.mark.parametrize("path", sorted(files()), ids=lambda path: path.stem)


def panels(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["panels"]
    return [panel for panel in found if panel["type"] != "row"]


@each_board
def test_the_file_is_what_the_code_makes(path: Path) -> None:
    assert path.read_text() == files()[path], "run: python -m deploy.grafana.dashboards"


def test_no_dashboard_lies_there_that_no_code_makes() -> None:
    assert set(HERE.glob("*.json")) == set(files())


@each_board
def test_every_panel_says_what_it_shows_and_asks_the_chosen_data_source(path: Path) -> None:
    for panel in panels(path):
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["fieldConfig"]["defaults"].get("unit") or panel["type"] == "state-timeline"


@each_board
def test_panels_have_ids_of_their_own_and_do_not_overlap(path: Path) -> None:
    board = json.loads(path.read_text())["panels"]
    assert len({panel["id"] for panel in board}) == len(board)
    cells = [
        (x, y)
        for panel in board
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@each_board
def test_panels_ask_only_for_metrics_that_exist(path: Path) -> None:
    catalogue = Metrics(CollectorRegistry()).catalogue
    exported = {metric.name for metric in catalogue}
    exported |= {f"{metric.name}_{part}" for metric in catalogue for part in ("bucket", "sum", "count")}
    assert set(re.findall(r"larum_[a-z_]+", path.read_text())) <= exported
