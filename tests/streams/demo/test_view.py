"""The demo's board and screens, on readings and events made by hand: no simulation, no detector."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from streams.core.crises import CrisisEvent, Interval, Severity
from streams.core.ledger import Voices
from streams.core.readings import Counted, Reading
from streams.core.watch import Outcome
from streams.demo.bars import Bar, chart
from streams.demo.board import Board
from streams.demo.script import BRANDS, HOUR, START, script
from streams.demo.view import draw, screen
from tests.streams.made import alarm

BEGIN = START.timestamp()
bars = st.builds(Bar, *[st.floats(0, 1e6)] * 4)


def reading(at: float, severity: Severity = Severity.CALM) -> Reading:
    return Reading(
        brand="zorzanka",
        bucket=int(at),
        mentions=9,
        negatives=3,
        voices=Interval(7, 4.0, 1.0, 9.0),
        hour=Interval(321.0, 240.0, 100.0, 300.0, 60.0),
        negativity=Interval(0.6, 0.2, 0.05, 0.4, 60.0),
        volume_surprise=0.0,
        negativity_surprise=0.0,
        severity=severity,
        counted=Counted(Voices(7, 7, 3)),
    )


def board_with(*events: CrisisEvent) -> Board:
    board = Board(BRANDS, script(7))
    board.take(BEGIN + 60, 9, Outcome(events=list(events), readings=[reading(BEGIN, Severity.WARNING)]))
    return board


def printed(board: Board, width: int = 100, height: int = 40) -> str:
    console = Console(width=width, height=height, file=StringIO(), record=True)
    console.print(draw(board, width, height))
    return console.export_text()


@given(st.lists(bars, max_size=30), st.integers(1, 20), st.integers(1, 6))
def test_a_chart_is_as_large_as_it_was_asked_to_be(shown: list[Bar], width: int, height: int) -> None:
    lines = chart(shown, width, height)
    assert [len(line) for line in lines] == [width] * height


def test_a_bar_is_as_high_as_its_value() -> None:
    lines = chart([Bar(value, 0, 0, 99) for value in (0, 1, 2, 3, 4)], 5, 2, top=4)
    assert [line.plain.replace("·", " ") for line in lines] == ["   ▄█", " ▄███"]


def test_the_board_shows_what_was_seen_and_what_was_expected() -> None:
    shown = printed(board_with())
    assert "321 voices in the last hour, 240 expected; 60% negative, 20% usual" in shown
    assert "Mon 05 Oct 00:01" in shown
    assert "WARNING" in shown
    assert "invented posts" in shown


@pytest.mark.parametrize("height", [25, 30, 50])
def test_an_alarm_brings_its_evidence_and_stays_on_the_screen(height: int) -> None:
    shown = printed(board_with(alarm("zorzanka", BEGIN, words="Szkło!")), height=height)
    assert "ALARM  Zorzanka, warning" in shown
    assert "voices in 5 min" in shown
    assert "Szkło!" in shown
    assert len(shown.splitlines()) <= height


def test_words_of_posts_cannot_steer_the_terminal() -> None:
    shown = printed(board_with(alarm("zorzanka", BEGIN, words="\x1b]0;owned\x07[red]x[/red]\x9b2J")))
    assert not set(shown) & set("\x1b\x07\x9b")
    assert "[red]x[/red]" in shown


def test_a_notice_is_logged_and_is_no_alarm() -> None:
    board = board_with(alarm("zorzanka", BEGIN, severity="notice"))
    assert board.alarm is None
    assert "notice, pages nobody" in printed(board)


def test_without_a_terminal_it_prints_lines() -> None:
    console = Console(file=StringIO(), width=100, record=True)
    board = Board(BRANDS, script(7))
    with screen(console) as shown:
        for day in range(3):
            event = [alarm("zorzanka", BEGIN)] if day == 2 else []
            shown.show(board, board.take(BEGIN + day * 24 * HOUR, 5, Outcome(events=event)))
    text = console.export_text()
    assert "Tue 06 Oct 00:00  10 posts" in text
    assert text.count("ALARM  Zorzanka") == 1
    assert "\x1b" not in text
