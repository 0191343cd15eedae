import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.config import template

run = CliRunner()


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "larum.toml"
    file.write_text(template(), encoding="utf-8")
    return str(file)


def test_says_that_the_configuration_is_in_order(config: str) -> None:
    result = run.invoke(app, ["check", "--config", config])
    assert result.exit_code == 0
    assert "in order. Brands: orlen, zabka, united." in result.stdout
    assert json.loads(run.invoke(app, ["check", "--config", config, "--json"]).stdout) == {
        "brands": ["orlen", "zabka", "united"]
    }


def test_explains_what_counts_and_what_does_not(config: str) -> None:
    result = run.invoke(app, ["check", "--config", config, "Na Orlenie, nie orlen.pl, i żabka"])
    assert result.exit_code == 0
    address = "it is part of a web address, an e-mail address or an account name"
    assert result.stdout.splitlines() == [
        "Names orlen.",
        "  orlen: yes, 'Orlenie' at 4 is its name 'Orlen'",
        f"  orlen: no, 'orlen' at 17 looks like its name 'Orlen', but {address}",
        "  zabka: no, 'żabka' at 29 looks like its name 'Żabka', but none of the brand's context words is in the post",
        "  united: no, nothing in it looks like a name of theirs",
    ]


def test_explains_to_scripts(config: str) -> None:
    result = run.invoke(app, ["check", "--config", config, "--json", "Żabce w kasie"])
    assert json.loads(result.stdout) == {
        "brands": ["zabka"],
        "places": [
            {
                "brand": "zabka",
                "kind": "name",
                "name": "Żabka",
                "found": "Żabce",
                "start": 0,
                "end": 5,
                "objection": None,
            }
        ],
    }


def test_a_post_that_names_nobody(config: str) -> None:
    result = run.invoke(app, ["check", "--config", config, "Ładna pogoda"])
    assert result.exit_code == 0
    assert result.stdout.startswith("Names no brand.")


def test_a_post_cannot_steer_the_terminal(config: str) -> None:
    result = run.invoke(app, ["check", "--config", config, "Or\u00adlen\u202e \x1b[31mOrlen"])
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_faults_of_the_configuration_end_it_with_code_2(tmp_path: Path) -> None:
    file = tmp_path / "larum.toml"
    file.write_text('[[brands]]\nid = "orlen"\nnmae = "Orlen"\n', encoding="utf-8")
    result = run.invoke(app, ["check", "--config", str(file)])
    assert result.exit_code == 2
    assert f"{file}:3: brands[1].nmae: unknown key; did you mean 'name'?" in result.stderr
