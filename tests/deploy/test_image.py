"""The container file: small, pinned, without root and without secrets, and writing nowhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "container" / "Dockerfile"


STEPS = [(step["instruction"], step["value"]) for step in DockerfileParser(str(FILE)).structure]


def of(instruction: str) -> list[str]:
    return [value for name, value in STEPS if name == instruction]


def final() -> list[tuple[str, str]]:
    """The instructions of the last stage, which is what is shipped."""
    return STEPS[max(index for index, (name, _) in enumerate(STEPS) if name == "FROM") :]


def test_what_builds_is_not_what_is_shipped() -> None:
    build, shipped = of("FROM")
    assert build.endswith(" AS build")
    copied = [value for name, value in final() if name == "COPY"]
    assert copied == ["--from=build /opt/larum /opt/larum"]
    assert not any("pip" in value for name, value in final() if name == "RUN")
    assert build.removesuffix(" AS build") == shipped


def test_the_base_is_pinned_to_a_full_version_that_larum_runs_on() -> None:
    for base in of("FROM"):
        version = re.match(r"python:3\.(\d+)\.\d+-slim-[a-z]+\b", base)
        assert version
        assert int(version[1]) >= 11


def test_it_runs_as_a_user_with_a_number() -> None:
    (user,) = (value for name, value in final() if name == "USER")
    uid, gid = map(int, user.split(":"))  # Kubernetes proves runAsNonRoot by the number alone
    assert uid >= 10_000
    assert gid >= 10_000
    assert f"--uid {uid}" in " ".join(value for name, value in final() if name == "RUN")
    assert [name for name, _ in final()].index("USER") > [name for name, _ in final()].index("COPY")


def test_its_health_is_asked_by_what_is_in_the_image() -> None:
    (check,) = of("HEALTHCHECK")
    command = json.loads(check[check.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")


def test_it_is_started_without_a_shell() -> None:
    assert [json.loads(value) for value in of("ENTRYPOINT") + of("CMD")] == [["larum"], ["--help"]]


def test_no_secret_is_built_in() -> None:
    told = "\n".join(of("ENV") + of("ARG") + of("RUN"))
    assert not re.search(r"PASSWORD|TOKEN|SECRET|CREDENTIAL", told, re.IGNORECASE)


def test_the_image_is_given_only_what_it_needs() -> None:
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [name for value in of("COPY") if not value.startswith("--from") for name in value.split()[:-1]]
    assert sorted(let_in) == sorted(copied)
    assert all((ROOT / name).exists() for name in let_in)
