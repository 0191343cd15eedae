"""The level of the last hours: followed within hours, deaf to the last minutes."""

from __future__ import annotations

import pytest

from detectors.level import Drift, LocalLevel

VARIANCE = 0.1


def pushed(minutes: int, count: float, level: LocalLevel | None = None) -> LocalLevel:
    level = level or LocalLevel(60)
    for _ in range(minutes):
        level.push(count, 10.0, 0.2)
    return level


def test_nothing_heard_is_nothing_known() -> None:
    assert LocalLevel(60).forecast(VARIANCE) == (1.0, Drift(VARIANCE, VARIANCE))


def test_a_day_on_which_people_talk_twice_as_much_is_expected_to_go_on_so() -> None:
    factor, drift = pushed(600, 20.0).forecast(VARIANCE)
    assert 1.5 < factor < 2.0
    assert drift.now < 0.6 * VARIANCE


def test_the_first_minutes_of_a_crisis_are_not_its_own_expectation() -> None:
    level = pushed(600, 10.0)
    before, _ = level.forecast(VARIANCE)
    after, _ = pushed(10, 100.0, level).forecast(VARIANCE)
    assert after - before < 0.05


def test_what_is_beyond_the_ordinary_speaks_no_louder_than_its_bound() -> None:
    (loud, _), (louder, _) = (pushed(20, count, pushed(600, 10.0)).forecast(VARIANCE) for count in (200.0, 2e6))
    assert louder == pytest.approx(loud)


@pytest.mark.parametrize("hours", [0.0, 1.0, 12.0, 1_000.0])
def test_a_forecast_gets_no_surer_with_time(hours: float) -> None:
    drift = Drift(0.02, 0.2)
    assert drift.after(hours) <= drift.after(hours + 1.0) <= 0.2
