"""Tokens come from the environment or from files, never from the configuration, and each is one person's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.config import ConfigurationError, load

BRAND = '[[brands]]\nid = "orlen"\nname = "Orlen"\n'
OLA = '[[tokens]]\nname = "ola"\nrole = "respond"\n'
JAN = '[[tokens]]\nname = "jan-k"\nrole = "admin"\n'
SECRET = "0123456789abcdef"


def written(folder: Path, document: str) -> Path:
    file = folder / "larum.toml"
    file.write_text(BRAND + document, encoding="utf-8")
    return file


def test_a_token_comes_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "ola.token").write_text(f"{SECRET}-of-ola\n")
    file = written(tmp_path, f'{OLA}token_file = "ola.token"\n{JAN}')
    ola, jan = load(file, {"LARUM_TOKEN_JAN_K": f"{SECRET}-of-jan"}).tokens
    assert (ola.name, ola.role, ola.token.get_secret_value()) == ("ola", "respond", f"{SECRET}-of-ola")
    assert (jan.name, jan.role, jan.token.get_secret_value()) == ("jan-k", "admin", f"{SECRET}-of-jan")


def test_who_shows_no_pages_needs_no_token(tmp_path: Path) -> None:
    assert load(written(tmp_path, OLA), {}, tokens=False).tokens == ()


@pytest.mark.parametrize(
    ("document", "environ", "fault"),
    [
        (OLA, {}, "4: tokens[1].token: is missing: set LARUM_TOKEN_ and its name, or token_file"),
        (OLA, {"LARUM_TOKEN_OLA": "0123456789abcde"}, "4: tokens[1].token: must have 16 to 512 characters"),
        (OLA, {"LARUM_TOKEN_OLA": "0123456789 abcdef"}, "4: tokens[1].token: must have 16 to 512 characters"),
        (OLA, {"LARUM_TOKEN_OLA": "zażółć-gęślą-jaźń"}, "4: tokens[1].token: must have 16 to 512 characters"),
        (f'{OLA}token = "{SECRET}"', {}, "7: tokens[1].token: a secret does not belong in this file: set LARUM_TOKEN"),
        (f'{OLA}token_file = "x"', {"LARUM_TOKEN_OLA": SECRET}, "7: tokens[1].token_file: the secret is given more"),
        (f'{OLA}token_file = "x"', {}, "7: tokens[1].token_file: cannot read 'x': No such file"),
        (OLA.replace("respond", "root"), {"LARUM_TOKEN_OLA": SECRET}, "6: tokens[1].role: should be 'read', 'respond'"),
        (f"{OLA}rle = 1", {"LARUM_TOKEN_OLA": SECRET}, "7: tokens[1].rle: unknown key; did you mean 'role'?"),
        (OLA + OLA, {"LARUM_TOKEN_OLA": SECRET}, "8: tokens[2].name: is already that of token number 1"),
        (
            JAN + JAN.replace("-", "_"), {"LARUM_TOKEN_JAN_K": SECRET},
            "8: tokens[2].name: is already that of token number 1",
        ),
        (
            OLA + JAN, {"LARUM_TOKEN_OLA": SECRET, "LARUM_TOKEN_JAN_K": SECRET},
            "7: tokens[2].token: is already that of token number 1",
        ),
    ],
)  # fmt: skip
def test_faults_are_told_by_their_places_and_without_the_secret(
    tmp_path: Path, document: str, environ: dict[str, str], fault: str
) -> None:
    file = written(tmp_path, document)
    with pytest.raises(ConfigurationError) as caught:
        load(file, environ)
    lines = [line.removeprefix(f"{file}:") for line in str(caught.value).splitlines()]
    assert any(line.startswith(fault) for line in lines), lines
    assert "0123456789" not in str(caught.value)
