"""Is a crisis over, on its way there, or going on?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from streams.core.aftermath import Recovery, Tide, recovery

DAY = 1_440


def told(half_life: float, *, days: float = 2.0, seed: int = 1, rate: float = 1.0, peak: float = 5.0) -> Recovery:
    """One day of a brand as it ordinarily is, by day more than by night, then an outcry."""
    rng = np.random.default_rng(seed)
    minutes = np.arange(round((1.0 + days) * DAY))
    expected = rate * np.exp(0.9 * np.sin(2 * math.pi * (minutes / DAY - 0.4)))
    since = np.maximum(minutes - DAY, 0.0)
    outcry = np.where(minutes >= DAY, peak * 0.5 ** (since / 60.0 / half_life), 0.0)
    angry, others = rng.poisson(0.25 * expected + outcry), rng.poisson(0.75 * expected)
    tide = Tide(0.0, 60.0, (angry + others).astype(float), angry.astype(float), expected)
    return recovery(tide, 60.0 * DAY, 0.25)


def test_one_that_is_back_to_the_ordinary_has_recovered() -> None:
    found = told(2.0)
    assert found.state == "recovered"
    assert found.half_life_lower is not None
    assert found.half_life_upper is not None
    assert found.half_life_lower < 2.0 < found.half_life_upper
    assert found.calm_since is not None
    assert 86_400.0 < found.calm_since < found.at
    assert abs((found.share or 0.0) - 0.25) < 0.2


def test_one_that_falls_is_recovering_while_it_is_far_from_the_ordinary() -> None:
    found = told(12.0, days=1.0)
    assert found.state == "recovering"
    assert found.calm_since is None
    assert found.excess > 30.0
    assert found.peak > 250.0


def test_one_that_stays_does_not_recover_and_one_that_has_just_begun_may() -> None:
    assert told(math.inf, days=2.0).state == "not recovering"
    assert told(math.inf, days=0.1).state == "too early"
    assert told(4.0, days=0.1).state == "too early"


def test_a_night_in_which_few_speak_is_not_taken_for_recovery_and_the_morning_is() -> None:
    minutes = np.arange(3 * DAY)
    expected = np.where(minutes % DAY < 480, 0.05, 1.0)  # little is said from midnight to eight
    angry = np.where((minutes >= 2 * DAY - 240) & (minutes < 2 * DAY), 5.0, 0.2 * expected)
    tide = Tide(0.0, 60.0, angry + 0.8 * expected, angry, expected)

    def until(hour: int) -> str:
        columns = (column[: 2 * DAY + 60 * hour] for column in tide[2:])
        return recovery(Tide(0.0, 60.0, *columns), 60.0 * (2 * DAY - 240), 0.2).state

    assert until(6) != "recovered"
    assert until(12) == "recovered"


def test_without_counts_nothing_can_be_said() -> None:
    empty = np.zeros(0)
    with pytest.raises(ValueError, match="nothing was counted"):
        recovery(Tide(0.0, 60.0, empty, empty, empty), 0.0, 0.25)


def test_soon_after_the_onset_the_last_hour_is_a_whole_one() -> None:
    minutes = np.arange(180.0)
    outcry = np.where(minutes < 160, 0.0, 3.0)
    tide = Tide(0.0, 60.0, 2.0 + outcry, 0.5 + outcry, np.full(len(minutes), 2.0))
    told = recovery(tide, 160 * 60.0, 0.25)
    assert told.share == round((60 * 0.5 + 20 * 3.0) / (60 * 2.0 + 20 * 3.0), 4)
    assert (told.peak, told.excess) == (60.0, 60.0)
