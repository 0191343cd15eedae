"""The want of posts is found as soon as the posts that were due allow, and not where they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from river import base

from detectors.checks import ALL, Factory, check_finds_a_burst
from detectors.observations import Features
from detectors.silence import SilenceDetector
from tests.detectors.test_contract import RIVER

DAY = 1_440
ONCE_A_YEAR = 2.5  # log10 of days


@pytest.mark.parametrize("check", [check for check in ALL if check is not check_finds_a_burst])
def test_it_keeps_the_contract(check: Callable[[Factory], None]) -> None:
    check(cast("Factory", SilenceDetector))  # it has no `doubt_one`, which no check asks for


@pytest.mark.parametrize("check", RIVER, ids=lambda check: check.__name__)
def test_it_is_a_river_estimator(check: Callable[[base.Base], None]) -> None:
    check(SilenceDetector())


def quiet(days: int, hourly: float, seed: int = 1) -> list[float]:
    """Posts of a source by the minute: a daily rhythm, over-dispersed by the minute and by the hour."""
    generator, minutes = np.random.default_rng(seed), np.arange(days * DAY)
    rhythm = 1.0 + 0.7 * np.cos(2 * np.pi * (minutes / 60 - 15) / 24)
    moods = np.repeat(np.exp(generator.normal(0.0, 0.15, days * 24)), 60)
    means = hourly / 60 * rhythm * moods * generator.gamma(20.0, 0.05, len(minutes))
    return [float(count) for count in generator.poisson(means)]


def minutes_to_find(counts: list[float], rest: Callable[[], float]) -> int | None:
    """Learn from all counts, then say after how many minutes of `rest` the want of posts surprises once a year."""
    detector = SilenceDetector()
    for minute, count in enumerate(counts):
        detector.learn_one({"time": minute * 60.0}, count)
    for minute in range(len(counts), len(counts) + 2 * DAY):
        count = rest()
        if detector.score_one({"time": minute * 60.0}, count) >= ONCE_A_YEAR:
            return minute - len(counts) + 1
        detector.learn_one({"time": minute * 60.0}, count)
    return None


@pytest.mark.parametrize(("hourly", "within"), [(10_000, 2), (1_000, 4), (100, 40), (20, 240)])
def test_a_stop_is_found_once_thirty_posts_or_so_are_missing(hourly: float, within: int) -> None:
    counts = quiet(14, hourly)[: 13 * DAY + 600]
    found = minutes_to_find(counts, lambda: 0.0)
    assert found is not None
    assert found <= within


def test_a_stop_of_a_source_with_two_posts_a_day_is_not_found_in_two_days() -> None:
    assert minutes_to_find(quiet(14, 2 / 24), lambda: 0.0) is None


def test_thinning_to_a_third_is_found_where_the_source_is_steady() -> None:
    generator = np.random.default_rng(2)
    counts = quiet(28, 2_000)[: 27 * DAY + 600]
    mean = np.mean(counts[-60:])
    found = minutes_to_find(counts, lambda: float(generator.poisson(0.3 * mean)))
    assert found is not None
    assert found <= 60


def test_a_dozen_moody_sources_are_silent_for_a_month() -> None:
    """Once in a year each: in a month of twelve, one could be heard by chance, two hardly."""
    alarms = 0
    for seed in range(12):
        detector = SilenceDetector(300)
        counts = np.reshape(quiet(30, 200.0, seed), (-1, 5)).sum(axis=1)
        scores = []
        for index, count in enumerate(counts):
            x: Features = {"time": index * 300.0}
            scores.append(detector.score_one(x, count))
            detector.learn_one(x, count)
        alarms += max(scores) >= ONCE_A_YEAR
    assert alarms <= 1


def test_what_came_and_what_was_due_are_told_since_the_beginning() -> None:
    detector = SilenceDetector()
    for minute in range(7 * DAY):
        detector.learn_one({"time": minute * 60.0}, 5.0 + minute % 2)
    for minute in range(7 * DAY, 7 * DAY + 20):
        detector.skip_one({"time": minute * 60.0}, 0.0)
    silence = detector.find_one({"time": (7 * DAY + 20) * 60.0}, 1.0)
    assert silence.since == 7 * DAY * 60.0
    assert silence.observed == 1.0
    assert silence.expected == pytest.approx(21 * 5.5, rel=0.05)
    detector.reset_one()
    assert detector.score_one({"time": (7 * DAY + 20) * 60.0}, 5.0) == 0.0
