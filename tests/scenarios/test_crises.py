"""Crises, and by when somebody is woken: at any hour, of any size of brand, in any language, however they begin."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, delays, minutes_after, pages, steps
from tests.scenarios.usual import complaint

FOUND = [(0.2, 45), (2.0, 20), (8.0, 10)]
"""Ordinary posts a minute, and minutes within which a crisis of four times as many is told."""


@pytest.mark.parametrize(("rate", "within"), FOUND)
def test_a_crisis_on_friday_at_five_pages_once(rate: float, within: int) -> None:
    story = Story(rate, days=5).add(at(4, 17), 180, max(1.0, 4 * rate), 0.85)
    (page,) = pages(story.tell())
    assert [0 < delay <= within for delay in delays(at(4, 17), [page])] == [True]
    assert "negativity" in page.data.kinds
    assert page.data.onset >= "2026-10-09T16:30"


@pytest.mark.parametrize("start", [at(5, 3), at(6, 11)], ids=["saturday 03:00", "sunday 11:00"])
@pytest.mark.parametrize(("rate", "within"), FOUND[:2])
def test_a_crisis_at_night_and_at_the_weekend_is_found_as_fast(rate: float, within: int, start: datetime) -> None:
    story = Story(rate, days=(start - at(0, 0)).days + 1).add(start, 180, max(1.0, 4 * rate), 0.85)
    assert [0 < delay <= within for delay in delays(start, story.tell())] == [True]


@pytest.mark.parametrize("rate", [0.2, 2.0])
def test_a_crisis_is_over_some_hours_after_its_end(rate: float) -> None:
    ended = at(3, 13)
    closed = steps(Story(rate).add(at(3, 11), 120, max(1.0, 4 * rate), 0.85).tell(), "closed")
    assert [60 <= delay <= 8 * 60 for delay in (minutes_after(ended, event) for event in closed)] == [True]


def test_thirty_angry_posts_in_an_hour_about_a_brand_of_two_a_day_are_a_crisis() -> None:
    story = Story(0.002, days=9).flood(at(8, 14), 60, 30, lambda number: {"text": complaint(number)})
    assert [delay <= 65 for delay in delays(at(8, 14), story.tell())] == [True]


def test_half_as_much_again_about_a_brand_of_two_thousand_a_minute_is_a_crisis_if_it_is_angry() -> None:
    story = Story(2_000.0, days=5).add(at(4, 17), 180, 1_000.0, 0.85)
    assert [0 < delay <= 5 for delay in delays(at(4, 17), story.count())] == [True]


def test_a_crisis_in_english_about_a_polish_brand_is_found() -> None:
    story = Story(2.0).add(at(3, 11), 180, 8.0, 0.85, said="shame", lang="en")
    assert [0 < delay <= 20 for delay in delays(at(3, 11), story.tell())] == [True]


def test_a_slow_rise_to_the_same_anger_is_found_too() -> None:
    story = Story(2.0, days=5)
    for step in range(6):
        story.add(at(4, 12, 30 * step), 360 - 30 * step, 1.0, 0.85)
    assert [delay <= 120 for delay in delays(at(4, 12), story.tell())] == [True]


def test_a_change_of_tone_without_more_posts_is_found() -> None:
    story = Story(4.0, negative=0.1, days=4).add(at(3, 10), 240, 2.0, 1.0)
    (page,) = pages(story.tell())
    assert page.data.kinds[0] == "negativity"
    assert [delay <= 60 for delay in delays(at(3, 10), [page])] == [True]


def test_a_brand_on_its_first_day_is_silent_and_still_guarded() -> None:
    assert Story(2.0, days=1).tell() == []
    story = Story(2.0, days=1).add(at(0, 15), 180, 10.0, 0.9)
    assert [delay <= 60 for delay in delays(at(0, 15), story.tell())] == [True]


@pytest.mark.parametrize(("rate", "heard"), [(0.2, 150), (2.0, 30), (8.0, 30)])
def test_a_brand_in_its_first_hours_is_guarded_against_what_nobody_would_overlook(rate: float, heard: int) -> None:
    """Ten times as much and nearly all of it angry, so many minutes after the first post: some ten posts are known."""
    start = at(0, 0, heard)
    story = Story(rate, days=1).add(start, 180, max(2.0, 10 * rate), 0.9)
    assert [0 < delay <= 60 for delay in delays(start, story.tell())] == [True]


@pytest.mark.parametrize("second", [at(3, 20), at(5, 12)], ids=["six hours later", "two days later"])
def test_two_crises_in_a_row_are_two(second: datetime) -> None:
    story = Story(2.0, days=6).add(at(3, 12), 120, 8.0, 0.85).add(second, 120, 8.0, 0.85)
    first, again = delays(second, story.tell())
    assert first < 0 < again <= 20


def test_a_crisis_that_sleeps_at_night_is_one() -> None:
    story = Story(0.02, days=6).add(at(3, 17), 300, 3.0, 0.85).add(at(4, 6), 600, 2.0, 0.85)
    # All that its source carries is this brand: that it falls silent at night is told as well, and is not meant here.
    assert len(pages(crises(story.tell()))) == 1


def test_a_second_subject_in_an_open_crisis_opens_none_but_is_told_at_once_and_named() -> None:
    story = (
        Story(2.0, days=5)
        .add(at(3, 11), 600, 2.0, 0.85, said="wstyd kolejka")
        .add(at(3, 15), 180, 20.0, 0.85, "wstyd pożar")
    )
    events = story.tell()
    assert len(pages(events)) == 1
    following = [event for event in steps(events, "raised", "updated") if minutes_after(at(3, 15), event) > 0]
    assert minutes_after(at(3, 15), following[0]) <= 16
    assert following[0].data.negatives.observed > 0
    named = next(event for event in following if any("pożar" in term.term for term in event.data.terms))
    assert minutes_after(at(3, 15), named) <= 46
    assert max(minutes_after(at(3, 15), event) for event in steps(events, "closed")) >= 360
