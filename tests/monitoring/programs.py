"""The monitoring programs that tests run: found, or missed loudly."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def program(name: str, package: str) -> str:
    """The path of a program; without it the test is skipped, or fails where everything has to be there."""
    found = shutil.which(name)
    if found is not None:
        return found
    missing = f"{name} is not installed (Debian's package {package})"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def run(name: str, package: str, *arguments: str | Path, text: str = "") -> str:
    """Run a program to its end and return all it printed; a test fails where the program does."""
    command = [program(name, package), *map(str, arguments)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def promtool(*arguments: str | Path, text: str = "") -> str:
    return run("promtool", "prometheus", *arguments, text=text)


def amtool(*arguments: str | Path) -> str:
    return run("amtool", "prometheus-alertmanager", *arguments)
