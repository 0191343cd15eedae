"""The level of late: how counts of the last hours stand to what hour and weekday would lead one to expect."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

CLIP = 4.0  # deviations beyond the expectation up to which a count speaks of the level


class Drift(NamedTuple):
    """How far all counts of a run may be off together: relative variance at its beginning, and where that tends to.

    Examples
    --------
    >>> drift = Drift(0.01, 0.09)
    >>> [round(drift.after(hours), 3) for hours in (0.0, 3.0, 100.0)]
    [0.01, 0.061, 0.09]
    """

    now: float
    ever: float

    def after(self, hours: float) -> float:
        """Give the variance for a run that has gone on so long."""
        return self.ever - (self.ever - self.now) * math.exp(-2.0 * hours / LocalLevel.MEMORY_HOURS)


class LevelState(msgspec.Struct, array_like=True):
    """Counts seen and due, weighed by information, after one and after two stages of smoothing, encodable."""

    seen: float = 0.0
    due: float = 0.0
    seen_before: float = 0.0
    due_before: float = 0.0


class LocalLevel:
    """Forecast a factor on the seasonal expectation from the counts of the last hours, but not of the last minutes.

    People talk more on one day than on another, for hours on end. What was heard an hour or two ago tells how the day
    goes, so that a sudden rise is clear where the same level, had it been there all day, would not be. Two stages of
    exponential smoothing give the last minutes next to no weight: else the beginning of a crisis would be its own
    expectation (in radar, guard cells). The factor is a Gamma-Poisson mean around one, and its forecast falls back to
    one as an autoregression does.

    References
    ----------
    West, Harrison (1997), Bayesian Forecasting and Dynamic Models, chapter 10: discounting.
    Rohling (1983), Radar CFAR thresholding in clutter, IEEE Transactions AES 19(4): reference and guard cells.

    Examples
    --------
    >>> level = LocalLevel(60)
    >>> for minute in range(600):
    ...     level.push(20.0, 10.0, 0.2)
    >>> factor, drift = level.forecast(0.1)
    >>> round(factor, 2), 0.04 < drift.now < drift.ever == 0.1
    (1.68, True)
    """

    SMOOTHING_HOURS = 1.0  # of each stage: the middle of what is looked at is two such ago
    MEMORY_HOURS = 6.0  # of the level itself

    def __init__(self, bucket_seconds: int) -> None:
        self._keep = math.exp(-bucket_seconds / 3_600.0 / self.SMOOTHING_HOURS)
        self._fallback = math.exp(-2.0 * self.SMOOTHING_HOURS / self.MEMORY_HOURS)
        self.state = LevelState()

    def forecast(self, variance: float) -> tuple[float, Drift]:
        """Give the factor on the expectation, and how far it may be off.

        Parameters
        ----------
        variance
            Relative variance of the level around the seasonal expectation, above 0.
        """
        state, fallback = self.state, self._fallback
        worth = 1.0 / variance + state.due_before
        factor = (1.0 / variance + state.seen_before) / worth
        known = fallback * fallback
        return 1.0 + (factor - 1.0) * fallback, Drift(variance * (1.0 - known) + known / worth, variance)

    def push(self, count: float, expected: float, dispersion: float) -> None:
        """Take in the count of a bucket, what the season had one expect, and how much buckets vary, each for itself."""
        state, keep = self.state, self._keep
        information = 1.0 + dispersion * expected  # of a negative binomial count, relative to a Poisson count
        ratio = (state.seen_before + 1.0) / (state.due_before + 1.0)
        mean = expected * ratio
        most = mean + CLIP * math.sqrt(mean + dispersion * mean * mean) + 1.0
        state.seen = state.seen * keep + min(count, most) / information
        state.due = state.due * keep + expected / information
        state.seen_before += (1.0 - keep) * (state.seen - state.seen_before)
        state.due_before += (1.0 - keep) * (state.due - state.due_before)
