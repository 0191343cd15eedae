"""`larum backtest`: a history judged by a list of what happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from streams.cli import app
from tests.streams.core.mentions import MONDAY

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[[brands]]\nid = "zabka"\nname = "Żabka"\n'
DAY = 86_400
OUTBREAK = MONDAY + 3 * DAY + 10 * 3_600
ANGRY = "Orlen wstyd, skandal {0}!"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four days of Orlen, a post every five minutes, and on the fourth an hour of anger: three posts a minute."""
    path = tmp_path_factory.mktemp("backtest")
    calm = [(MONDAY + minute * 60, f"Orlen stacja numer {minute}") for minute in range(0, 4 * 1_440, 5)]
    anger = [(OUTBREAK + second, ANGRY.format(f"słowo{second}")) for second in range(0, 3_600, 20)]
    lines = [
        json.dumps({"id": str(number), "source": "x", "text": text, "created_at": time})
        for number, (time, text) in enumerate(sorted(calm + anger))
    ]
    (path / "posts.jsonl").write_text("\n".join(lines))
    (path / "larum.toml").write_text(CONFIG)
    (path / "labels.jsonl").write_text(
        "\n".join(
            json.dumps({"text": text, "negative": negative, "lang": "pl"}, ensure_ascii=False)
            for number in range(200)
            for text, negative in ((ANGRY.format(f"to{number}"), True), (f"Orlen stacja numer {number}", False))
        )
    )
    (path / "known.csv").write_text(
        f"brand,start,end,title\norlen,{at(OUTBREAK)},{at(OUTBREAK + 3_600)},anger\n"
        f"orlen,{at(MONDAY + DAY)},{at(MONDAY + DAY + 3_600)},nothing in the posts\n"
    )
    return path


def at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def run(folder: Path, *arguments: str) -> Result:
    fixed = (
        str(folder / "posts.jsonl"),
        "--config",
        str(folder / "larum.toml"),
        "--labels",
        str(folder / "labels.jsonl"),
    )
    return CliRunner().invoke(app, ["backtest", *fixed, *arguments])


def documents(result: Result) -> dict[str, list[dict[str, Any]]]:
    assert result.exit_code == 0, result.output
    found: dict[str, list[dict[str, Any]]] = {}
    for line in result.stdout.splitlines():
        document = json.loads(line)
        found.setdefault(document["type"].rpartition(".")[2], []).append(document)
    return found


def test_a_history_is_judged_by_what_happened(folder: Path) -> None:
    found = documents(run(folder, "--known", str(folder / "known.csv"), "--json"))
    missed, caught = found["known"]
    assert (missed["grade"], caught["grade"], caught["title"]) == ("missed", "caught", "anger")
    assert 0 < caught["minutes"] <= 15
    (page,) = (alarm for alarm in found["alarm"] if alarm["page"])
    assert (page["brand"], page["known"]) == ("orlen", "anger")
    of_orlen, whole = found["score"]
    assert (of_orlen["brand"], whole["brand"]) == ("orlen", None)
    assert (whole["recall"], whole["precision"], whole["false_pages"]) == (0.5, 1.0, 0)
    assert whole["weeks"] == pytest.approx(4 / 7, abs=0.01)


def test_people_get_tables_and_a_report(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "out.html"
    result = run(folder, "--known", str(folder / "known.csv"), "--report", str(report))
    assert result.exit_code == 0, result.output
    assert "missed" in result.stdout
    assert "50%" in result.stdout
    page = report.read_text()
    assert "1 of 2" in page
    assert "nothing in the posts" in page
    assert "<svg" in page


def test_without_a_list_there_are_alarms_a_week(folder: Path) -> None:
    found = documents(run(folder, "--json"))
    assert "known" not in found
    whole = found["score"][-1]
    assert (whole["false_pages"], whole["precision"], whole["pages"]) == (None, None, 1)
    assert whole["pages_a_week"] == pytest.approx(1.75, abs=0.01)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("brand,start,end\npolen,2026-01-05T00:00Z,2026-01-06T00:00Z\n", "known.csv:2: there is no brand 'polen'"),
        ("brand,start,end\norlen,2026-01-05 00:00,2026-01-06T00:00Z\n", "known.csv:2"),
        ("brand,begin,end\n", "no column 'start'"),
    ],
)
def test_a_mistake_in_the_list_is_told_before_anything_runs(
    folder: Path, tmp_path: Path, known: str, told: str
) -> None:
    (tmp_path / "known.csv").write_text(known)
    result = run(folder, "--known", str(tmp_path / "known.csv"))
    assert result.exit_code == 2
    assert told in result.stderr


def test_help_shows_an_example() -> None:
    result = CliRunner().invoke(app, ["backtest", "--help"])
    assert "larum backtest tweets.csv" in result.stdout


def test_a_table_of_counts_is_enough(folder: Path, tmp_path: Path) -> None:
    rows = [f"{MONDAY + 300 * step},orlen,{3 + step % 3},1" for step in range(4 * 288)]
    rows += [f"{MONDAY + 4 * DAY + 300 * step},orlen,90,80" for step in range(4)]
    (tmp_path / "counts.csv").write_text("\n".join(["when,brand,mentions,negatives", *rows]))
    begin, end = at(MONDAY + 4 * DAY), at(MONDAY + 4 * DAY + 3_600)
    (tmp_path / "known.csv").write_text(f"brand,start,end\norlen,{begin},{end}\n")
    arguments = ["--counts", "--map", "time=when", "--known", str(tmp_path / "known.csv"), "--json"]
    config = "--config", str(folder / "larum.toml")
    found = documents(CliRunner().invoke(app, ["backtest", str(tmp_path / "counts.csv"), *config, *arguments]))
    assert found["known"][0]["grade"] == "caught"
    assert found["known"][0]["minutes"] <= 11  # two buckets of five minutes, and one for late posts
    assert found["score"][-1]["false_pages"] == 0
    result = CliRunner().invoke(app, ["backtest", str(tmp_path / "counts.csv"), *config, "--counts"])
    assert result.exit_code == 2
    assert "no column 'time'" in result.stderr
