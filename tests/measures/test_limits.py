"""The physical limit is Lorden's where there is a formula for it."""

import math

import numpy as np
import pytest

from tests.benchmarks.backgrounds import Spread, Tone
from tests.benchmarks.injections import Crisis, What
from tests.benchmarks.limits import MONTH_MINUTES, Path, limit, negative_binomial_rate, poisson_rate

LOG_T = math.log(100 * MONTH_MINUTES)


def path(rate: float, spread: Spread, minutes: int = 5_000) -> Path:
    """A rate that never changes."""
    return Path(np.full(minutes, rate), spread, Tone())


@pytest.mark.parametrize(("an_hour", "size", "minutes"), [(60, 10, 1.1), (1_000, 3, 0.7), (1, 10, 65)])
def test_poisson(an_hour: float, size: float, minutes: float) -> None:
    assert LOG_T / poisson_rate(an_hour / 60, size) == pytest.approx(minutes, rel=0.05)


def test_negative_binomial_is_poisson_without_over_dispersion() -> None:
    assert negative_binomial_rate(2.0, 3.0, 1e-9) == pytest.approx(poisson_rate(2.0, 3.0), rel=1e-4)
    assert negative_binomial_rate(2.0, 3.0, 0.5) < poisson_rate(2.0, 3.0)


@pytest.mark.parametrize("quick", [0.0, 0.25])
def test_simulated_information_agrees_with_the_formula(quick: float) -> None:
    found = limit(np.random.default_rng(1), path(1.0, Spread(quick)), Crisis(3.0), LOG_T)
    expected = LOG_T / (negative_binomial_rate(1.0, 3.0, quick) if quick else poisson_rate(1.0, 3.0))
    assert found == pytest.approx(expected, rel=0.25)


def test_what_lasts_and_what_grows_slowly_takes_longer() -> None:
    rng = np.random.default_rng(2)
    plain = limit(rng, path(10.0, Spread(0.05)), Crisis(2.0), LOG_T)
    lasting = limit(rng, path(10.0, Spread(0.05, 0.2, 2.0)), Crisis(2.0), LOG_T)
    ramp = limit(rng, path(10.0, Spread(0.05)), Crisis(2.0, 600.0), LOG_T)
    assert plain < lasting
    assert plain < ramp < 600.0


def test_a_limit_beyond_the_path_is_infinite() -> None:
    assert limit(np.random.default_rng(3), path(0.01, Spread(0.05), 60), Crisis(2.0), LOG_T) == math.inf


def test_tone_and_volume_together_are_known_sooner_than_either() -> None:
    rng = np.random.default_rng(4)
    volume, tone, both = (limit(rng, path(5.0, Spread(0.1)), Crisis(3.0, 0.0, what), LOG_T) for what in WHATS)
    assert both < volume < tone


WHATS: tuple[What, ...] = ("volume", "tone", "both")
