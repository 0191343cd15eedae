"""Incidents by the command line alone, on the state file of a watch."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.core.duties import Duties
from streams.core.incidents import told
from streams.core.settings import Brand, Settings
from streams.known import read_known
from streams.response.dues import Dues
from streams.storage import Store
from streams.told import judge
from tests.streams.notify.made import FRIDAY, crisis

Run = Callable[..., Result]
SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"),))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "larum.toml").write_text('[[brands]]\nid = "northquill"\nname = "Northquill"\n')
    with Store("larum.sqlite") as store:
        store.save(events=[crisis("opened", 0, "warning"), crisis("raised", 1, "critical")])

    def go(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == code, result.output
        return result

    return go


def shown(run: Run) -> dict[str, Any]:
    return dict(json.loads(run("incidents", "--all", "--json").output))


def test_the_whole_way_from_the_alarm_to_the_review(run: Run) -> None:
    assert shown(run)["state"] == "open"
    assert set(shown(run)["due"]) == {"acknowledge", "assess", "word"}
    run("ack", "northquill", "--by", "Ola")
    run("note", "northquill", "Glass in one batch", "--assessment", "--by", "Ola")
    run("step", "northquill", "counteract", "Batch recalled", "--owner", "quality", "--link", "https://x.example/1")
    run("update-given", "northquill", "We look into it", "--next", "60")
    one = shown(run)
    assert (one["state"], one["missing"]) == ("stated", ["apologise", "admit", "improve", "repair"])
    assert one["steps"]["counteract"]["owner"] == "quality"
    assert one["log"][0]["by"] == "Ola"
    name = one["id"]
    page = run("incidents", name).output
    assert "✓ counteract" in page
    assert "Batch recalled" in page
    run("close", "northquill", "All jars are back")
    run("close", name, "Call the lab first", "--lessons")
    assert shown(run)["state"] == "reviewed"
    assert "No incident is open" in run("incidents").output
    run("close", name, "--reopen")
    assert shown(run)["state"] == "stated"


def test_who_runs_as_a_number_without_a_name_says_who_they_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert "--by" in run("ack", "northquill", code=2).output
    run("ack", "northquill", "--by", "Ola")


def test_nothing_is_cut_off_in_a_terminal_of_80_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = run("incidents").output
    assert "…" not in told
    assert {"critical", "northquill", "open"} <= set(told.split())


def test_a_false_alarm_is_told(run: Run) -> None:
    run("close", "northquill", "A film of that name", "--false-alarm")
    assert shown(run)["false_alarm"] is True
    assert "false alarm" in run("incidents", "--all").output


def test_what_people_judged_is_a_list_that_a_backtest_reads(run: Run, tmp_path: Path) -> None:
    assert run("incidents", "--known").output == ""
    run("close", "northquill", "A film of that name", "--false-alarm")
    listed = tmp_path / "known.jsonl"
    listed.write_text(run("incidents", "--known").output)
    [known] = read_known(listed, ["northquill"])
    assert (known.title, known.crisis, known.start) == ("A film of that name", False, FRIDAY)
    [one] = judge([known], [crisis("opened", 0, "warning")]).verdicts
    assert one.grade == "false page"


def test_the_budget_tells_what_people_stated(run: Run) -> None:
    run("close", "northquill", "A film of that name", "--false-alarm")
    told = json.loads(run("budget", "--days", "100000", "--json").output)["stated"]
    assert (told["false"], told["real"], told["unjudged"], told["kept"]) == (1, 0, 0, True)
    assert "People called 1 pages false" in run("budget", "--days", "100000").output.replace("\n", " ")


def test_an_incident_at_length_is_held_beside_those_before_it(run: Run) -> None:
    with Store("larum.sqlite") as store:
        later = crisis("opened", 0, "warning", onset=FRIDAY + 7_200)
        store.save(events=[msgspec.structs.replace(later, time="2026-01-02T18:30:00Z")])
    page = run("incidents", later.subject).output
    assert "130 posts in an hour: more than 0 of 1 before of this brand, 0 of 1 of all" in page
    compared = json.loads(run("incidents", later.subject, "--json").output)["compared"]
    assert {one["measure"] for one in compared} == {"posts", "negatives", "share", "hours"}


def test_a_statement_is_drafted_from_what_is_known(run: Run) -> None:
    run("step", "northquill", "counteract", "Batch recalled")
    told = run("statement", "northquill", "--lang", "en", "--json").output
    draft = json.loads(told.splitlines()[-1])
    assert "Northquill" in draft["text"]
    assert "2 January" in draft["text"]
    assert "larum: kind " in told
    assert draft["missing"]
    assert draft["word"] == "first"
    for command, word in (("update-given", "update"), ("close", "last")):
        name = shown(run)["id"]
        run(command, name)
        assert json.loads(run("statement", name, "--json").output.splitlines()[-1])["word"] == word
    assert "--kind is needed" in run("statement", code=2).output
    assert "no incident is 'orlen'" in run("statement", "orlen", code=2).output


def test_what_cannot_be_done_is_told_in_a_sentence(run: Run) -> None:
    assert "no incident is 'orlen'" in run("ack", "orlen", code=2).output
    assert "either --into" in run("merge", "northquill", code=2).output
    assert "cannot be merged into itself" in run("merge", "northquill", "--into", "northquill", code=2).output
    assert "link" in run("note", "northquill", "x", "--link", "javascript:alert(1)", code=2).output
    assert "there is no such file" in run("ack", "northquill", "--state", "gone.sqlite", code=2).output


def test_metrics_say_what_is_due(run: Run) -> None:
    registry = CollectorRegistry()
    dues = Dues(registry)

    def ask(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    def show() -> None:
        with Store("larum.sqlite") as store:
            dues.show(told(store.crises(), [action for _, action in store.actions()]), Duties(SETTINGS))

    show()
    assert ask("larum_incident_acknowledge_due_timestamp_seconds", brand="northquill") == FRIDAY + 480 + 450
    assert ask("larum_incident_steps_missing", brand="northquill") == 5
    assert ask("larum_incidents", state="open") == 1
    run("ack", "northquill")
    show()
    assert ask("larum_incident_acknowledge_due_timestamp_seconds", brand="northquill") is None
    assert ask("larum_incident_word_due_timestamp_seconds", brand="northquill") == FRIDAY + 480 + 1_800
    run("close", "northquill")
    show()
    assert ask("larum_incident_word_due_timestamp_seconds", brand="northquill") is None
    assert ask("larum_incidents", state="resolved") == 1
