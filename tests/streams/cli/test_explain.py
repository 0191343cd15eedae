"""`larum explain`: what was expected, seen and decided in a minute, and what it would have taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from detectors.sentiment import SentimentModel
from streams.cli import app
from streams.config import load
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.storage import Store
from tests.streams.core.mentions import MONDAY

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[detection]\ntimezone = "Europe/Warsaw"\n'
RISE = MONDAY + 2 * 86_400
CALM = RISE - 3_600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days with four voices a minute, one of them negative; then, for a quarter of an hour, forty angry ones."""
    path = tmp_path_factory.mktemp("explain")
    rows = [f"{MONDAY + 60 * minute},orlen,{3 + minute % 3},1" for minute in range(2 * 1_440)]
    rows += [f"{RISE + 60 * minute},orlen,44,41" for minute in range(15)]
    (path / "counts.csv").write_text("\n".join(["time,brand,mentions,negatives", *rows]))
    (path / "larum.toml").write_text(CONFIG)
    return path


def run(folder: Path, time: float | str, *arguments: str, rows: Path | None = None) -> Any:
    at = time if isinstance(time, str) else datetime.fromtimestamp(time, UTC).isoformat()
    fixed = str(rows or folder / "counts.csv"), "--counts", "--config", str(folder / "larum.toml")
    return CliRunner().invoke(app, ["explain", "orlen", at, *fixed, *arguments])


def told(folder: Path, time: float, rows: Path | None = None) -> dict[str, Any]:
    result = run(folder, time, "--json", rows=rows)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_calm_minute_says_what_it_would_have_taken(folder: Path, tmp_path: Path) -> None:
    calm = told(folder, CALM)
    assert (calm["severity"], calm["crisis"], calm["learned"]) == ("calm", None, True)
    assert (calm["voices"], calm["negatives"], calm["coverage"]) == (3, 1, 1.0)
    assert [view["detector"] for view in calm["detectors"]] == ["volume", "negatives", "tone", "smoulder", "harm"]
    assert not any(view["fires"] for view in calm["detectors"])
    assert calm["needed"]["page_at_once"] > calm["needed"]["page_sustained"] > 0
    whole = (folder / "counts.csv").read_text().splitlines()
    for more, severity in ((-1, "calm"), (0, "warning")):  # what it says is what happens
        extra = calm["needed"]["page_at_once"] + more
        changed = tmp_path / "changed.csv"
        changed.write_text(
            "\n".join(f"{CALM},orlen,{3 + extra},{1 + extra}" if row.startswith(str(CALM)) else row for row in whole)
        )
        assert told(folder, CALM, changed)["severity"] == severity


def test_a_minute_of_a_crisis_says_what_fired(folder: Path) -> None:
    angry = told(folder, RISE + 10 * 60 + 30)
    assert angry["time"] == datetime.fromtimestamp(RISE + 600, UTC).isoformat().replace("+00:00", "Z")
    fired = {view["detector"]: view for view in angry["detectors"] if view["fires"]}
    assert {"negatives", "tone"} <= set(fired)
    assert fired["negatives"]["observed"] > fired["negatives"]["upper"]
    assert fired["negatives"]["return_days"] >= fired["negatives"]["needed_days"]
    assert (angry["severity"], angry["learned"], angry["needed"]["page_at_once"]) == ("critical", False, 0)
    assert angry["crisis"][1] == "critical"


