"""Holidays, the change to summer time and back, and levels that stay: what is ordinary moves, and larum with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import delays, minutes_after, pages, steps

WARSAW = ZoneInfo("Europe/Warsaw")
CORPUS_CHRISTI = date(2026, 6, 4)  # a Thursday, and no other holiday in the weeks before
TO_SUMMER, TO_WINTER = date(2026, 3, 29), date(2026, 10, 25)
RISE = datetime(2026, 10, 19, tzinfo=UTC)  # two weeks after the stories' first day


def warsaw(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a moment in the hours of Warsaw, as UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


def holiday(rate: float, sunday: float, weeks: int = 2) -> Story:
    """Tell of some weeks up to the end of one with a holiday on which people live as on a Sunday."""
    start = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(weeks=weeks)
    return Story(rate, days=7 * weeks + 5, start=start, zone="Europe/Warsaw", sunday=sunday, free=(CORPUS_CHRISTI,))


def change(day: date) -> Story:
    """Tell of two weeks up to the Tuesday after the night in which clocks are changed; people sleep by the clock."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=13)
    return Story(20.0, days=16, start=start, zone="Europe/Warsaw", sharp=True)


def test_a_holiday_as_loud_as_a_sunday_wakes_nobody() -> None:
    events = [event for event in holiday(2.0, 2.5).count() if event.time >= "2026-06-03T22"]
    assert {event.data.severity for event in events} <= {"notice"}
    assert len(steps(events, "opened")) <= 1


def test_a_holiday_as_quiet_as_a_sunday_is_silent_and_so_is_the_day_after_it() -> None:
    assert [event for event in holiday(1.0, 0.2, weeks=1).tell() if event.time >= "2026-06-03T22"] == []


def test_a_crisis_on_a_quiet_holiday_is_found() -> None:
    start = warsaw(CORPUS_CHRISTI, 12)
    story = holiday(1.0, 0.2, weeks=1).add(start, 180, 4.0, 0.85)
    assert [0 < delay <= 30 for delay in delays(start, story.tell())] == [True]


def test_a_crisis_on_a_loud_holiday_is_found() -> None:
    start = warsaw(CORPUS_CHRISTI, 12)
    story = holiday(2.0, 2.5).add(start, 180, 8.0, 0.85)
    assert [0 < delay <= 20 for delay in delays(start, story.count())] == [True]


@pytest.mark.parametrize("day", [TO_SUMMER, TO_WINTER], ids=["March", "October"])
def test_the_night_in_which_clocks_change_and_the_monday_after_it_are_silent(day: date) -> None:
    night = f"{day - timedelta(days=1)}T22"
    assert [event for event in change(day).count() if event.time >= night] == []


@pytest.mark.parametrize("day", [TO_SUMMER, TO_WINTER], ids=["March", "October"])
def test_a_crisis_in_the_night_in_which_clocks_change_is_found(day: date) -> None:
    start = warsaw(day, 1, 30)
    story = change(day).add(start, 180, 10.0, 0.85)
    assert [0 < delay <= 15 for delay in delays(start, story.count())] == [True]


@pytest.mark.parametrize(("rate", "within"), [(0.2, 60), (2.0, 20)])
def test_a_brand_that_doubles_for_good_is_noticed_at_most_once_and_guarded_at_its_new_level(
    rate: float, within: int
) -> None:
    crisis = RISE + timedelta(days=5, hours=12)
    story = Story(rate, days=20).grow(RISE, days=30, times=1.0, negative=0.2).add(crisis, 180, max(1.0, 8 * rate), 0.85)
    events = story.count()
    before = [event for event in events if event.time < crisis.isoformat()]
    assert {event.data.severity for event in before} <= {"notice"}
    assert len(steps(before, "opened")) == len(steps(before, "closed")) <= 1
    assert all(minutes_after(RISE, event) <= 4 * 1_440 for event in before)
    assert [0 < delay <= within for delay in delays(crisis, events)] == [True]


def test_a_level_that_the_user_takes_for_normal_is_normal_at_once() -> None:
    order, crisis = RISE + timedelta(hours=14), RISE + timedelta(days=1, hours=12)
    story = Story(2.0, days=16).grow(RISE, days=30, times=2.0, negative=0.2).rebaseline(order)
    events = story.count()
    assert [event.step for event in events if event.time > order.isoformat()] == ["closed"]
    assert pages(events) == []
    found = story.add(crisis, 180, 24.0, 0.85).count()
    assert [0 < delay <= 15 for delay in delays(crisis, found)] == [True]
