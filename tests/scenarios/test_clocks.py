"""Clocks that are wrong, and one that is started anew: neither hides a crisis nor makes one."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, delays, silences

HOUR = 3_600.0


@pytest.mark.parametrize("hours", [5, -5])
def test_a_source_with_a_clock_hours_off_is_not_heard_and_hides_no_crisis_from_the_other(hours: int) -> None:
    story = Story(2.0, sources=("x", "y")).skew(at(3, 9), 12 * 60, "y", hours * HOUR).add(at(3, 14), 180, 8.0, 0.85)
    events = story.tell()
    assert {event.data.silent_source for event in silences(events)} == {"y"}
    assert [0 < delay <= 20 for delay in delays(at(3, 14), events)] == [True]


@pytest.mark.parametrize("minutes", [-8, 4, 10])
def test_a_source_whose_clock_has_always_been_some_minutes_off_hides_no_crisis(minutes: int) -> None:
    story = Story(2.0, days=2, sources=("x", "y")).skew(at(0, 0), 2 * 1_440, "y", minutes * 60.0)
    events = story.add(at(1, 14), 180, 8.0, 0.85).tell()
    assert [min(0, minutes) < delay <= 20 for delay in delays(at(1, 14), events)] == [True]  # by the posts' own time


def test_a_source_whose_clock_jumps_back_an_hour_for_a_while_makes_no_news_of_it() -> None:
    assert crises(Story(2.0).skew(at(3, 9), 120, "x", -HOUR).tell()) == []


def test_one_post_from_next_year_does_not_stop_the_clock() -> None:
    story = Story(2.0).flood(at(3, 9), 1, 2, lambda number: {"text": "Zorzanka wstyd", "source": "y"})
    story.skew(at(3, 9), 1, "y", 365 * 24 * HOUR).add(at(3, 10), 180, 8.0, 0.85)
    assert [0 < delay <= 20 for delay in delays(at(3, 10), story.tell())] == [True]


def test_a_restart_every_half_hour_changes_nothing() -> None:
    story = Story(2.0, days=5).lose(at(4, 9), 60).add(at(4, 14), 180, 8.0, 0.85)
    told = story.tell()
    assert [event.step for event in told if event.step != "updated"].count("opened") == 2
    assert story.tell(restart_every=29) == told


def test_a_story_told_by_counts_is_the_story_told_by_posts() -> None:
    story = Story(2.0, days=5).add(at(4, 14), 180, 8.0, 0.85)
    by_posts, by_counts = story.tell(), story.count()
    assert [(event.id, event.time) for event in by_posts] == [(event.id, event.time) for event in by_counts] != []
