"""How much more counts vary than chance alone would have them, estimated online with a prior."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec


class DispersionState(msgspec.Struct):
    """Running sums of the moment estimator at each scale, in a form that can be encoded."""

    excess: list[float]
    scale: list[float]
    noise: list[float]


class Dispersions:
    """Moment estimates of phi in ``variance = mean + phi * mean**2`` at several scales, shrunk to a prior.

    Squared deviations beyond the Poisson variance are compared with squared means. For sparse counts that comparison is
    mostly noise, whose size under Poisson is known; the prior weighs as much as that noise.

    Parameters
    ----------
    keeps
        For each series, the factor by which older observations fade with each new one.
    prior
        Dispersion believed before anything is seen.

    References
    ----------
    Breslow (1984), Extra-Poisson variation in log-linear models, Applied Statistics 33(1).

    Examples
    --------
    >>> dispersions = Dispersions([0.999])
    >>> for count in (100, 50, 150) * 200:
    ...     dispersions.learn(0, count, 100.0)
    >>> 0.1 < dispersions.values[0] < 0.3
    True
    """

    FLOOR = 0.02
    CLIP, KEPT = 4.0, 0.9  # of the variance: deviations count up to two standard ones, which keep nine tenths of it

    def __init__(self, keeps: Sequence[float], prior: float = 0.3) -> None:
        self.prior = prior
        self.keeps = tuple(keeps)
        self.restore(DispersionState(*([0.0] * len(self.keeps) for _ in range(3))))

    def restore(self, state: DispersionState) -> None:
        """Go on from a state."""
        self.state = state
        self.values = [self._estimate(index) for index in range(len(self.keeps))]

    def learn(self, index: int, count: float, mean: float, uncertainty: float = 0.0) -> None:
        """Take one count of one series and its expectation into account.

        Parameters
        ----------
        index
            Of the series.
        count, mean
            What was seen, and what was expected of it.
        uncertainty
            Relative variance with which the mean is known: so much of a deviation is not the counts' fault.
        """
        state, keep, square = self.state, self.keeps[index], mean * mean
        known = mean + uncertainty * square
        deviation = min((count - mean) ** 2, self.CLIP * (known + self.values[index] * square) + 1.0) / self.KEPT
        state.excess[index] = state.excess[index] * keep + deviation - known
        state.scale[index] = state.scale[index] * keep + square
        state.noise[index] = state.noise[index] * keep + mean + 2.0 * square
        self.values[index] = self._estimate(index)

    def _estimate(self, index: int) -> float:
        """Give the present estimate, at least `FLOOR`."""
        state = self.state
        weight = math.sqrt(1.0 + state.noise[index])
        estimate = (state.excess[index] + self.prior * weight) / (state.scale[index] + weight)
        return max(self.FLOOR, estimate)
