"""The rules beside larum do what their names say, and their thresholds keep the rate asked for."""

from typing import Any

import numpy as np
import pytest
from river.anomaly import GaussianScorer

from tests.benchmarks.nab_rules import highest, windowed_gaussian
from tests.benchmarks.peers import RULES, against_twelve_hours, delay, gaussian, level, threshold

MINUTE = 60
DAY = 1_440


def test_gaussian_is_rivers() -> None:
    counts = np.random.default_rng(1).poisson(3.0, 500)
    make: Any = GaussianScorer
    scorer = make(grace_period=2)
    scores = []
    for count in counts.tolist():
        scores.append(scorer.score_one(None, count))
        scorer.learn_one(None, count)
    ours = np.abs(gaussian(counts, MINUTE))[10:]
    assert (np.argsort(ours, kind="stable") == np.argsort(scores[10:], kind="stable")).all()


def test_twelve_hours() -> None:
    counts = np.concatenate((np.ones(13 * 60, dtype=np.int64), np.full(60, 4)))
    assert against_twelve_hours(counts, MINUTE)[-1] == pytest.approx(4.0)


@pytest.mark.parametrize("name", RULES)
def test_no_rule_looks_ahead(name: str) -> None:
    counts = np.random.default_rng(2).poisson(2.0, 16 * DAY)
    whole, part = RULES[name](counts, MINUTE), RULES[name](counts[: 15 * DAY], MINUTE)
    assert np.allclose(whole[: 15 * DAY], part)


def test_threshold_keeps_the_rate_on_new_counts() -> None:
    rng = np.random.default_rng(3)
    rule = RULES["sigmas"]
    limit = threshold(rule, [rng.poisson(2.0, 35 * DAY) for _ in range(20)], MINUTE, 50.0)
    days = [rule(rng.poisson(2.0, 35 * DAY), MINUTE)[14 * DAY :].reshape(-1, DAY).max(axis=1) for _ in range(20)]
    assert 3 <= (np.concatenate(days) > limit).sum() <= 17  # of 420 days: 8.4 expected


def test_level_extrapolates() -> None:
    peaks = np.random.default_rng(1).exponential(size=20_000)
    assert level(peaks, 1e-5) == pytest.approx(-np.log(1e-5), rel=0.2)


def test_delay() -> None:
    assert delay(np.array([9.0, 1.0, 1.0, 5.0]), 4.0, 1, MINUTE) == 3.0
    assert delay(np.array([9.0, 1.0]), 4.0, 1, MINUTE) == float("inf")


def test_highest_fires_once_a_day() -> None:
    rising = np.arange(4 * 288)
    assert np.flatnonzero(highest(rising)).tolist() == [3 * 288]
    assert not highest(np.full(2_000, 3)).any()


def test_windowed_gaussian_scores_the_unlikely_high() -> None:
    counts = np.random.default_rng(4).poisson(20.0, 8_000)
    counts[7_000] = 80
    scores = windowed_gaussian(counts)
    assert scores[7_000] == scores.max() > 0.999999
    assert np.median(scores[100:]) < 0.8
