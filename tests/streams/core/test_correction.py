"""Counts of which a part was left out, as they are shown."""

from __future__ import annotations

import pytest

from detectors.burst import Burst
from detectors.negativity import NegativityDetector
from streams.core.correction import REMEMBERED, Correction
from streams.core.judgement import Findings

WIDTH = 60


def findings(observed: float, expected: float, since: float) -> Findings:
    burst = Burst(2.0, since, observed, expected, observed, 0.1)
    return Findings(burst, burst, NegativityDetector(WIDTH).find_one({"time": 0.0, "mentions": 0.0}, 0.0), burst)


def test_where_all_was_kept_nothing_is_changed() -> None:
    correction, found = Correction(), findings(100.0, 50.0, 0.0)
    correction.note(0, 1.0, 100, 30)
    assert correction.correct(found, 60, WIDTH) is found


def test_what_is_missing_is_added_and_the_interval_is_as_wide_as_the_part_that_was_seen_makes_it() -> None:
    correction, found = Correction(), findings(125.0, 62.5, 0.0)
    correction.note(0, 0.25, 25, 25)  # and a hundred in the bucket after it, all of them kept
    volume = correction.correct(found, 120, WIDTH).volume
    assert volume.observed == pytest.approx(200.0)
    assert volume.expected == pytest.approx(100.0)
    low, high = volume.ordinary
    low_of_all, high_of_all = volume._replace(dispersion=0.1).ordinary
    assert low < low_of_all < high_of_all < high


def test_what_was_left_out_before_does_not_matter() -> None:
    correction, found = Correction(), findings(100.0, 50.0, 600.0)
    correction.note(0, 0.25, 25, 25)
    assert correction.correct(found, 660, WIDTH).volume == found.volume
    assert correction.part(600.0, 660, WIDTH) == 1.0


def test_no_more_is_remembered_than_a_day_of_minutes() -> None:
    correction = Correction()
    for bucket in range(0, 2 * REMEMBERED * WIDTH, WIDTH):
        correction.note(bucket, 0.5, 10, 1)
    assert len(correction.buckets) == REMEMBERED
    assert min(correction.buckets) == REMEMBERED * WIDTH
