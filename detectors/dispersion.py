"""How much more counts vary than chance alone would have them, estimated online with a prior."""

from __future__ import annotations

import math

import msgspec


class DispersionState(msgspec.Struct):
    """Running sums of the moment estimator, in a form that can be encoded."""

    excess: float = 0.0
    scale: float = 0.0
    noise: float = 0.0


class Dispersion:
    """Moment estimate of phi in ``variance = mean + phi * mean**2``, shrunk to a prior where counts are few.

    Squared deviations beyond the Poisson variance are compared with squared means. For sparse counts that comparison is
    mostly noise, whose size under Poisson is known; the prior weighs as much as that noise.

    Parameters
    ----------
    prior
        Dispersion believed before anything is seen.
    keep
        Factor by which older observations fade with each new one.

    References
    ----------
    Breslow (1984), Extra-Poisson variation in log-linear models, Applied Statistics 33(1).

    Examples
    --------
    >>> dispersion = Dispersion()
    >>> for count in (100, 50, 150) * 200:
    ...     dispersion.learn(count, 100.0)
    >>> 0.1 < dispersion.value < 0.3
    True
    """

    FLOOR = 0.02

    def __init__(self, prior: float = 0.3, keep: float = 0.9999) -> None:
        self.prior = prior
        self.keep = keep
        self.state = DispersionState()

    @property
    def value(self) -> float:
        """Present estimate, at least `FLOOR`."""
        state = self.state
        weight = math.sqrt(1.0 + state.noise)
        return max(self.FLOOR, (state.excess + self.prior * weight) / (state.scale + weight))

    def learn(self, count: float, mean: float) -> None:
        """Take one count and its expectation into account."""
        state = self.state
        state.excess = state.excess * self.keep + (count - mean) ** 2 - mean
        state.scale = state.scale * self.keep + mean * mean
        state.noise = state.noise * self.keep + mean + 2.0 * mean * mean
