"""The timed walk: the demo's Friday crisis from the alarm to the closed incident, by page alone and by command alone.

The numbers are printed (``pytest -s``, or ``python -m tests.benchmarks.walk``); what is asserted is the course.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from streams.core.actions import STEPS
from tests.web.browser import Browser
from tests.web.walk import Walk, by_commands, by_page, story

FEWEST_SECONDS = 60.0  # generous: a machine that is busy with everything else


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    story(folder)
    return folder


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    """A copy of the story, to be answered anew."""
    return Path(shutil.copytree(told, tmp_path / "copy"))


def answered(walk: Walk) -> None:
    """Check that the crisis was answered in full, in the order in which one answers."""
    print(f"\n{walk.way}: acknowledged {walk.seconds_to_acknowledge} s and {walk.actions_to_acknowledge} actions after "
          f"it was asked for; all of it {walk.actions} actions, {walk.seconds} s by a machine")  # fmt: skip
    incident = walk.incident
    kinds = [action["kind"] for action in incident["log"]]
    assert kinds == ["acknowledged", "assessed", "stated", *["step"] * len(STEPS), "resolved", "reviewed"]
    assert (incident["state"], incident["missing"], incident["brand"]) == ("reviewed", [], "zorzanka")
    assert incident["severity"] == "critical"
    assert walk.seconds_to_acknowledge < FEWEST_SECONDS


def test_by_the_page_alone(window: Browser, folder: Path) -> None:
    walk = by_page(folder, window)
    answered(walk)
    assert walk.actions_to_acknowledge == 2  # the link is opened, one tap
    assert {action["by"] for action in walk.incident["log"]} == {"ola"}


def test_by_the_command_line_alone(folder: Path) -> None:
    walk = by_commands(folder)
    answered(walk)
    assert walk.actions_to_acknowledge == 1
