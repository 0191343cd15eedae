"""Log-likelihood ratios of one bin against what was expected of it: what a cumulative sum gains by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol


class Gains(Protocol):
    """Log-likelihood ratios of one bin, one for each size of change."""

    def __len__(self) -> int:
        """How many sizes there are."""

    def __call__(self, count: float, expected: float, posts: float, spread: float, /) -> list[float]:
        """Give the ratios of a count where so much was expected of so many posts."""

    def evidence(self, count: float, expected: float, posts: float, variance: float, /) -> float:
        """Give the ratio of a whole run for the change that explains it best, if all its bins may be off together."""


class CountGains:
    """Log-likelihood ratios of negative binomial counts, so many times as large for each of several sizes.

    Count and alternative have the same dispersion (the spread): the variance is ``mean + spread * mean**2``.

    References
    ----------
    Hoehle, Paul (2008), Count data regression charts, Computational Statistics & Data Analysis 52(9).

    Examples
    --------
    >>> gains = CountGains([3.0])
    >>> gains(10, 10.0, 10, 0.1) < [0.0] < gains(30, 10.0, 30, 0.1)
    True
    """

    def __init__(self, sizes: Sequence[float]) -> None:
        self.sizes = [(size, math.log(size)) for size in sizes]

    def __len__(self) -> int:
        return len(self.sizes)

    def __call__(self, count: float, expected: float, _: float, spread: float) -> list[float]:
        """Give the ratio of one bin for each size."""
        shape, log = 1.0 / spread, math.log
        usual, total = log(shape + expected), count + shape
        return [count * factor - total * (log(shape + size * expected) - usual) for size, factor in self.sizes]

    def evidence(self, count: float, expected: float, posts: float, variance: float) -> float:
        """Give the ratio of a run whose expectation is off by a common factor with that relative variance."""
        return CountGains([max(1.0, count / expected)])(count, expected, posts, variance)[0] if expected > 0.0 else 0.0


class ShareGains:
    """Log-likelihood ratios of a share, with so many times the ordinary odds for each of several sizes.

    What is looked for may be set anew (`aim`).

    The posts of a bin are alike within clumps with correlation `spread`: the ratio is divided by the design effect.

    Examples
    --------
    >>> gains = ShareGains([4.0])
    >>> gains(2, 2.0, 10, 0.02) < [0.0] < gains(8, 2.0, 10, 0.02)
    True
    """

    def __init__(self, odds: Sequence[float]) -> None:
        self.aim(odds)

    def aim(self, odds: Sequence[float]) -> None:
        """Look for such rises of the odds from now on."""
        self.odds = [(odd, math.log(odd)) for odd in odds]

    def __len__(self) -> int:
        return len(self.odds)

    def __call__(self, count: float, expected: float, posts: float, spread: float) -> list[float]:
        """Give the ratio of one bin for each factor on the odds."""
        if posts <= 0.0 or expected <= 0.0:
            return [0.0] * len(self.odds)
        share, design = expected / posts, 1.0 + max(0.0, posts - 1.0) * spread
        return [(count * factor - posts * math.log1p(share * (odd - 1.0))) / design for odd, factor in self.odds]

    def evidence(self, count: float, expected: float, posts: float, variance: float) -> float:
        """Give the ratio of a run all posts of which are alike with correlation `variance`."""
        usual = expected / posts if posts > 0.0 else 0.0
        share = min(count, posts - 0.5) / posts if posts > 0.5 else 0.0  # odds of one for all would be infinite
        if not 0.0 < usual < share:
            return 0.0
        odds = share * (1.0 - usual) / (usual * (1.0 - share))
        return ShareGains([odds])(count, expected, posts, variance)[0]
