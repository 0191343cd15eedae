"""How the alarms of a history are scored, and how the list of what happened is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.known import read_known
from streams.readers import InputError
from streams.scores import Span, backtest
from streams.told import Told
from tests.streams.made import alarm

WEEK = 604_800.0
SPANS = {"a": Span(0.0, 2 * WEEK), "b": Span(0.0, WEEK)}


def known(brand: str, start: float, end: float) -> Told:
    return Told(name=f"{brand}{start}", title="a crisis", about="", brand=brand, start=start, end=end, alarm_by=end)


def test_precision_recall_rates_and_time_to_detect() -> None:
    caught, missed = known("a", 10_000.0, 20_000.0), known("a", 500_000.0, 510_000.0)
    events = [
        alarm("a", 10_600.0, "notice", onset=1),
        alarm("a", 11_200.0, onset=1, number=2),  # the same, raised: one page, 20 minutes after the start
        alarm("a", 100_000.0, onset=2),  # false
        alarm("a", 200_000.0, "notice", onset=3),
        alarm("b", 11_200.0, onset=4),  # another brand's: false
    ]
    result = backtest([caught, missed], events, SPANS, delay=60.0)
    whole = result.whole
    assert (whole.known, whole.caught, whole.missed, whole.pages, whole.false_pages, whole.notices) == (
        2,
        1,
        1,
        3,
        2,
        1,
    )
    assert (whole.precision, whole.recall, whole.median_minutes) == (0.333, 0.5, 21.0)
    assert (whole.weeks, whole.false_pages_a_week, whole.notices_a_week) == (2.0, 1.0, 0.5)
    of_a, of_b = result.brands
    assert (of_a.pages, of_a.false_pages, of_a.precision) == (2, 1, 0.5)
    assert (of_b.pages, of_b.false_pages, of_b.precision, of_b.recall) == (1, 1, 0.0, None)
    assert [(one.page, one.known) for one in result.alarms] == [
        (True, "a crisis"), (True, None), (False, None), (True, None)
    ]  # fmt: skip


def test_a_page_after_the_end_is_late_and_no_recall() -> None:
    whole = backtest([known("a", 10_000.0, 20_000.0)], [alarm("a", 20_100.0)], SPANS).whole
    assert (whole.caught, whole.late, whole.missed, whole.recall, whole.precision) == (0, 1, 0, 0.0, 1.0)


def test_without_a_list_nobody_says_what_is_false() -> None:
    whole = backtest([], [alarm("a", 11_200.0)], SPANS).whole
    assert (whole.pages, whole.pages_a_week) == (1, 0.5)
    assert (whole.false_pages, whole.false_pages_a_week, whole.precision, whole.recall) == (None,) * 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("brand,start,end\na,1767369600,1767369600\n", r"known\.csv:2: end is not after start"),
        ("brand,start,end\na,1767369600,1767373200\nc,1767369600,1767373200\n", r"known\.csv:3: there is no brand 'c'"),
        ("brand,start,end\n", "lists no crisis"),
        ("brand,start\na,1767369600\n", "no column 'end'"),
    ],
)
def test_a_mistake_in_the_list_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "known.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        read_known(tmp_path / "known.csv", ["a", "b"])


def test_the_list_is_in_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "known.jsonl").write_text(
        '{"brand": "a", "start": 1767400000, "end": 1767403600, "title": "second"}\n'
        '{"brand": "b", "start": "2026-01-02T17:00:00+01:00", "end": "2026-01-03T09:00:00+01:00"}\n'
    )
    first, second = read_known(tmp_path / "known.jsonl", ["a", "b"])
    assert (first.start, first.alarm_by, second.title) == (1767369600.0, first.end, "second")
