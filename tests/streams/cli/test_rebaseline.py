"""`larum rebaseline`: the order goes where the posts go."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.core.posts import decode

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[server]\nport = 1\n'


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "larum.toml"
    path.write_text(CONFIG)
    return str(path)


def test_the_order_can_be_printed_for_a_file_of_posts(config: str) -> None:
    result = CliRunner().invoke(app, ["rebaseline", "orlen", "--config", config, "--print"])
    order = decode(result.stdout.strip().encode())
    assert (order.kind, order.text) == ("rebaseline", "orlen")
    assert abs(order.timestamp - time.time()) < 60


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["polen"], "there is no brand 'polen'; there is orlen"),
        (["orlen", "--kafka", "--print"], "name one"),
        (["orlen"], "no 'larum watch' answers at http://127.0.0.1:1"),
    ],
)
def test_what_cannot_be_done_is_told(config: str, arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["rebaseline", *arguments, "--config", config])
    assert result.exit_code == 2
    assert told in result.stderr


def test_help_shows_an_example() -> None:
    assert "larum rebaseline orlen" in CliRunner().invoke(app, ["rebaseline", "--help"]).stdout
