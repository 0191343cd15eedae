"""Tail probabilities of over-dispersed counts, as surprise: -log10 of the chance to see as many or more."""

from __future__ import annotations

import math

from scipy.special import betainc, gammaincinv

MOST_SURPRISE = 300.0  # double precision ends there
TAIL, TAIL_DEVIATIONS = 0.001, 3.0902  # what bands on plots leave out at each end, and as normal deviations


def negative_binomial_surprise(count: float, mean: float, dispersion: float) -> float:
    """Say how surprising a count is against a negative binomial expectation.

    Parameters
    ----------
    count
        What was counted, >= 0. Need not be whole.
    mean
        What was expected, >= 0.
    dispersion
        Extra-Poisson variance phi, > 0: the variance is ``mean + dispersion * mean**2``.

    Returns
    -------
    float
        -log10 P(X >= count), between 0 and `MOST_SURPRISE`; 0 for any count not above the mean.

    References
    ----------
    Lawless (1987), Negative binomial and mixed Poisson regression, Canadian Journal of Statistics 15(3).

    Examples
    --------
    Two mentions becoming four is nothing; two becoming fourteen is something.

    >>> round(negative_binomial_surprise(4, 2, 0.2), 2), round(negative_binomial_surprise(14, 2, 0.2), 2)
    (0.77, 4.67)
    """
    if count <= mean or count <= 0:
        return 0.0
    size = 1.0 / dispersion
    return _surprise(float(betainc(count, size, mean / (mean + size))))


def binomial_surprise(successes: float, trials: float, share: float, design_effect: float = 1.0) -> float:
    """Say how surprising a share is, where trials are alike within a clump (an over-dispersed binomial).

    Both numbers are divided by the design effect, ``1 + (n - 1) * rho`` for clumps with intra-class correlation rho,
    which leaves the share as it is and the evidence as large as that of independent trials.

    Parameters
    ----------
    successes, trials
        What was counted, ``0 <= successes <= trials``.
    share
        Expected share, strictly between 0 and 1.
    design_effect
        At least 1.

    Returns
    -------
    float
        -log10 P(X >= successes), between 0 and `MOST_SURPRISE`; 0 for a share not above the expected one.

    References
    ----------
    Williams (1982), Extra-binomial variation in logistic linear models, Applied Statistics 31(2).
    Kish (1965), Survey Sampling.

    Examples
    --------
    >>> round(binomial_surprise(18, 20, 0.3), 2), round(binomial_surprise(18, 20, 0.3, design_effect=4), 2)
    (7.42, 2.0)
    """
    if trials <= 0 or successes <= share * trials:
        return 0.0
    hits, effective = successes / design_effect, trials / design_effect
    return _surprise(float(betainc(hits, effective - hits + 1.0, share)))


def count_interval(mean: float, dispersion: float) -> tuple[float, float]:
    """Give the range in which a count is ordinary.

    The quantiles are those of the gamma distribution with the same mean and variance, which is close to the negative
    binomial and continuous, by Wilson and Hilferty's cube root where that holds. For bands on plots, not for decisions.

    Parameters
    ----------
    mean
        Expected count, >= 0.
    dispersion
        Extra-Poisson variance phi.

    Returns
    -------
    tuple of float
        Lower and upper bound; one in a thousand ordinary counts is beyond either.

    References
    ----------
    Wilson, Hilferty (1931), The distribution of chi-square, PNAS 17(12).

    Examples
    --------
    >>> low, high = count_interval(100, 0.04)
    >>> round(low), round(high)
    (45, 184)
    """
    if mean <= 0:
        return 0.0, 0.0
    scale = 1.0 + dispersion * mean
    shape = mean / scale
    if shape < 0.5:  # the cube root is no longer close
        return float(gammaincinv(shape, TAIL)) * scale, float(gammaincinv(shape, 1.0 - TAIL)) * scale
    middle, reach = 1.0 - 1.0 / (9.0 * shape), TAIL_DEVIATIONS / (3.0 * math.sqrt(shape))
    return mean * max(0.0, middle - reach) ** 3, mean * (middle + reach) ** 3


def _surprise(probability: float) -> float:
    if probability <= 0.0:
        return MOST_SURPRISE
    return min(MOST_SURPRISE, max(0.0, -math.log10(probability)))
