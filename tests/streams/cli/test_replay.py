"""`larum replay` on files as people have them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from streams.cli import app
from tests.data import data
from tests.streams.core.mentions import MONDAY

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n'
AIRLINES = """
[[brands]]
id = "united"
name = "United Airlines"
handles = ["united"]
[[brands]]
id = "usairways"
name = "US Airways"
handles = ["USAirways"]
[[brands]]
id = "southwest"
name = "Southwest Airlines"
handles = ["SouthwestAir"]
"""
Documents = list[dict[str, Any]]


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "larum.toml"
    path.write_text(CONFIG)
    return str(path)


def replay(*arguments: str) -> Documents:
    result = CliRunner().invoke(app, ["replay", "--json", *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def post(number: int, time: float, text: str = "Orlen") -> str:
    return json.dumps({"id": str(number), "source": "x", "text": text, "created_at": time})


def test_counts_refuses_and_says_so(tmp_path: Path, config: str) -> None:
    file, dead = tmp_path / "posts.jsonl", tmp_path / "dead.jsonl"
    file.write_text("\n".join([post(1, MONDAY), "oops", post(1, MONDAY), post(2, MONDAY + 5)]))
    (summary,) = replay(str(file), "--config", config, "--dead", str(dead))
    assert summary["records"] == 4
    assert summary["mentions"] == {"orlen": 2}
    assert sum(summary["dead_letters"].values()) == 1
    letter = json.loads(dead.read_text())
    assert (letter["text"], letter["origin"]) == ("oops", f"{file}:2")


def test_several_files_are_merged_by_time_and_one_can_be_sorted(tmp_path: Path, config: str) -> None:
    early, late, mixed = tmp_path / "early.jsonl", tmp_path / "late.jsonl", tmp_path / "mixed.jsonl"
    early.write_text("\n".join(post(number, MONDAY + number * 60) for number in range(0, 600, 2)))
    late.write_text("\n".join(post(number, MONDAY + number * 60) for number in range(1, 600, 2)))
    mixed.write_text(late.read_text() + "\n" + early.read_text())
    assert replay(str(late), str(early), "--config", config)[-1]["late"] == {}
    assert replay(str(mixed), "--config", config, "--sort")[-1]["mentions"] == {"orlen": 600}


def test_a_table_needs_its_columns(tmp_path: Path, config: str) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("nr,words,when\n1,Orlen,2026-01-05 10:00:00 +0100\n")
    mapping = ["--map", "id=nr", "--map", "text=words", "--map", "created_at=when", "--map", "source==paper"]
    assert replay(str(file), "--config", config, *mapping)[-1]["mentions"] == {"orlen": 1}
    result = CliRunner().invoke(app, ["replay", str(file), "--config", config, "--map", "id=number"])
    assert result.exit_code == 2
    assert "number" in result.stderr


def test_a_missing_file_or_configuration_is_named(tmp_path: Path, config: str) -> None:
    result = CliRunner().invoke(app, ["replay", str(tmp_path / "absent.jsonl"), "--config", config])
    assert (result.exit_code, "absent.jsonl" in result.stderr) == (2, True)
    result = CliRunner().invoke(app, ["replay", "x.jsonl", "--config", str(tmp_path / "absent.toml")])
    assert (result.exit_code, "absent.toml" in result.stderr) == (2, True)


def test_labels_are_learned_first_and_a_bad_one_is_named(tmp_path: Path, config: str) -> None:
    file, labels = tmp_path / "posts.jsonl", tmp_path / "labels.jsonl"
    file.write_text("\n".join(post(number, MONDAY + number, "Orlen to karuzela") for number in range(3)))
    labels.write_text('{"text": "Orlen to karuzela", "negative": true}\n' * 20)
    assert replay(str(file), "--config", config, "--labels", str(labels))[-1]["mentions"] == {"orlen": 3}
    labels.write_text('{"text": "x", "negative": true}\n{"text": "x"}\n')
    result = CliRunner().invoke(app, ["replay", str(file), "--config", config, "--labels", str(labels)])
    assert result.exit_code == 2
    assert "labels.jsonl:2" in result.stderr
    assert "negative" in result.stderr


def test_the_airline_tweets(tmp_path: Path) -> None:
    config = tmp_path / "larum.toml"
    config.write_text(AIRLINES)
    mapping = ["--map", "id=tweet_id", "--map", "source==twitter", "--map", "reach=retweets"]
    *events, summary = replay(str(data("airline/dev.csv")), "--config", str(config), *mapping)
    assert (summary["records"], summary["dead_letters"], summary["late"]) == (9_155, {}, {})
    assert sum(summary["mentions"].values()) >= 9_100
    opened = Counter(event["subject"] for event in events if event["type"] == "larum.crisis.opened")
    assert all(count == 1 for count in opened.values())


def test_recorded_frames_of_bluesky(tmp_path: Path) -> None:
    config = tmp_path / "larum.toml"
    config.write_text('[[brands]]\nid = "america"\nname = "America"\naliases = ["the"]\n')
    file = str(data("sources/bluesky_jetstream.jsonl"))
    summary = replay(file, "--format", "jetstream", "--config", str(config))[-1]
    assert summary["dead_letters"] == {}
    assert 10 <= summary["records"] <= 40
    assert summary["mentions"]["america"] >= 1