def test_people_get_sentences_and_local_times(folder: Path) -> None:
    result = run(folder, f"{datetime.fromtimestamp(CALM + 3_600, UTC):%Y-%m-%d %H:%M}")  # Warsaw's clocks in winter
    assert result.exit_code == 0, result.output
    assert "orlen, 2026-01-06 23:00 (UTC), 1 min: 3 voices" in result.stdout
    assert "a page would have taken" in result.stdout
    assert "seen once in" in result.stdout


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("someday", "is no time"),
        ("2025-12-31 10:00", "nothing was watched"),
        ("2026-03-01 10:00", "nothing was watched"),
    ],
)
def test_a_minute_that_was_not_watched_is_refused(folder: Path, time: str, message: str) -> None:
    result = run(folder, time)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_history_of_posts_is_explained_alike(folder: Path, tmp_path: Path) -> None:
    posts = [
        json.dumps({"id": f"{minute}-{turn}", "source": "x", "created_at": MONDAY + 60 * minute + turn,
                    "text": f"Orlen {'stacja' * (turn + 1)} {minute:b}".replace("0", "a").replace("1", "b")})
        for minute in range(300) for turn in range(1 + minute % 2)
    ]  # fmt: skip
    (tmp_path / "posts.jsonl").write_text("\n".join(posts))
    files = str(tmp_path / "posts.jsonl"), "--config", str(folder / "larum.toml"), "--json"
    result = CliRunner().invoke(app, ["explain", "orlen", "2026-01-05T04:01Z", *files])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["voices"] == 2


def test_what_a_watch_has_counted_is_explained_as_its_history_is(folder: Path, tmp_path: Path) -> None:
    lines = [
        post
        for minute in range(1_500)
        for post in (_said(minute, turn) for turn in range(3 + minute % 3 + 40 * (minute >= 1_490)))
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, lines)))
    fixed = "--config", str(folder / "larum.toml"), "--json"
    settings = load(folder / "larum.toml", {})
    with Store(tmp_path / "larum.sqlite") as store:  # stays open, as in a watch that runs
        runtime = Embedded(settings, SentimentModel(), DeadLetterList(), store=store)
        for start in range(0, len(lines), 700):
            runtime.take_records([(json.dumps(post).encode(), "x:1") for post in lines[start : start + 700]])
            runtime.commit()
        for minute, severity in ((1_400, "calm"), (1_494, "critical")):
            time = f"{MONDAY + 60 * minute}"
            here = CliRunner().invoke(app, ["explain", "orlen", time, "--state", str(store.path), *fixed])
            assert here.exit_code == 0, here.output
            there = CliRunner().invoke(app, ["explain", "orlen", time, str(tmp_path / "posts.jsonl"), *fixed])
            assert json.loads(here.stdout) == json.loads(there.stdout)
            assert json.loads(here.stdout)["severity"] == severity
            shown = CliRunner().invoke(app, ["explain", "orlen", time, "--state", str(store.path), *fixed[:2]]).stdout
            assert ("posts to read first" in shown) == ("wstyd i skandal" in shown) == (severity == "critical")


def test_a_minute_that_no_watch_has_counted_is_refused(folder: Path, tmp_path: Path) -> None:
    fixed = "orlen", "2026-01-05 10:00", "--config", str(folder / "larum.toml"), "--state"
    absent = CliRunner().invoke(app, ["explain", *fixed, str(tmp_path / "absent.sqlite")])
    assert (absent.exit_code, "there is no such file" in absent.stderr) == (2, True)
    Store(tmp_path / "empty.sqlite").close()
    empty = CliRunner().invoke(app, ["explain", *fixed, str(tmp_path / "empty.sqlite")])
    assert (empty.exit_code, "begins later" in empty.stderr) == (2, True)


def _said(minute: int, turn: int) -> dict[str, Any]:
    syllables = ["ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du"]
    number = 100 * minute + turn
    words = " ".join(
        "".join(syllables[int(digit)] for digit in f"{number * prime % 99_991:05d}") for prime in (7, 31, 101)
    )
    tone = "wstyd i skandal," if minute >= 1_490 else "dzisiaj"
    return {
        "id": str(number),
        "source": "x",
        "created_at": MONDAY + 60 * minute + turn,
        "text": f"Orlen {tone} {words}",
    }


def test_help_shows_an_example() -> None:
    assert "larum explain orlen" in CliRunner().invoke(app, ["explain", "--help"]).stdout
