"""`larum statement`: a draft on standard output, its gaps on standard error."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from streams.cli import app
from streams.response.facts import Facts
from streams.response.statements import draft


def test_the_draft_can_be_piped_and_its_gaps_are_named_beside_it() -> None:
    result = CliRunner().invoke(app, ["statement", "--kind", "product", "--form", "short", "--brand", "Żabka"])
    assert result.exit_code == 0, result.output
    text = draft("product", "pl", "short", Facts(brand="Żabka"))
    assert result.stdout == f"{text}\n"
    told, *gaps = result.stderr.splitlines()
    assert "nothing was sent" in told
    assert f"{len(text)} characters, gaps included, of 280" in told
    assert gaps == ["  [którym]", "  [co robimy]", "  [kiedy]"]


def test_an_update_tells_the_steps_and_scripts_get_a_document() -> None:
    arguments = ["--kind", "health", "--lang", "en", "--word", "update", "--done", "apologise", "--json"]
    result = CliRunner().invoke(app, ["statement", *arguments])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["text"] == draft("health", "en", "long", Facts(steps=("apologise",)), "update")
    assert (told["kind"], told["word"], told["characters"]) == ("health", "update", len(told["text"]))
    assert told["missing"][0] == "[name of the brand]"


def test_a_kind_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(app, ["statement", "--kind", "weather"])
    assert result.exit_code == 2
    assert "data_leak" in result.stderr


def test_a_step_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(app, ["statement", "--kind", "health", "--done", "deny"])
    assert result.exit_code == 2
    assert "there is no step 'deny'; there is apologise, counteract" in result.stderr
