"""`larum budget`: thresholds follow from what is borne, and alarms are counted by brand."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from streams.cli import app
from streams.storage import Store

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[detection]\nfalse_pages_per_month = 2\n'


def test_the_thresholds_follow_from_the_budget(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    Store(tmp_path / "larum.sqlite").close()
    fixed = "--config", str(tmp_path / "larum.toml"), "--state", str(tmp_path / "larum.sqlite")
    result = CliRunner().invoke(app, ["budget", *fixed, "--json"])
    told = json.loads(result.stdout)
    assert told["type"] == "larum.budget"
    assert told["page_days"] == 45.7  # a month of 30.44 days, three tests, two pages
    assert told["brands"] == [{"brand": "orlen", "pages": 0, "notices": 0, "last": None}]
    assert "once in 46 days" in " ".join(CliRunner().invoke(app, ["budget", *fixed]).stdout.split())


def test_a_state_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    absent = tmp_path / "absent.sqlite"
    result = CliRunner().invoke(app, ["budget", "--config", str(tmp_path / "larum.toml"), "--state", str(absent)])
    assert result.exit_code == 2
    assert "absent.sqlite" in result.stderr.replace("\n", "")


def test_help_shows_an_example() -> None:
    assert "larum budget --days 30" in CliRunner().invoke(app, ["budget", "--help"]).stdout
