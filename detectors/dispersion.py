"""How much more counts vary than chance alone would have them, estimated online with a prior."""

from __future__ import annotations

import math

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
    scales
        How many series are followed.
    prior
        Dispersion believed before anything is seen.
    keep
        Factor by which older observations fade with each new one.

    References
    ----------
    Breslow (1984), Extra-Poisson variation in log-linear models, Applied Statistics 33(1).

    Examples
    --------
    >>> dispersions = Dispersions(1)
    >>> for count in (100, 50, 150) * 200:
    ...     dispersions.learn([count], [100.0])
    >>> 0.1 < dispersions.values[0] < 0.3
    True
    """

    FLOOR = 0.02
    CLIP = 25.0  # of the variance: what is beyond five deviations is a burst, which must not hide the next one

    def __init__(self, scales: int, prior: float = 0.3, keep: float = 0.9999) -> None:
        self.prior = prior
        self.keep = keep
        self.restore(DispersionState([0.0] * scales, [0.0] * scales, [0.0] * scales))

    def restore(self, state: DispersionState) -> None:
        """Go on from a state."""
        self.state = state
        self.values = self._estimate()

    def learn(self, counts: list[float], means: list[float], uncertainty: float = 0.0) -> None:
        """Take one count and its expectation at each scale into account.

        Parameters
        ----------
        counts, means
            One of each for each scale.
        uncertainty
            Relative variance with which the means are known: so much of a deviation is not the counts' fault.
        """
        state, keep = self.state, self.keep
        for index, (count, mean, value) in enumerate(zip(counts, means, self.values, strict=True)):
            square = mean * mean
            known = mean + uncertainty * square
            deviation = min((count - mean) ** 2, self.CLIP * (known + value * square) + 1.0)
            state.excess[index] = state.excess[index] * keep + deviation - known
            state.scale[index] = state.scale[index] * keep + square
            state.noise[index] = state.noise[index] * keep + mean + 2.0 * square
        self.values = self._estimate()

    def _estimate(self) -> list[float]:
        """Give the present estimate at each scale, at least `FLOOR`."""
        state = self.state
        estimates = []
        for excess, scale, noise in zip(state.excess, state.scale, state.noise, strict=True):
            weight = math.sqrt(1.0 + noise)
            estimate = (excess + self.prior * weight) / (scale + weight)
            estimates.append(max(self.FLOOR, estimate))
        return estimates
