"""The order in which files of tests are begun."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import LONG, TOGETHER, ordered

ROOT = Path(__file__).parent.parent


def test_the_files_that_are_named_are_there() -> None:
    assert [file for file in (*LONG, *TOGETHER) if not (ROOT / file).exists()] == []


def test_long_files_come_first_and_waiting_ones_between_those_that_compute() -> None:
    computing, waiting = [f"tests/{letter}.py" for letter in "abcd"], ["tests/kafka/a.py", "tests/kafka/b.py"]
    in_turn = [waiting[0], computing[0], computing[1], waiting[1], computing[2], computing[3]]
    assert ordered(["streams/a.py", *waiting, *computing, *reversed(LONG)]) == [*LONG, *in_turn, "streams/a.py"]
