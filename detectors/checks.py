"""The executable contract of a detector: everything that `ALL` checks holds for every detector listed in the tests.

River's own checks ask whether an estimator is a good citizen of river; these ask whether it can be trusted with an
alarm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec
import numpy as np

from detectors.counts import MOST_SURPRISE
from detectors.observations import Count, Features

BUCKET_SECONDS = 60
MOST_STATE_BYTES = 20_000


class Detector(Protocol):
    """What the watch needs of a detector, beyond river's `SupervisedAnomalyDetector`."""

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it."""

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing."""

    def doubt_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn only how high scores rise."""

    def reset_one(self) -> None:
        """Begin the search for a change anew; what was learned stays."""

    def score_one(self, x: Features, y: Count) -> float:
        """Score a bucket, changing nothing."""

    def dump(self) -> Any:
        """Give the state, encodable."""

    def restore(self, state: Any) -> None:
        """Go on from a state."""


Factory = Callable[[], Detector]
Observation = tuple[Features, float]


def stream(buckets: int, seed: int = 7, mentions: float = 8.0, share: float = 0.2) -> Iterator[Observation]:
    """Give a quiet, over-dispersed stream with a daily rhythm, for any detector of counts or shares."""
    generator = np.random.default_rng(seed)
    for index in range(buckets):
        rhythm = 1.0 + 0.8 * math.sin(2.0 * math.pi * index / 1440.0)
        total = int(generator.poisson(mentions * rhythm * generator.gamma(5.0, 0.2)))
        yield {"time": float(index * BUCKET_SECONDS), "mentions": total}, float(generator.binomial(total, share))


def check_refuses_what_is_no_count(make: Factory) -> None:
    """NaN, infinity and negative counts are refused, and leave no trace."""
    detector = make()
    _learn(detector, stream(50))
    before = msgspec.msgpack.encode(detector.dump())
    for bad in (math.nan, math.inf, -1.0):
        for method in (detector.score_one, detector.learn_one, detector.skip_one):
            _assert_refused(method, {"time": 3_000.0, "mentions": 5.0}, bad)
    _assert_refused(detector.learn_one, {"time": math.nan, "mentions": 5.0}, 1.0)
    assert msgspec.msgpack.encode(detector.dump()) == before, "a refused observation left a trace"


def check_score_is_bounded_from_the_first_bucket(make: Factory) -> None:
    """A score is a number between 0 and `MOST_SURPRISE`, warm or not, whatever is scored."""
    detector = make()
    for x, y in stream(500):
        for count in (0.0, y, 1e3, 1e6):
            score = detector.score_one({**x, "mentions": max(count, x["mentions"])}, count)
            assert 0.0 <= score <= MOST_SURPRISE, f"score {score} of {count} at {x}"
        detector.learn_one(x, y)


def check_warm_up_is_silent(make: Factory) -> None:
    """An ordinary first day makes no noise."""
    detector = make()
    for x, y in stream(1440):
        score = detector.score_one(x, y)
        assert score < 2.5, f"score {score} in the warm-up at {x}"
        detector.learn_one(x, y)


def check_constant_stream_is_silent(make: Factory) -> None:
    """A stream that never changes is never surprising, and one step above it hardly."""
    detector = make()
    for index in range(2_000):
        x: Features = {"time": float(index * BUCKET_SECONDS), "mentions": 10.0}
        assert detector.score_one(x, 4.0) < 3.0
        detector.learn_one(x, 4.0)
    assert detector.score_one({"time": 2_000.0 * BUCKET_SECONDS, "mentions": 10.0}, 5.0) < 3.0


def check_finds_a_burst(make: Factory) -> None:
    """What is plainly out of the ordinary scores high."""
    detector = make()
    _learn(detector, stream(2_880))
    x: Features = {"time": 2_880.0 * BUCKET_SECONDS, "mentions": 200.0}
    assert detector.score_one(x, 190.0) > 2.0


def check_score_changes_nothing(make: Factory) -> None:
    """Scoring is pure: asked twice it says the same, and asking leaves no trace (no look-ahead either)."""
    detector = make()
    _learn(detector, stream(300))
    before = msgspec.msgpack.encode(detector.dump())
    x: Features = {"time": 300.0 * BUCKET_SECONDS, "mentions": 50.0}
    assert detector.score_one(x, 40.0) == detector.score_one(x, 40.0)
    assert msgspec.msgpack.encode(detector.dump()) == before


def check_state_survives_exactly(make: Factory) -> None:
    """A detector that is saved and loaded goes on bit for bit."""
    observations = list(stream(600))
    through, stopped = make(), make()
    _learn(through, iter(observations[:400]))
    _learn(stopped, iter(observations[:400]))
    state = stopped.dump()
    resumed = make()
    resumed.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=type(state)))
    for x, y in observations[400:]:
        assert through.score_one(x, y) == resumed.score_one(x, y)
        through.learn_one(x, y)
        resumed.learn_one(x, y)


def check_skipped_buckets_teach_nothing(make: Factory) -> None:
    """A crisis that was skipped leaves the expectation as it was, once it has left the windows."""
    times = ((600.0 + index) * BUCKET_SECONDS for index in range(300))
    crisis: list[Observation] = [({"time": time, "mentions": 500.0}, 450.0) for time in times]
    calm = list(stream(900))
    with_crisis, without = make(), make()
    _learn(with_crisis, iter(calm[:600]))
    _learn(without, iter(calm[:600]))
    for x, y in crisis:
        with_crisis.skip_one(x, y)
    with_crisis.reset_one()
    without.reset_one()
    for x, y in calm[600:]:
        without.skip_one(x, y)
        with_crisis.skip_one(x, y)
    last: Features = {"time": 900.0 * BUCKET_SECONDS, "mentions": 60.0}
    expected, actual = without.score_one(last, 50.0), with_crisis.score_one(last, 50.0)
    assert math.isclose(actual, expected, rel_tol=1e-6, abs_tol=1e-9)


def check_state_is_bounded(make: Factory) -> None:
    """State does not grow with time, once what it remembers of the last weeks is there."""
    detector = make()
    sparse = [({**x, "time": x["time"] * 60.0}, y) for x, y in stream(2_500)]  # an hour apart: fifteen weeks
    _learn(detector, iter(sparse[:2_000]))
    early = len(msgspec.msgpack.encode(detector.dump()))
    _learn(detector, iter(sparse[2_000:]))
    late = len(msgspec.msgpack.encode(detector.dump()))
    assert late <= early + 256
    assert late <= MOST_STATE_BYTES, f"{late} bytes of state"


ALL: tuple[Callable[[Factory], None], ...] = (
    check_refuses_what_is_no_count,
    check_score_is_bounded_from_the_first_bucket,
    check_warm_up_is_silent,
    check_constant_stream_is_silent,
    check_finds_a_burst,
    check_score_changes_nothing,
    check_state_survives_exactly,
    check_skipped_buckets_teach_nothing,
    check_state_is_bounded,
)


def _learn(detector: Detector, observations: Iterator[Observation]) -> None:
    for x, y in observations:
        detector.learn_one(x, y)


def _assert_refused(method: Callable[[Features, Count], object], x: Features, y: float) -> None:
    try:
        method(x, y)
    except ValueError:
        return
    raise AssertionError(f"{method} took {y} at {x}")
