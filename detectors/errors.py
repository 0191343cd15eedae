"""How often a classifier is wrong, and what that makes of a share that it counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

LEAST_INFORMED = 0.2  # sensitivity less false alarms, below which a correction would only magnify chance
FAR = 5.0  # deviations beyond which a normal tail is as good as exponential
ROOT2 = math.sqrt(2.0)
DEVIATIONS = 1.96  # of an interval that holds the truth 19 times in 20


class Error(NamedTuple):
    """How a classifier errs, and how well that is known.

    Attributes
    ----------
    sensitivity
        Part of the true cases that it finds.
    false_alarms
        Part of the others that it takes for cases.
    sensitivity_variance, false_alarms_variance
        Of these two estimates.
    """

    sensitivity: float
    false_alarms: float
    sensitivity_variance: float
    false_alarms_variance: float

    @property
    def informed(self) -> float:
        """By how much the apparent share moves when the true one goes from 0 to 1 (Youden's J), bounded from below."""
        return max(LEAST_INFORMED, self.sensitivity - self.false_alarms)

    def apparent(self, share: float) -> float:
        """Give the share that the classifier finds where the true one is `share`."""
        return self.false_alarms + self.informed * share

    def true(self, apparent: float) -> float:
        """Give the true share where the classifier finds `apparent`.

        It is that of Rogan and Gladen, which knows no bounds: what is not known of the error spreads around it, of that
        spread the part between 0 and 1 is possible, and the mean of that part is given. A brand of which the classifier
        finds less than its false alarms should be has few true cases, rather than none or less.

        References
        ----------
        Rogan, Gladen (1978), Estimating prevalence from the results of a screening test, American Journal of
        Epidemiology 107(1).

        Examples
        --------
        >>> round(Error(0.8, 0.1, 0.0, 0.0).true(0.31), 3), round(Error(0.8, 0.1, 0.004, 0.004).true(0.05), 3)
        (0.3, 0.051)
        """
        share = (apparent - self.false_alarms) / self.informed
        if not (self.sensitivity_variance or self.false_alarms_variance):
            return min(1.0, max(0.0, share))
        spread = math.sqrt(self.variance(min(1.0, max(0.0, share)))) / self.informed
        return possible(share, spread)

    def variance(self, share: float) -> float:
        """Give the variance of `apparent` that comes of not knowing the error, where the true share is `share`."""
        return self.sensitivity_variance * share * share + self.false_alarms_variance * (1.0 - share) ** 2


PERFECT = Error(1.0, 0.0, 0.0, 0.0)


class Judge(NamedTuple):
    """Who judged some posts.

    Attributes
    ----------
    error
        On just these posts, with the languages they are in.
    model
        On posts of all languages alike: it changes when the model does, not when the languages do.
    """

    error: Error
    model: Error


def possible(mean: float, deviation: float) -> float:
    """Give the mean of the part between 0 and 1 of a normal distribution.

    Examples
    --------
    >>> possible(0.3, 0.0), round(possible(0.3, 0.1), 3), round(possible(-0.3, 0.1), 3), round(possible(1.9, 0.1), 3)
    (0.3, 0.3, 0.028, 0.989)
    """
    if deviation <= 0.0:
        return min(1.0, max(0.0, mean))
    low, high = -mean / deviation, (1.0 - mean) / deviation
    if low > FAR:
        return deviation / low
    if high < -FAR:
        return 1.0 + deviation / high
    part = 0.5 * (math.erf(high / ROOT2) - math.erf(low / ROOT2))
    slant = (math.exp(-0.5 * low * low) - math.exp(-0.5 * high * high)) / math.sqrt(2.0 * math.pi)
    return mean + deviation * slant / part


def mixed(errors: Mapping[str, Error], posts: Mapping[str, int]) -> Error | None:
    """Give the error for posts in several languages, of each so many; None where of none of them it is known.

    What is not known of one language has nothing to do with another, so the more there are, the better known is the
    whole.

    Examples
    --------
    >>> errors = {"pl": Error(0.6, 0.1, 0.01, 0.01), "en": Error(0.8, 0.3, 0.01, 0.01)}
    >>> mixed(errors, {"pl": 1, "en": 1})
    Error(sensitivity=0.7, false_alarms=0.2, sensitivity_variance=0.005, false_alarms_variance=0.005)
    """
    known = [(errors[name], number) for name, number in posts.items() if number and name in errors]
    if not known:
        return None
    if len(known) == 1:
        return known[0][0]
    total = sum(number for _, number in known)
    parts = [(error, number / total) for error, number in known]
    return Error(
        sensitivity=sum(error.sensitivity * part for error, part in parts),
        false_alarms=sum(error.false_alarms * part for error, part in parts),
        sensitivity_variance=sum(error.sensitivity_variance * part * part for error, part in parts),
        false_alarms_variance=sum(error.false_alarms_variance * part * part for error, part in parts),
    )


def judge(errors: Mapping[str, Error], posts: Mapping[str, int]) -> Judge | None:
    """Give who judged posts in several languages, of each so many; None where of none of them the error is known.

    Examples
    --------
    >>> errors = {"pl": Error(0.6, 0.1, 0.0, 0.0), "en": Error(0.8, 0.3, 0.0, 0.0)}
    >>> told = judge(errors, {"pl": 5, "de": 2})
    >>> told.error.sensitivity, told.model.sensitivity
    (0.6, 0.7)
    """
    error, model = mixed(errors, posts), mixed(errors, dict.fromkeys(errors, 1))
    return Judge(error, model) if error and model else None


def share_likely(apparent: float, effective: float, error: Error) -> tuple[float, float]:
    """Give the range in which the true share is, 19 times in 20.

    Parameters
    ----------
    apparent
        Share that the classifier found.
    effective
        Among how many independent posts.
    error
        Of the classifier.

    References
    ----------
    Lang, Reiczigel (2014), Confidence limits for prevalence of disease adjusted for estimated sensitivity and
    specificity, Preventive Veterinary Medicine 113(1).

    Examples
    --------
    >>> [round(bound, 2) for bound in share_likely(0.5, 100.0, PERFECT)]
    [0.4, 0.6]
    >>> [round(bound, 2) for bound in share_likely(0.5, 100.0, Error(0.7, 0.2, 0.002, 0.002))]
    [0.37, 0.83]
    """
    square = DEVIATIONS * DEVIATIONS
    trials = effective + square
    pulled = (apparent * effective + square / 2.0) / trials  # as Agresti and Coull have it
    share = (pulled - error.false_alarms) / error.informed
    inside = min(1.0, max(0.0, share))
    bend = 2.0 * square * (inside * error.sensitivity_variance - (1.0 - inside) * error.false_alarms_variance)
    reach = DEVIATIONS * math.sqrt(pulled * (1.0 - pulled) / trials + error.variance(inside)) / error.informed
    return min(1.0, max(0.0, share + bend - reach)), min(1.0, max(0.0, share + bend + reach))
