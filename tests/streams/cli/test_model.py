"""`larum model` and `larum explain --post`: what was learned, how good it is, and why a post is negative."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.cli.lessons import taught
from streams.core.settings import Brand, Settings
from streams.storage import Store
from tests.detectors.sentiment.test_performance import posts

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),))


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    lines = [json.dumps({"text": text, "negative": negative, "lang": "pl"}) for text, negative in posts(300, 1)]
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder without a configuration or a state."""
    monkeypatch.chdir(tmp_path)


def run(*arguments: object, stdin: str | None = None) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin)


def document(*arguments: object, stdin: str | None = None) -> dict[str, Any]:
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    return dict(json.loads(line))


def test_a_file_of_labels_gives_the_card_of_the_model(labels: Path) -> None:
    card = document("model", "--labels", labels)
    assert (card["type"], card["labels"]) == ("larum.model", len(set(labels.read_text().splitlines())))
    polish, english = card["languages"]
    assert (polish["lang"], polish["standing"], english["labels"]) == ("pl", "trusted", 0)
    assert english["model"]["recent"][2] is None  # of no labels there is no accuracy
    sensitivity, false_alarms, *variances = polish["error"]
    assert sensitivity > 0.8
    assert false_alarms < 0.2
    assert all(variance > 0.0 for variance in variances)
    assert {word for word, *_ in polish["words"][0]} >= {"karuzela", "beton"}
    assert {word for word, *_ in polish["words"][1]} >= {"zefir", "malina"}
    told = run("model", "--labels", labels).stdout
    assert "Polish" in told
    assert "is trusted" in told
    assert "karuzela +" in told
    assert f"corrected for {sensitivity:.0%} ±" in told
    assert "English: no labels yet" in told


def test_the_state_of_a_watch_gives_the_same_card(labels: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "kept.sqlite") as store:
        taught(SETTINGS, labels, store).keep()
    assert document("model", "--state", tmp_path / "kept.sqlite") == document("model", "--labels", labels)


def test_without_anything_learned_it_says_where_that_would_be() -> None:
    result = run("model")
    assert result.exit_code == 2
    assert "larum.sqlite: there is no such file" in result.output


def test_an_evaluation_is_printed_written_and_given_as_json(labels: Path, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    lines = [f"{text},{'negative' if negative else 'neutral'},pl" for text, negative in posts(80, 5)]
    file.write_text("\n".join(["text,sentiment,lang", *lines]))
    told = document("model", "evaluate", file, "--labels", labels, "--out", tmp_path / "page.html")
    assert [judge["name"] for judge in told["judges"]] == ["lexicon", "as taught", "learning"]
    assert told["judges"][1]["whole"]["posts"] == 80
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    printed = run("model", "evaluate", file)
    assert printed.exit_code == 0, printed.output
    assert "posts.csv: 80 posts" in printed.stdout
    assert "as taught" not in printed.stdout
    assert "area under the ROC curve" in printed.stdout


def test_a_mistake_in_the_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("text,sentiment\nfine,neutral\nodd,gloomy\n")
    result = run("model", "evaluate", "posts.csv")
    assert result.exit_code == 2
    assert "posts.csv:3: column 'sentiment': 'gloomy'" in result.output


def test_a_post_is_explained_by_what_was_learned(labels: Path) -> None:
    told = document("explain", "--post", "Wstyd, znowu karuzela", "--lang", "pl", "--labels", labels)
    words = {one["token"]: one for one in told["reasons"]}
    assert words["Wstyd"]["lexicon"] > 1.0
    assert words["karuzela"]["learned"] > 0.5
    added = sum(one["lexicon"] + one["learned"] + one["sign"] for one in told["reasons"])
    assert told["start"] + added == pytest.approx(told["margin"])
    cold = document("explain", "--post", "Wstyd, znowu karuzela", "--lang", "pl")
    assert not any(one["learned"] for one in cold["reasons"])
    shown = run("explain", "--post", "Wstyd, znowu karuzela", "--lang", "pl", "--labels", labels).stdout
    assert "% negative (log odds +" in shown
    assert "in all" in shown


def test_posts_come_from_standard_input_and_from_files(tmp_path: Path) -> None:
    assert document("explain", "--post", "-", stdin="Wstyd i skandal\n")["lang"] == "pl"
    assert document("explain", "--post", "-", stdin='{"text": "Wstyd i skandal", "lang": "en"}\n')["lang"] == "en"
    (tmp_path / "posts.json").write_text('[{"text": "Wstyd", "lang": "pl"}, {"text": "shame", "lang": "en"}]')
    result = run("explain", "--post", "posts.json", "--json")
    assert [json.loads(line)["lang"] for line in result.stdout.splitlines()] == ["pl", "en"]
    (tmp_path / "posts.json").write_text('[{"words": "Wstyd"}]')
    refused = run("explain", "--post", "posts.json")
    assert refused.exit_code == 2
    assert "posts.json:1: Object missing required field `text`" in refused.output


def test_what_is_not_scored_is_said_to_be_so() -> None:
    assert "not scored: its language is other" in run("explain", "--post", "Guten Tag", "--lang", "de").stdout


def test_neither_a_minute_nor_a_post_is_an_error() -> None:
    result = run("explain")
    assert result.exit_code == 2
    assert "name a brand and a time, or a post by --post" in result.output
