"""Traces of brands: each bucket once, in whatever order they come, and what lies between those that come."""

from __future__ import annotations

import numpy as np
import pytest

from streams.core.traces import BIN_SECONDS, BINS, Traces

BEGIN = 1_767_369_600  # where a bin begins
DAY = BINS * BIN_SECONDS


def test_what_comes_again_after_a_crash_counts_once() -> None:
    traces = Traces()
    for bucket in (0, 60, 120, 60, 120, 180):
        traces.add("orlen", BEGIN + bucket, 1, 2.0, 60)
    trace = traces.of("orlen", BEGIN + BIN_SECONDS)
    assert (trace.voices[-1], trace.expected[-1]) == (4, 8)


def test_of_buckets_that_are_left_out_the_mean_of_their_neighbours_is_expected() -> None:
    traces = Traces()
    traces.add("orlen", BEGIN, 3, 2.0, 60)
    traces.add("orlen", BEGIN + 2 * BIN_SECONDS, 3, 4.0, 60)
    trace = traces.of("orlen", BEGIN + 3 * BIN_SECONDS)
    assert trace.voices[-3:].tolist() == [3, 0, 3]
    assert trace.expected[-3:].tolist() == [2 + 14 * 3, 15 * 3, 4]


def test_weeks_that_are_left_out_cost_no_more_than_a_day() -> None:
    traces = Traces()
    traces.add("orlen", BEGIN, 3, 2.0, 60)
    traces.add("orlen", BEGIN + 30 * DAY, 3, 2.0, 60)
    assert traces.of("orlen", BEGIN + 30 * DAY + 60).expected.tolist() == [30] * (BINS - 1) + [2]


@pytest.mark.parametrize("live", [0, 10])
def test_what_was_before_is_counted_up_to_what_is_known_and_not_twice(live: int) -> None:
    whole, both = Traces(), Traces()
    buckets = np.arange(BEGIN, BEGIN + DAY, 60)
    voices = np.arange(len(buckets), dtype=np.float32) % 5
    expected = np.full(len(buckets), 2.5, np.float32)
    for bucket, said in zip(buckets, voices, strict=True):
        whole.add("orlen", int(bucket), float(said), 2.5, 60)
    for bucket, said in list(zip(buckets, voices, strict=True))[len(buckets) - live :]:
        both.add("orlen", int(bucket), float(said), 2.5, 60)
    known = np.where(voices > 0, expected, np.float32(np.nan))
    for _ in range(2):
        both.precede("orlen", buckets, voices, known)
    found, wanted = both.of("orlen", BEGIN + DAY), whole.of("orlen", BEGIN + DAY)
    assert found.voices.tolist() == wanted.voices.tolist()
    assert found.expected.tolist() == wanted.expected.tolist()


def test_where_nobody_expected_anything_nothing_is() -> None:
    traces, none = Traces(), np.full(2, np.nan, np.float32)
    traces.precede("orlen", np.array([BEGIN, BEGIN + 60]), np.ones(2, np.float32), none)
    traces.precede("zabka", np.array([], np.int64), none[:0], none[:0])
    assert traces.of("orlen", BEGIN + BIN_SECONDS).voices[-1] == 2
    assert not traces.of("orlen", BEGIN + BIN_SECONDS).expected.any()
    assert not traces.of("zabka", BEGIN + BIN_SECONDS).voices.any()
