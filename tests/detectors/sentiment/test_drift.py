from __future__ import annotations

import msgspec
import numpy as np
import pytest

from detectors.sentiment.drift import Drift, DriftState


def errors(probability: float, count: int, seed: int, told: float | None = None) -> list[float]:
    """Square errors of a forecaster who tells one probability of what comes true with another."""
    came = np.random.default_rng(seed).random(count) < probability
    squares: list[float] = ((came - (probability if told is None else told)) ** 2).tolist()
    return squares


@pytest.mark.parametrize("probability", [0.05, 0.15, 0.3, 0.5])
def test_it_is_silent_while_nothing_changes(probability: float) -> None:
    drift = Drift()
    for error in errors(probability, 20_000, seed=3):
        drift.rises(error)
    assert drift.alarms == 0


def test_it_tells_within_a_hundred_labels_that_they_mean_the_opposite() -> None:
    for seed in range(20):
        drift = Drift()
        assert not any(map(drift.rises, errors(0.15, 1_000, seed)))
        assert any(map(drift.rises, errors(0.85, 100, seed, told=0.15)))


def test_falling_errors_are_no_drift() -> None:
    drift = Drift()
    falling = (0.4 / (1.0 + at / 100.0) for at in range(2_000))
    assert not any(map(drift.rises, falling))


def test_it_goes_on_exactly_from_its_state_at_any_time() -> None:
    drift = Drift()
    for at, error in enumerate([*errors(0.1, 200, seed=1), *errors(0.9, 100, seed=2, told=0.1)]):
        state = msgspec.msgpack.decode(msgspec.msgpack.encode(drift.dump()), type=DriftState)
        other = Drift()
        other.restore(state)
        assert other.dump() == drift.dump()
        assert (other.rises(error), other.dump()) == (drift.rises(error), drift.dump()), at
    assert drift.alarms > 0
