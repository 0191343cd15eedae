"""Recovery: whether what rose above the expectation is on its way down, and how fast."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]
Course = Literal["decaying", "not decaying", "too early"]

LEAST_BINS = 6  # fewer do not tell a course from chance
CONFIDENCE = 0.95
PRIOR_DISPERSION, PRIOR_BINS = 0.1, 6.0  # extra-Poisson variance of bins before any was seen, and what outweighs it
STEEPEST, RISING = 60.0, 8.0  # e-folds down, and up, over the whole time looked at: the ends of the grid
GRID = 240
MOST_ALIKE = 0.7  # correlation of neighbouring bins that is believed
STEPS = 8  # of Fisher scoring: the likelihood has one top, and these reach it from anywhere on the grid


class Decay(NamedTuple):
    """How fast an excess falls.

    Attributes
    ----------
    course
        ``decaying`` where the interval of the rate is above zero; ``not decaying`` where it is not, and a fall to the
        half within the time that was looked at is excluded; ``too early`` where neither can be said.
    half_life
        Hours in which the excess halves, the most likely ones; infinite where it does not fall.
    lower, upper
        The interval of that, hours; the upper end is infinite where no fall at all is not excluded.
    excess
        What is expected above the ordinary an hour, at the end of the time looked at.
    """

    course: Course
    half_life: float
    lower: float
    upper: float
    excess: float


def decay(counts: Floats, expected: Floats, hours: float) -> Decay:
    """Fit an exponential decay to what is counted above the expectation.

    The counts are negative binomial around ``expected + excess * profile * exp(-rate * time)``. The excess may follow
    the clock as the expectation does (`profile` is the expectation, relative to its mean), for people sleep, or not
    (`profile` is one): the likelier of the two speaks at each rate. How much counts vary is estimated from their
    deviations, shrunk to a prior; the interval is that of the profile likelihood, by Student's quantile for few bins,
    and wider by what neighbouring bins have in common.

    Parameters
    ----------
    counts, expected
        Of bins one after another, from the first after the peak on. The peak's own bin does not belong to them: it is
        the highest by chance too, and would let everything after it look like a fall.
    hours
        Width of a bin.

    References
    ----------
    Kendall (1954), Note on bias in the estimation of autocorrelation, Biometrika 41(3/4).
    McCullagh, Nelder (1989), Generalized Linear Models, chapters 6, 7 and 9.
    Breslow (1984), Extra-Poisson variation in log-linear models, Applied Statistics 33(1).

    Examples
    --------
    >>> time = np.arange(24.0) + 0.5
    >>> fallen = decay(np.round(5.0 + 200.0 * 0.5 ** (time / 4.0)), np.full(24, 5.0), 1.0)
    >>> fallen.course, round(fallen.half_life, 1), fallen.lower < 4.0 < fallen.upper
    ('decaying', 4.0, True)
    >>> decay(np.full(24, 200.0), np.full(24, 5.0), 1.0).course
    'not decaying'
    >>> decay(np.full(3, 200.0), np.full(3, 5.0), 1.0).course
    'too early'
    """
    bins = len(counts)
    if bins < LEAST_BINS:
        return Decay("too early", math.inf, 0.0, math.inf, float(np.mean(counts - expected)) / hours if bins else 0.0)
    span = bins * hours
    time = (np.arange(bins) + 0.5) * hours
    rates = _grid() / span
    flat, clock = np.ones(bins), expected / max(float(np.mean(expected)), 1e-9)
    shapes = [shape * np.exp(-rates[:, None] * time) for shape in (flat, clock)]
    dispersion = 0.0
    for _ in range(2):  # first as if counts were Poisson, to see how much more they vary
        fits = [_fit(counts, expected, shape, dispersion) for shape in shapes]
        likelihood = np.maximum(*(fit.likelihood for fit in fits))
        best = int(np.argmax(likelihood))
        chosen = max(fits, key=lambda fit: float(fit.likelihood[best]))
        dispersion = _dispersion(counts, chosen.mean[best])
    clumping = _clumping(counts, chosen.mean[best], dispersion)
    reach = clumping * float(student.ppf(0.5 + CONFIDENCE / 2.0, bins - 2)) ** 2 / 2.0
    inside = rates[likelihood >= likelihood[best] - reach]
    slowest, fastest = float(inside[0]), float(inside[-1])
    excess = float((chosen.mean[best] - expected)[-1]) / hours
    course: Course = "decaying" if slowest > 0.0 else "not decaying" if fastest < math.log(2.0) / span else "too early"
    return Decay(course, _half_life(float(rates[best])), _half_life(fastest), _half_life(slowest), excess)


class _Fit(NamedTuple):
    likelihood: Floats
    mean: Floats


def _grid() -> Floats:
    """Give e-folds over the whole span, dense around none."""
    return np.sinh(np.linspace(-math.asinh(RISING), math.asinh(STEEPEST), GRID))


def _fit(counts: Floats, expected: Floats, shapes: Floats, dispersion: float) -> _Fit:
    """Find the likeliest excess for each shape."""
    shapes = shapes / shapes.max(axis=1, keepdims=True)
    above = np.maximum(counts - expected, 0.0)
    size = np.maximum((shapes * above).sum(axis=1) / (shapes * shapes).sum(axis=1), 1e-6)
    known = np.maximum(expected, 1e-9)
    for _ in range(STEPS):
        mean = known + size[:, None] * shapes
        weight = shapes / (mean * (1.0 + dispersion * mean))
        step = (weight * (counts - mean)).sum(axis=1) / (weight * shapes).sum(axis=1)
        size = np.clip(size + step, size / 5.0, size * 5.0 + 1e-6)
    mean = known + size[:, None] * shapes
    if dispersion > 0.0:
        log_total = (counts + 1.0 / dispersion) * np.log1p(dispersion * mean)
        likelihood = (counts * np.log(mean) - log_total).sum(axis=1)
    else:
        likelihood = (counts * np.log(mean) - mean).sum(axis=1)
    return _Fit(likelihood, mean)


def _dispersion(counts: Floats, mean: Floats) -> float:
    """Estimate the extra-Poisson variance by moments, as far as there is anything to see of it."""
    freed = len(counts) / (len(counts) - 2.0)
    square = float(np.mean(mean * mean))
    seen = freed * float(np.mean((counts - mean) ** 2)) - float(np.mean(mean))
    chance = float(np.mean(mean)) / square if square else math.inf  # what Poisson counts so few leave unsaid
    weight = len(counts) / (1.0 + chance)
    estimate = max(0.0, seen / square) if square else 0.0
    return (weight * estimate + PRIOR_BINS * PRIOR_DISPERSION) / (weight + PRIOR_BINS)


def _clumping(counts: Floats, mean: Floats, dispersion: float) -> float:
    """Say how many bins are worth one, since neighbours are alike: people answer each other for longer than a bin."""
    off = (counts - mean) / np.sqrt(mean * (1.0 + dispersion * mean))
    alike, bins = float((off[1:] * off[:-1]).sum() / max(1e-9, (off * off).sum())), len(off)
    alike = min(MOST_ALIKE, max(0.0, (bins * alike + 1.0) / (bins - 3.0)))  # short series look less alike than they are
    return (1.0 + alike) / (1.0 - alike)


def _half_life(rate: float) -> float:
    return math.log(2.0) / rate if rate > 0.0 else math.inf
