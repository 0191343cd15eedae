from pathlib import Path

from typer.testing import CliRunner

from streams.cli import app
from streams.config import template

run = CliRunner()


def test_writes_a_configuration_that_check_accepts(tmp_path: Path) -> None:
    file = tmp_path / "larum.toml"
    assert run.invoke(app, ["init", str(file)]).exit_code == 0
    assert file.read_text(encoding="utf-8") == template()
    assert run.invoke(app, ["check", "--config", str(file)]).exit_code == 0


def test_overwrites_only_when_forced(tmp_path: Path) -> None:
    file = tmp_path / "larum.toml"
    file.write_text("mine", encoding="utf-8")
    refused = run.invoke(app, ["init", str(file)])
    assert refused.exit_code == 2
    assert "already there" in refused.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert run.invoke(app, ["init", str(file), "--force"]).exit_code == 0
    assert file.read_text(encoding="utf-8") == template()


def test_a_place_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    refused = run.invoke(app, ["init", str(tmp_path / "none" / "larum.toml")])
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr
    assert refused.stderr.count("\n") == 1
