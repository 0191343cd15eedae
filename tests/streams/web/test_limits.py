"""A bucket never gives more than it may, always gives what it may, and forgets only who has not asked for longest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.web.limits import Buckets, Rate

pauses = st.lists(st.floats(0, 50, allow_nan=False), min_size=1, max_size=80)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 20), st.floats(0.01, 30), pauses)
def test_in_no_span_of_time_more_is_given_than_the_burst_and_what_flows_in(
    burst: int, seconds: float, pauses: list[float]
) -> None:
    clock = Clock()
    buckets = Buckets(Rate(burst, seconds), clock=clock)
    given_at: list[float] = []
    for pause in pauses:
        clock.now += pause
        taken = buckets.take("ola")
        if taken.allowed:
            given_at.append(clock.now)
        else:
            assert taken.left == 0
            assert 0 < taken.wait <= seconds * 1.001
    for first in range(len(given_at)):
        for last in range(first, len(given_at)):
            assert last - first + 1 <= burst + (given_at[last] - given_at[first]) / seconds + 1e-6


@given(st.integers(1, 20), st.floats(0.01, 30), pauses)
def test_who_waits_as_long_as_is_told_is_let_through(burst: int, seconds: float, pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(Rate(burst, seconds), clock=clock)
    for pause in pauses:
        clock.now += pause
        looked = buckets.look("ola")
        taken = buckets.take("ola")
        assert looked.allowed == taken.allowed
        if not taken.allowed:
            clock.now += taken.wait + 1e-6
            assert buckets.take("ola").allowed


@given(st.integers(1, 20), st.floats(0.01, 30))
def test_a_full_bucket_gives_its_burst_at_once_and_counts_down(burst: int, seconds: float) -> None:
    buckets = Buckets(Rate(burst, seconds), clock=lambda: 5.0)
    assert [buckets.take("ola").left for _ in range(burst)] == list(reversed(range(burst)))
    assert not buckets.take("ola").allowed
    assert buckets.take("jan").allowed


def test_memory_is_bounded_and_who_asks_most_is_remembered() -> None:
    buckets = Buckets(Rate(3, 1_000.0), most=100, clock=lambda: 5.0)
    assert [buckets.take("greedy").allowed for _ in range(4)] == [True, True, True, False]
    for number in range(1_000):
        buckets.take(f"192.0.2.{number}")
        assert number % 50 or not buckets.take("greedy").allowed
    assert len(buckets) == 100
    for number in range(10_000):
        buckets.take(f"2001:db8::{number:x}")
    assert len(buckets) == 100


@pytest.mark.parametrize(("rate", "policy"), [(Rate(10, 30.0), "q=10;w=300"), (Rate(1, 0.01), "q=1;w=1")])
def test_the_rate_is_told_in_whole_seconds(rate: Rate, policy: str) -> None:
    assert rate.policy == policy
