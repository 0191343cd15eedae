"""How alike posts of one bin are in tone, estimated online with a prior."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec


class CorrelationState(msgspec.Struct):
    """Running sums of the moment estimator of each series, in a form that can be encoded."""

    excess: list[float]
    scale: list[float]
    noise: list[float]


class Correlations:
    """Moment estimates of the intra-class correlation of shares, one for each series, shrunk to a prior.

    People answer each other, so the posts of an hour are no independent draws: the variance of a share of `n` posts is
    ``p (1 - p) / n * (1 + (n - 1) * rho)``.

    Parameters
    ----------
    keeps
        For each series, the factor by which older observations fade with each new one.
    prior
        Correlation believed before anything is seen.

    References
    ----------
    Williams (1982), Extra-binomial variation in logistic linear models, Applied Statistics 31(2).

    Examples
    --------
    >>> correlations = Correlations([0.999])
    >>> for negatives in (40, 10) * 200:  # of 100 posts each, 25 expected
    ...     correlations.learn(0, negatives, 100.0, 0.25)
    >>> 0.08 < correlations.values[0] < 0.13
    True
    """

    FLOOR, CEILING = 0.002, 0.9
    CLIP = 9.0  # of the variance: what is beyond three deviations must not hide the next of its kind

    def __init__(self, keeps: Sequence[float], prior: float = 0.02) -> None:
        self.prior = prior
        self.keeps = tuple(keeps)
        self.restore(CorrelationState(*([0.0] * len(self.keeps) for _ in range(3))))

    def restore(self, state: CorrelationState) -> None:
        """Go on from a state."""
        self.state = state
        self.values = [self._estimate(index) for index in range(len(self.keeps))]

    def learn(self, index: int, count: float, posts: float, share: float) -> None:
        """Take one bin of a series into account: so many of its posts counted where `share` of them were expected."""
        state, keep = self.state, self.keeps[index]
        chance = posts * share * (1.0 - share)
        most = self.CLIP * chance * (1.0 + max(0.0, posts - 1.0) * self.values[index]) + 1.0
        deviation = min((count - posts * share) ** 2, most)
        state.excess[index] = state.excess[index] * keep + deviation - chance
        state.scale[index] = state.scale[index] * keep + chance * max(0.0, posts - 1.0)
        state.noise[index] = state.noise[index] * keep + chance + 2.0 * chance * chance
        self.values[index] = self._estimate(index)

    def _estimate(self, index: int) -> float:
        state = self.state
        weight = math.sqrt(1.0 + state.noise[index])
        estimate = (state.excess[index] + self.prior * weight) / (state.scale[index] + weight)
        return min(self.CEILING, max(self.FLOOR, estimate))
