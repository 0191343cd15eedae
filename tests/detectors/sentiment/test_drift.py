from __future__ import annotations

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from river.drift import PageHinkley

from detectors.sentiment.drift import DELTA, THRESHOLD, Drift, DriftState


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


def test_it_is_rivers_page_hinkley_number_for_number() -> None:
    drift, river = Drift(), PageHinkley(delta=DELTA, threshold=THRESHOLD, mode="up")
    found = 0
    for at, error in enumerate(errors(0.1, 500, seed=4) + errors(0.9, 500, seed=5, told=0.1)):
        drift.update(error)
        river.update(error)  # type: ignore[no-untyped-call]
        own = (drift._mean.get(), drift._above, drift._least, drift._below, drift._most)
        sums = (river._sum_increase, river._min_increase, river._sum_decrease, river._max_decrease)
        assert (own, drift.drift_detected) == ((river._x_mean.get(), *sums), river.drift_detected), at
        found += river.drift_detected
    assert found


def test_a_command_starts_without_all_of_rivers_drift_detectors() -> None:
    script = "import sys, streams.cli, streams.cli.worker, detectors.sentiment; print('river.drift' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
