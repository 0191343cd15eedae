"""`larum label` and `larum teach` by pipe: what is asked, what is written, and what is told where it cannot be."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.core.labels import Label, decode
from streams.core.pupil import Pupil
from streams.health import Health
from streams.intake import Intake
from streams.server import create_app, serve
from streams.storage import Store
from streams.tutor import Tutor
from tests.streams.pupils import Scribe

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[server]\nport = 1\n'
TEXTS = ["Orlen, kolejka jak zawsze", "Orlen: kawa z kija", "Nic o nikim", "Dziękuję, Orlen, świetna obsługa"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "larum.toml").write_text(CONFIG)
    posts = [{"id": str(number), "source": "x", "text": text, "created_at": 1767369600 + number, "lang": "pl"}
             for number, text in enumerate(TEXTS)]  # fmt: skip
    (tmp_path / "posts.jsonl").write_text("no post\n" + "".join(json.dumps(post) + "\n" for post in posts))
    return tmp_path


def run(*arguments: str, keys: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=keys)


def labels(path: Path) -> list[Label]:
    return [decode(line) for line in path.read_bytes().splitlines()]


def listed(*arguments: str) -> list[dict[str, Any]]:
    result = run("label", "posts.jsonl", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_keys_become_labels_and_what_is_judged_is_not_asked_again(folder: Path) -> None:
    queue = listed()
    assert {one["id"] for one in queue} == {"0", "1", "3"}
    result = run("label", "posts.jsonl", "--by", "ola", keys="no q")
    assert result.exit_code == 0, result.output
    first, second = labels(folder / "larum-labels.jsonl")
    assert (first.id, first.negative, second.negative, first.by) == (queue[0]["id"], True, False, "ola")
    assert first.at is not None
    assert "2 labels" in result.stderr
    assert {one["id"] for one in listed()} == {"0", "1", "3"} - {first.id, second.id}


def test_an_undone_label_is_taken_back_and_asked_again(folder: Path) -> None:
    result = run("label", "posts.jsonl", "--out", "given.jsonl", keys="nuoxsq")
    assert "taken back" in result.stdout
    said = labels(folder / "given.jsonl")
    assert [label.negative for label in said] == [True, None, False]
    assert len({label.key for label in said}) == 1
    assert len(listed("--out", "given.jsonl")) == 2


def test_the_end_of_the_keys_is_the_end_and_nothing_to_undo_is_told(folder: Path) -> None:
    result = run("label", "posts.jsonl", keys="u")
    assert (result.exit_code, "nothing to undo" in result.stdout) == (0, True)
    assert not (folder / "larum-labels.jsonl").exists()


def test_a_file_without_an_end_of_line_is_gone_on_with_on_a_line_of_its_own(folder: Path) -> None:
    (folder / "given.jsonl").write_text('{"text": "Kawa", "negative": false}')
    run("label", "posts.jsonl", "--out", "given.jsonl", keys="nq")
    assert [label.negative for label in labels(folder / "given.jsonl")] == [False, True]


def test_hostile_text_is_shown_as_it_is(folder: Path) -> None:
    post = {"id": "9", "source": "x", "text": "Orlen [bold]\x1b[31m", "created_at": 1767369600}
    (folder / "posts.jsonl").write_text(json.dumps(post))
    shown = run("label", "posts.jsonl", keys="q").stdout
    assert "[bold]" in shown
    assert "\x1b[31m" not in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["label"], "name files of posts, or --kafka"),
        (["label", "-"], "standard input is for the keys"),
        (["label", "absent.jsonl"], "absent.jsonl: no such file"),
        (["label", "posts.jsonl", "--out", "a", "--url", "http://127.0.0.1:1"], "three places for labels; name one"),
        (["teach", "absent.csv"], "absent.csv: no such file"),
        (["teach", "table.csv"], "no column 'negative' for the field 'negative'; the table has text, verdict"),
        (["teach", "table.csv", "--map", "negative=verdict", "--negative-values", "bad"],
         "none of --negative-values bad is met; the values there are: neg, pos"),
        (["teach", "table.csv", "--map", "negative=verdict", "--negative-values", "neg", "--map", "source==x"],
         "nothing was sent:\ntable.csv:2: source and id name a post together"),
        (["teach", "broken.jsonl"], "broken.jsonl:2: Object missing required field `negative`"),
        (["teach", "good.jsonl", "--url", "http://127.0.0.1:1"], "no 'larum watch' answers at http://127.0.0.1:1"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_and_nothing_is_written(folder: Path, arguments: list[str], told: str) -> None:
    (folder / "table.csv").write_text("text,verdict\nKolejka,neg\nKawa,pos\n")
    (folder / "broken.jsonl").write_text('{"text": "Kawa", "negative": false}\n{"text": "Kawa"}\n')
    (folder / "good.jsonl").write_text('{"text": "Kawa", "negative": false}\n')
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (folder / "larum-labels.jsonl").exists()


def test_a_table_is_taught_once_however_often_it_is_sent(folder: Path) -> None:
    (folder / "table.csv").write_text("tweet,verdict,number\nKolejka,Neg,1\nKawa,pos,2\nKolejka dalej,neg,1\n")
    teach = ["teach", "table.csv", "--map", "text=tweet", "--map", "negative=verdict", "--map", "id=number"]
    teach += ["--map", "source==x", "--negative-values", "neg", "--json"]
    assert json.loads(run(*teach).stdout) == {"new": 2, "changed": 0, "repeated": 1}
    assert [(label.text, label.negative) for label in labels(folder / "larum-labels.jsonl")] == [
        ("Kawa", False), ("Kolejka dalej", True),
    ]  # fmt: skip
    assert json.loads(run(*teach).stdout) == {"new": 0, "changed": 0, "repeated": 3}
    assert [one["id"] for one in listed()] == ["0", "3"]  # posts 1 and 2 have labels by their names
    (folder / "other.jsonl").write_text('{"text": "Kawa", "negative": true, "source": "x", "id": "2"}\n')
    told = run("teach", "other.jsonl")
    assert "0 new labels, 1 changed, 0 repeated" in told.stderr


async def test_a_running_larum_is_taught_and_what_it_knows_is_not_asked_again(folder: Path) -> None:
    (folder / "token").write_text("hush")
    (folder / "larum.toml").write_text(CONFIG + 'token_file = "token"\n')
    (folder / "labels.jsonl").write_text('{"text": "Kawa", "negative": false}\n')
    health = Health(60, time.monotonic)
    with Store(folder / "larum.sqlite") as store:
        tutor = Tutor(store, Pupil(Scribe()))
        app = create_app(CollectorRegistry(), health, labels=Intake(decode, tutor.accept, "hush"))
        server = await serve(app, "127.0.0.1", 0)
        url = ["--url", f"http://127.0.0.1:{server.port}"]
        taught = await asyncio.to_thread(run, "teach", "labels.jsonl", *url)
        assert "1 new labels" in taught.stderr, taught.output
        judged = await asyncio.to_thread(run, "label", "posts.jsonl", *url, keys="nq")
        assert "1 labels" in judged.stderr, judged.output
        assert len(tutor.pupil.lessons) == 2
        left = await asyncio.to_thread(run, "label", "posts.jsonl", *url, "--json")
        again = await asyncio.to_thread(run, "teach", "labels.jsonl", *url, "--json")
        await server.stop()
    assert len(left.stdout.splitlines()) == 2
    assert json.loads(again.stdout) == {"new": 0, "changed": 0, "repeated": 1}


@pytest.mark.parametrize(
    ("name", "example"), [("label", "larum label posts.jsonl"), ("teach", "larum teach tweets.csv")]
)
def test_help_shows_an_example(name: str, example: str) -> None:
    assert example in run(name, "--help").stdout
