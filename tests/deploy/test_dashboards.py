"""The Grafana dashboards: made by code, up to date, and speaking only of what exists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.dashboards import HERE, files
from tests.exported import exported

ROOT = HERE.parents[1]
OKABE_ITO = {"#8C9BAB", "#56B4E9", "#E69F00", "#D55E00", "#0072B2", "#009E73", "#CC79A7"}  # and a grey

each_board = pytest.mark.parametrize("path", sorted(files()), ids=lambda path: path.stem)


def panels(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["panels"]
    return [panel for panel in found if panel["type"] != "row"]


@each_board
def test_the_file_is_what_the_code_makes(path: Path) -> None:
    assert path.read_text() == files()[path], "run: python -m deploy.grafana.dashboards"


def test_no_dashboard_lies_there_that_no_code_makes() -> None:
    assert set(HERE.glob("*.json")) == set(files())


def test_compose_shows_every_dashboard() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    mounted = {volume.split(":")[0] for volume in compose["services"]["grafana"]["volumes"]}
    assert {f"./{path.relative_to(ROOT)}" for path in files()} <= mounted


@each_board
def test_grafanas_own_types_read_it_and_write_the_same(path: Path) -> None:
    board = json.loads(path.read_text())
    read = model.Dashboard.from_json(json.loads(path.read_text()))
    assert json.loads(JSONEncoder().encode(read)) == board


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
def test_titles_are_told_apart(path: Path) -> None:
    titles = [panel["title"] for panel in panels(path)]
    assert len(titles) == len(set(titles))


@each_board
def test_panels_ask_only_for_metrics_that_exist(path: Path) -> None:
    assert set(re.findall(r"larum_[a-z_]+", path.read_text())) <= exported()


@each_board
def test_every_variable_is_used_and_every_used_one_is_there(path: Path) -> None:
    board = json.loads(path.read_text())
    defined = {variable["name"] for variable in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]\w*)", json.dumps([board["panels"], board["annotations"], board["templating"]])))
    assert defined == used


@each_board
def test_colours_are_those_that_everybody_tells_apart(path: Path) -> None:
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", path.read_text())) <= OKABE_ITO


@each_board
def test_dashboards_lead_to_each_other_by_their_tag_and_to_no_other_by_name(path: Path) -> None:
    boards = [json.loads(text) for text in files().values()]
    board = json.loads(path.read_text())
    (link,) = board["links"]
    assert all(set(link["tags"]) <= set(other["tags"]) for other in boards)
    assert link["keepTime"]
    assert link["includeVars"]
    uids = {other["uid"] for other in boards}
    assert set(re.findall(r"/d/([\w-]+)", path.read_text())) <= uids
