"""Cumulative sums: what is extrapolated, and what a run as a whole must bear out."""

from __future__ import annotations

import pytest

from detectors.cusum import Bucket, Cusum
from detectors.gains import CountGains, ShareGains
from detectors.level import Drift

QUIET_DAYS, EXPECTED = 28, 20.0
REMEMBERED = 1.447  # log10 of 28 days


def surprise(factor: float, minutes: int, drift: Drift | None) -> float:
    """Let a rise last for some minutes after quiet weeks, and say how surprising it is in the end."""
    cusum = Cusum(300, 300, CountGains([1.5, 2.5, 5.0]))
    for number in range(QUIET_DAYS * 288):
        cusum.push(number * 300.0, Bucket(EXPECTED - 1 + number % 3, EXPECTED, EXPECTED, 0.1, 0.01, drift))
    found = 0.0
    for number in range(QUIET_DAYS * 288, QUIET_DAYS * 288 + minutes // 5):
        bucket = Bucket(factor * EXPECTED, EXPECTED, factor * EXPECTED, 0.1, 0.01, drift)
        found = cusum.excess(number * 300.0, bucket).surprise
        cusum.push(number * 300.0, bucket)
    return found


def test_a_small_rise_that_lasts_may_be_drift_and_is_not_believed_beyond_what_is_remembered() -> None:
    assert surprise(1.6, 600, None) > 4.0
    assert surprise(1.6, 600, Drift(0.09, 0.09)) == pytest.approx(REMEMBERED, abs=0.01)


def test_a_small_rise_that_lasts_is_believed_of_a_stream_that_hardly_drifts() -> None:
    assert surprise(1.6, 600, Drift(0.005, 0.005)) > 4.0


def test_a_large_rise_is_believed_at_once() -> None:
    assert surprise(8.0, 10, Drift(0.09, 0.09)) > 4.0


def test_what_is_within_the_remembered_is_left_as_it_is() -> None:
    assert surprise(1.6, 20, Drift(0.09, 0.09)) == surprise(1.6, 20, None) < REMEMBERED


def bitter(share: float, drift: Drift | None) -> float:
    """Let a larger share of negatives last for ten hours after quiet weeks; say how surprising it is in the end."""
    cusum, found = Cusum(300, 300, ShareGains([1.7, 3.0, 6.0])), 0.0
    for number in range(QUIET_DAYS * 288 + 120):
        posts = 20.0
        usual = 0.25 * posts
        count = usual - 1 + number % 3 if number < QUIET_DAYS * 288 else share * posts
        bucket = Bucket(count, usual, posts, 0.02, 0.001, drift)
        found = cusum.excess(number * 300.0, bucket).surprise
        cusum.push(number * 300.0, bucket)
    return found


def test_a_tone_that_drifts_is_not_believed_beyond_what_is_remembered_and_one_that_turns_is() -> None:
    drift = Drift(0.01, 0.01)
    assert bitter(0.35, None) > 4.0
    assert bitter(0.35, drift) == pytest.approx(REMEMBERED, abs=0.01)
    assert bitter(0.65, drift) > 4.0
