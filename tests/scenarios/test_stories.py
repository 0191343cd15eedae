"""Crises and what only looks like one, each with what must and must not happen, and by when."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story, at, crises, minutes_after, pages

RATES = [0.2, 2.0, 8.0]


@pytest.mark.parametrize("rate", RATES)
def test_ordinary_days_are_silent(rate: float) -> None:
    assert Story(rate).tell() == []


@pytest.mark.parametrize(("rate", "within"), [(0.2, 45), (2.0, 20), (8.0, 10)])
def test_a_crisis_on_friday_at_five_pages_once(rate: float, within: int) -> None:
    start = at(4, 17)
    story = Story(rate).add(start, 180, max(1.0, 4 * rate), 0.85)
    (page,) = pages(story.tell())
    assert 0 < minutes_after(start, page) <= within
    assert "negativity" in page.data.kinds
    assert page.data.onset >= "2026-10-09T16:30"


def test_a_slow_rise_to_the_same_anger_is_found_too() -> None:
    start = at(4, 12)
    story = Story(2.0)
    for step in range(6):
        story.add(at(4, 12, 30 * step), 360 - 30 * step, 1.0, 0.85)
    (page,) = pages(story.tell())
    assert minutes_after(start, page) <= 120


@pytest.mark.parametrize("rate", RATES)
def test_ten_angry_posts_are_no_crisis(rate: float) -> None:
    assert pages(Story(rate).add(at(3, 11), 20, 0.5, 1.0).tell()) == []


@pytest.mark.parametrize("rate", [2.0, 8.0])
def test_a_sale_is_at_most_noticed(rate: float) -> None:
    events = Story(rate).add(at(3, 9), 480, 4 * rate, 0.05).tell()
    assert pages(events) == []
    assert {event.data.severity for event in events} <= {"notice"}
    assert [event.step for event in events].count("opened") <= 1


@pytest.mark.parametrize("rate", RATES)
def test_one_text_five_hundred_times_is_no_crisis(rate: float) -> None:
    assert pages(Story(rate).repeat(at(3, 20), 30, 500, "to skandal i wstyd, bojkot!").tell()) == []


@pytest.mark.parametrize("rate", [2.0, 8.0])
def test_a_collector_outage_is_no_crisis_and_leaves_no_deafness(rate: float) -> None:
    assert crises(Story(rate).lose(at(3, 9), 120).tell()) == []
    crisis = at(3, 14)
    story = Story(rate).lose(at(3, 9), 120).add(crisis, 180, 4 * rate, 0.85)
    assert [minutes_after(crisis, page) <= 30 for page in pages(crises(story.tell()))] == [True]


def test_a_change_of_tone_without_more_posts_is_found() -> None:
    start = at(3, 10)
    story = Story(5.0, negative=0.1).add(start, 240, 2.5, 1.0)
    (page,) = pages(story.tell())
    assert page.data.kinds[0] == "negativity"
    assert minutes_after(start, page) <= 60


def test_a_brand_on_its_first_day_is_silent_and_still_guarded() -> None:
    assert Story(2.0, days=1).tell() == []
    start = at(0, 15)
    assert [
        minutes_after(start, page) <= 60 for page in pages(Story(2.0, days=1).add(start, 180, 10.0, 0.9).tell())
    ] == [True]


def test_two_crises_in_a_row_are_two() -> None:
    story = Story(2.0, days=7).add(at(3, 12), 120, 8.0, 0.85).add(at(5, 12), 120, 8.0, 0.85)
    assert len(pages(story.tell())) == 2


def test_a_crisis_that_sleeps_at_night_is_one() -> None:
    story = Story(0.02, days=6).add(at(3, 17), 300, 3.0, 0.85).add(at(4, 6), 600, 2.0, 0.85)
    # All that its source carries is this brand: that it falls silent at night is told as well, and is not meant here.
    assert len(pages(crises(story.tell()))) == 1
