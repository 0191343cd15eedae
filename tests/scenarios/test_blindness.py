"""What larum does not hear it says that it does not hear; neither a hole nor what comes after it is news."""

from __future__ import annotations

import pytest

from tests.scenarios.collector import Fate
from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, delays, minutes_after, pages, silences, steps


def test_an_outage_of_two_hours_is_told_as_a_silence_that_begins_and_ends_with_it() -> None:
    start = at(3, 9)
    events = Story(4.0).lose(start, 120).tell()
    assert crises(events) == []
    opened, *between, closed = silences(events)
    assert (opened.step, closed.step) == ("opened", "closed")
    assert {event.step for event in between} == {"updated"}
    assert 0 < minutes_after(start, opened) <= 15
    assert 120 <= minutes_after(start, closed) <= 130
    assert opened.data.kinds == ["silence"]
    assert opened.data.silent_source == "x"
    assert opened.data.severity == "warning"
    assert opened.data.onset.startswith("2026-10-08T08:5") or opened.data.onset == "2026-10-08T09:00:00Z"
    assert opened.data.voices.observed <= 0.1 * opened.data.voices.expected
    assert len({event.subject for event in events}) == 1
    assert len({event.id for event in events}) == len(events)


def test_thinning_to_a_third_is_told_and_is_no_calm() -> None:
    """A crisis among the third that is heard is found as fast as its size there allows."""
    thin, crisis = at(7, 9), at(7, 17)
    events = Story(4.0, days=8).lose(thin, 24 * 60, missed=0.7).add(crisis, 180, 16.0, 0.85).tell()
    opened = silences(events)[0]
    assert 0 < minutes_after(thin, opened) <= 480
    assert opened.data.voices.observed == pytest.approx(0.3 * opened.data.voices.expected, rel=0.4)
    assert [0 < delay <= 15 for delay in delays(crisis, events)] == [True]


def test_quiet_nights_of_a_source_with_few_posts_are_no_silence() -> None:
    assert silences(Story(0.02, days=8).tell()) == []


def test_a_source_with_few_posts_that_stops_for_two_hours_is_not_judged() -> None:
    assert Story(0.02, days=8).lose(at(6, 2), 120).tell() == []


@pytest.mark.parametrize("fate", ["late", "stamped"])
def test_what_an_outage_held_back_is_no_news_when_it_comes(fate: Fate) -> None:
    events = Story(2.0).lose(at(3, 9), 180, fate=fate).tell()
    assert crises(events) == []
    assert [event.step for event in steps(silences(events), "opened", "closed")] == ["opened", "closed"]


@pytest.mark.parametrize("fate", ["lost", "stamped"])
def test_an_outage_leaves_no_deafness(fate: Fate) -> None:
    story = Story(2.0).lose(at(3, 9), 120, fate=fate).add(at(3, 14), 180, 8.0, 0.85)
    assert [0 < delay <= 20 for delay in delays(at(3, 14), story.tell())] == [True]


@pytest.mark.parametrize("fate", ["lost", "late", "stamped"])
def test_an_outage_in_the_midst_of_a_crisis_does_not_end_it_and_does_not_keep_it_open(fate: Fate) -> None:
    end = at(3, 20)
    story = Story(2.0, days=5).add(at(3, 10), 600, 8.0, 0.85).lose(at(3, 12), 180, fate=fate)
    events = story.tell()
    assert len(pages(crises(events))) == 1
    assert [0 <= minutes_after(end, event) <= 10 * 60 for event in steps(crises(events), "closed")] == [True]
    assert [event.step for event in steps(silences(events), "opened", "closed")] == ["opened", "closed"]


@pytest.mark.parametrize("fate", ["lost", "late", "stamped"])
def test_a_crisis_that_ends_unheard_is_closed_some_hours_after_posts_come_again(fate: Fate) -> None:
    back = at(3, 15)
    events = Story(2.0).add(at(3, 9), 180, 8.0, 0.85).lose(at(3, 11), 240, fate=fate).tell()
    assert len(pages(crises(events))) == 1
    assert [0 <= minutes_after(back, event) <= 8 * 60 for event in steps(crises(events), "closed")] == [True]


@pytest.mark.parametrize("fate", ["lost", "late", "stamped"])
def test_a_crisis_that_begins_with_an_outage_is_found_soon_after_it(fate: Fate) -> None:
    back = at(3, 15)
    events = Story(2.0).add(at(3, 14), 300, 8.0, 0.85).lose(at(3, 14), 60, fate=fate).tell()
    assert [0 < delay <= 30 for delay in delays(back, events)] == [True]


def test_one_of_two_sources_stops_and_the_other_is_watched_on() -> None:
    start, crisis = at(3, 9), at(3, 15)
    story = Story(4.0, sources=("x", "y")).lose(start, 600, source="y").add(crisis, 120, 16.0, 0.85)
    events = story.tell()
    assert {event.data.silent_source for event in silences(events)} == {"y"}
    assert 0 < minutes_after(start, silences(events)[0]) <= 45
    assert [0 < delay <= 10 for delay in delays(crisis, events)] == [True]


def test_on_its_first_day_a_source_is_missed_when_it_stops_and_not_for_its_night() -> None:
    assert silences(Story(4.0, days=2).tell()) == []
    start = at(0, 16)
    opened = silences(Story(4.0, days=1).lose(start, 180).tell())[0]
    assert 0 < minutes_after(start, opened) <= 60
