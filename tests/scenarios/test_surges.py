"""Much talk that is no crisis: a sale, a launch, an evening on television, a hit. A notice at most."""

from __future__ import annotations

import pytest

from streams.core.crises import CrisisEvent
from tests.scenarios.story import Story
from tests.scenarios.told import at, delays, minutes_after, steps

RATES = [0.2, 2.0]


def is_at_most_noticed(events: list[CrisisEvent]) -> bool:
    """Say whether nobody was woken, and whoever reads notices had one of it."""
    return {event.data.severity for event in events} <= {"notice"} and len(steps(events, "opened")) <= 1


@pytest.mark.parametrize("rate", [*RATES, 8.0])
def test_a_sale_is_at_most_noticed(rate: float) -> None:
    assert is_at_most_noticed(Story(rate).add(at(3, 9), 480, 4 * rate, 0.05).tell())


@pytest.mark.parametrize("rate", RATES)
def test_a_launch_of_a_day_is_at_most_noticed_and_over_by_the_next_evening(rate: float) -> None:
    events = Story(rate, days=5).add(at(3, 9), 14 * 60, 3 * rate, 0.08).tell()
    assert is_at_most_noticed(events)
    assert [minutes_after(at(3, 23), event) <= 19 * 60 for event in steps(events, "closed")] == [
        True for _ in steps(events, "opened")
    ]


@pytest.mark.parametrize("rate", RATES)
def test_twenty_minutes_on_television_are_at_most_noticed(rate: float) -> None:
    """As much as ever, in tone: one in five complains."""
    assert is_at_most_noticed(Story(rate).add(at(3, 20), 20, 10 * rate, 0.2).tell())


@pytest.mark.parametrize("rate", RATES)
def test_a_cheerful_hit_of_ten_times_the_talk_is_noticed(rate: float) -> None:
    events = Story(rate).add(at(3, 12), 360, 10 * rate, 0.03).tell()
    assert is_at_most_noticed(events)
    assert [minutes_after(at(3, 12), event) <= 60 for event in steps(events, "opened")] == [True]


def test_a_sale_of_a_brand_of_two_thousand_a_minute_is_at_most_noticed() -> None:
    assert is_at_most_noticed(Story(2_000.0).add(at(3, 9), 480, 4_000.0, 0.1).count())


@pytest.mark.parametrize(("rate", "within"), [(0.2, 60), (2.0, 30)])
def test_a_crisis_in_the_midst_of_a_sale_is_found(rate: float, within: int) -> None:
    story = Story(rate).add(at(3, 9), 480, 3 * rate, 0.05).add(at(3, 13), 180, max(1.0, 4 * rate), 0.85)
    assert [0 < delay <= within for delay in delays(at(3, 13), story.tell())] == [True]
