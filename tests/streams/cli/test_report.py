"""`larum report`: a page, a PDF or plain data, or one sentence of what is in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.core.crises import CrisisEvent
from streams.report.pdf import PdfError
from streams.storage import Store
from tests.streams.notify.made import crisis
from tests.streams.report.made import watch

CONFIG = """
[[brands]]
id = "orlen"
name = "Orlen S.A."

[detection]
bucket_seconds = 300
timezone = "Europe/Warsaw"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[CrisisEvent]]:
    home = tmp_path_factory.mktemp("report")
    (home / "larum.toml").write_text(CONFIG)
    return home, watch(home / "larum.sqlite")


def larum(home: Path, *words: str) -> Result:
    paths = "--config", str(home / "larum.toml"), "--state", str(home / "larum.sqlite")
    return CliRunner().invoke(app, [words[0], *words[1:], *paths])


@pytest.mark.parametrize(("lang", "heading"), [("pl", "Pięć kroków"), ("en", "The five steps")])
def test_it_writes_a_page(home: tuple[Path, list[CrisisEvent]], tmp_path: Path, lang: str, heading: str) -> None:
    out = tmp_path / "report.html"
    result = larum(home[0], "report", "orlen", "--lang", lang, "--out", str(out))
    assert result.exit_code == 0, result.output
    page = out.read_text()
    assert heading in page
    assert "Orlen S.A." in page
    assert f"wrote {out}" in " ".join(result.stderr.split())


def test_without_a_name_for_it_the_file_is_named_after_the_incident(
    home: tuple[Path, list[CrisisEvent]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert larum(home[0], "report", home[1][0].subject[:6]).exit_code == 0
    assert (tmp_path / f"larum-orlen-{home[1][0].subject[:8]}.html").exists()


def test_a_brand_with_the_name_of_another_place_is_written_here(
    home: tuple[Path, list[CrisisEvent]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "larum-..").mkdir(parents=True)  # on the way there
    monkeypatch.chdir(here)
    hostile = crisis(brand="../../away")
    with Store("larum.sqlite") as store:
        store.save(events=[hostile])
    (here / "larum.toml").write_text(CONFIG)
    assert larum(here, "report", hostile.subject).exit_code == 0
    assert (here / f"larum-______away-{hostile.subject[:8]}.html").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["here"]


def test_as_plain_data_it_has_the_numbers_of_the_log(home: tuple[Path, list[CrisisEvent]]) -> None:
    folder, events = home
    result = larum(folder, "report", "orlen", "--json")
    document = json.loads(result.stdout)
    assert document["name"] == "Orlen S.A."
    assert len(document["sights"]) == len(events)
    assert document["sights"][0]["voices"]["observed"] == events[0].data.voices.observed
    assert document["state"] == "open"
    larum(folder, "ack", "orlen", "I look into it", "--by", "Ola")
    after = json.loads(larum(folder, "report", "orlen", "--json").stdout)
    assert after["answers"][0]["by"] == "Ola"
    assert after["timeline"][-1]["text"] == "I look into it"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nobody",), "no incident is 'nobody'"),
        (("orlen", "--json", "--pdf"), "two forms"),
        (("orlen", "--out", "/nowhere/report.html"), "/nowhere/report.html: No such file or directory"),
    ],
)
def test_what_is_in_the_way_is_told_in_one_sentence(
    home: tuple[Path, list[CrisisEvent]], words: tuple[str, ...], complaint: str
) -> None:
    result = larum(home[0], "report", *words)
    assert result.exit_code == 2
    assert complaint in " ".join(result.stderr.split())


def test_where_no_pdf_can_be_made_it_says_what_to_install(
    home: tuple[Path, list[CrisisEvent]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_: str) -> bytes:
        raise PdfError("PDF needs WeasyPrint")

    monkeypatch.setattr("streams.report.pdf.to_pdf", nothing)
    result = larum(home[0], "report", "orlen", "--pdf", "--out", str(tmp_path / "report.pdf"))
    assert result.exit_code == 2
    assert "PDF needs WeasyPrint" in " ".join(result.stderr.split())
    assert not (tmp_path / "report.pdf").exists()


def test_without_a_state_file_it_says_where_one_comes_from(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    result = larum(tmp_path, "report", "orlen")
    assert result.exit_code == 2
    assert "there is no such file" in " ".join(result.stderr.split())
