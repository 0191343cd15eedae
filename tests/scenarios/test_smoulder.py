"""A slow burn: a little too much anger, day after day."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, delays, minutes_after, pages, steps

DAY = 1_440


@pytest.mark.parametrize(
    ("rate", "times"), [(0.05, 0.4), (0.2, 0.25), (2.0, 0.12)], ids=["50 a day", "190 a day", "1,900 a day"]
)
def test_a_slow_burn_of_ten_days_is_found_within_four(rate: float, times: float) -> None:
    """Every fifth post is a complaint; then there are half as many again, about twice, about thrice, night and day."""
    events = Story(rate, days=18).grow(at(14, 0), days=10, times=times, negative=0.9).count()
    assert 0 < delays(at(14, 0), events)[0] <= 4 * DAY
    assert len(pages(events)) <= 3
    burning = next(event for event in events if "smoulder" in event.data.kinds)
    assert minutes_after(at(14, 0), burning) <= 4 * DAY


def test_three_angry_posts_a_day_more_about_a_small_brand_are_no_slow_burn() -> None:
    story = Story(0.05, days=20).grow(at(14, 0), days=10, times=0.06, negative=1.0)
    assert crises(story.count()) == []


def test_a_slow_burn_that_breaks_out_is_told_at_once() -> None:
    story = Story(2.0, days=19).grow(at(14, 0), days=5, times=0.12, negative=0.9).add(at(17, 17), 180, 16.0, 0.85)
    events = story.count()
    first = next(event for event in steps(events, "opened", "raised", "updated") if event.time > "2026-10-22T17")
    assert minutes_after(at(17, 17), first) <= 15
    critical = next(event for event in events if event.data.severity == "critical")
    assert minutes_after(at(17, 17), critical) <= 20
    assert all(delay <= 3 * DAY for delay in delays(at(17, 17), events))
