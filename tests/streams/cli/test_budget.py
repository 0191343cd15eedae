"""`larum budget`: thresholds follow from what is borne, and alarms are counted by brand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.core.crises import encode
from streams.storage import Store
from tests.streams.made import alarm

DAY = 86_400.0

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[detection]\nfalse_pages_per_month = 2\n'


def test_the_thresholds_follow_from_the_budget(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    Store(tmp_path / "larum.sqlite").close()
    fixed = "--config", str(tmp_path / "larum.toml"), "--state", str(tmp_path / "larum.sqlite")
    result = CliRunner().invoke(app, ["budget", *fixed, "--json"])
    told = json.loads(result.stdout)
    assert told["type"] == "larum.budget"
    assert told["page_days"] == 60.9  # a month of 30.44 days, four tests, two pages
    assert told["brands"] == [{"brand": "orlen", "pages": 0, "notices": 0, "kinds": {}, "last": None}]
    assert "once in 61 days" in " ".join(CliRunner().invoke(app, ["budget", *fixed]).stdout.split())


def test_what_was_told_is_held_against_what_is_borne_from_the_store_and_from_a_file_alike(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    now = time.time()
    events = [
        alarm("orlen", now - 40 * DAY, onset=1),
        alarm("orlen", now - 3 * DAY, onset=2),
        alarm("orlen", now - 2 * DAY, "notice", onset=3),
        alarm("orlen", now - 60, onset=4),
    ]
    with Store(tmp_path / "larum.sqlite") as store:
        store.save(events=events)
    lines = [encode(event) for event in (*events, events[-1])] + [b'{"type":"larum.replay.summary"}']
    (tmp_path / "crises.jsonl").write_bytes(b"\n".join(lines))
    fixed = "budget", "--config", str(tmp_path / "larum.toml")
    kept = CliRunner().invoke(app, [*fixed, "--state", str(tmp_path / "larum.sqlite"), "--json"])
    filed = CliRunner().invoke(app, [*fixed, str(tmp_path / "crises.jsonl"), "--json"])
    one, other = json.loads(kept.stdout), json.loads(filed.stdout)
    assert other.pop("until") == events[-1].time  # a history ends with its last event
    assert one.pop("until") > events[-1].time
    assert one.pop("stated")["unjudged"] == 2
    assert other.pop("stated") is None  # a file of crises does not say what people did
    assert one == other
    assert (one["pages"], one["pages_borne"], one["notices"], one["notices_borne"]) == (2, 1.97, 1, 9.86)
    assert one["brands"][0]["kinds"] == {"negativity": 3}
    shown = " ".join(CliRunner().invoke(app, [*fixed, str(tmp_path / "crises.jsonl")]).stdout.split())
    assert "2 pages, right ones too, where 1.97 false ones are borne" in shown
    assert "3 negativity" in shown


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no JSON", "crises.jsonl:1"),
        ('{"type": "larum.crisis.opened"}', "missing required field"),
        ('{"type": "com.example"}', "nothing that larum tells"),
    ],
)
def test_a_file_of_something_else_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    (tmp_path / "crises.jsonl").write_text(line)
    result = CliRunner().invoke(
        app, ["budget", str(tmp_path / "crises.jsonl"), "--config", str(tmp_path / "larum.toml")]
    )
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", "")


def test_a_state_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    absent = tmp_path / "absent.sqlite"
    result = CliRunner().invoke(app, ["budget", "--config", str(tmp_path / "larum.toml"), "--state", str(absent)])
    assert result.exit_code == 2
    assert "absent.sqlite" in result.stderr.replace("\n", "")


def test_help_shows_an_example() -> None:
    assert "larum budget --days 30" in CliRunner().invoke(app, ["budget", "--help"]).stdout
