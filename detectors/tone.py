"""The finding about the tone of a stream, as what was counted and as what that means."""

from __future__ import annotations

import math
from typing import NamedTuple

from detectors.counts import TAIL_DEVIATIONS
from detectors.errors import PERFECT, Error, share_likely

CORRELATION = 0.02  # believed of the tone of posts in one bin; what it is in truth, return levels know
CALM_DAYS = 0.005  # the same of quiet hours and days, as measured on airlines (0.02 where they are troubled)
DRIFT = 0.01  # believed of a run of hours or days of which nobody knows yet whether it is quiet: between the two
OPEN = 0.5  # variance that the share of a time that is out of the ordinary has, as part of the largest it could have


class Tone(NamedTuple):
    """The finding of a negativity detector for one bucket.

    Counts and `usual` are as the sentiment model told them; `share`, `expected` and their bounds are of
    what is truly negative, as far as can be known of a model that errs. With a model without error both are the same.

    Attributes
    ----------
    surprise
        log10 of the return period in days.
    since
        When the sum that shows it most clearly left zero, epoch seconds.
    negatives, mentions
        Counts since then.
    usual
        Share of negatives that the model ordinarily tells, between 0 and 1.
    doubt
        What is not known of the usual share, as a correlation of all posts.
    error
        Of the model.

    Examples
    --------
    >>> tone = Tone(3.0, 0.0, 60.0, 100.0, 0.24, 0.0, Error(0.8, 0.1, 0.0004, 0.0004))
    >>> round(tone.expected, 2), round(tone.share, 2), [round(bound, 2) for bound in tone.likely]
    (0.2, 0.7, [0.52, 0.89])

    One post that a poor model calls negative is no proof that all are:

    >>> round(Tone(0.0, 0.0, 1.0, 1.0, 0.24, 0.0, Error(0.6, 0.15, 0.01, 0.01)).share, 2)
    0.44
    """

    surprise: float
    since: float
    negatives: float
    mentions: float
    usual: float
    doubt: float
    error: Error = PERFECT

    @property
    def effective(self) -> float:
        """How many independent posts the mentions are worth."""
        mentions = self.mentions
        return max(0.5, mentions / (1.0 + max(0.0, mentions - 1.0) * (CORRELATION + self.doubt)))

    def design(self, posts: float) -> float:
        """Give the factor by which the variance of a share of so many posts exceeds that of independent ones.

        They are alike as these mentions are, and what is not known of the usual share is common to all of them.

        References
        ----------
        Kish (1965), Survey Sampling.
        """
        return 1.0 + max(0.0, self.mentions - 1.0) * CORRELATION + max(0.0, posts - 1.0) * self.doubt

    def design_of_days(self, posts: float) -> float:
        """Give that factor for so many posts of quiet days, in which what clumps within hours evens out."""
        return 1.0 + max(0.0, posts - 1.0) * (CALM_DAYS + self.doubt)

    @property
    def excess(self) -> float:
        """How many negatives there are beyond the usual."""
        return self.negatives - self.usual * self.mentions

    @property
    def expected(self) -> float:
        """True share of negatives that is ordinary."""
        return self.error.true(self.usual)

    @property
    def share(self) -> float:
        """True share of negatives: the expected one, moved as far as the counts can tell.

        What the counts suggest is drawn towards the expected share, the more so the more of its variance is the
        model's doing, as is that of few posts judged by a poor model.
        """
        if not self.mentions:
            return self.expected
        expected, credit = self.expected, self._credit
        ordinary_alarms = self.usual - self.error.informed * expected
        suggested = (self.negatives / self.mentions - ordinary_alarms) / self.error.informed
        return min(1.0, max(0.0, credit * suggested + (1.0 - credit) * expected))

    @property
    def ordinary(self) -> tuple[float, float]:
        """Lower and upper bound of the ordinary share: of `share`, while all is as usual."""
        credit = self._credit
        return share_interval(self.expected, self.effective * self._part / (credit * credit))

    @property
    def likely(self) -> tuple[float, float]:
        """Lower and upper bound of the true share, 19 times in 20: few posts and the model's error considered."""
        if not self.mentions:
            return 0.0, 1.0
        share, clumping = self.share, self.design(self.mentions) - 1.0
        effective = self.mentions / (1.0 + clumping * min(1.0, self._part))  # people answer each other, models do not
        low, high = share_likely(self.negatives / self.mentions, effective, self.error)
        return min(low, share), max(high, share)

    @property
    def _part(self) -> float:
        """Part of the variance of what the model finds that is of the posts, not of the model's making."""
        found = _variance(self.usual)
        return _variance(self.expected) * self.error.informed**2 / found if found else 1.0

    @property
    def _credit(self) -> float:
        """How far the counts are believed, from 0 to 1."""
        expected, found = _variance(self.expected), _variance(self.usual)
        noise = max(0.0, found / self.error.informed**2 - expected) / max(1.0, self.mentions)
        return OPEN * expected / (OPEN * expected + noise) if noise else 1.0


def share_interval(share: float, effective: float) -> tuple[float, float]:
    """Give the range in which the share of `effective` independent posts is ordinary.

    On the scale of the arcsine of its root a share has the same variance everywhere.

    References
    ----------
    Anscombe (1948), The transformation of Poisson, binomial and negative-binomial data, Biometrika 35(3/4).

    Examples
    --------
    >>> low, high = share_interval(0.3, 100)
    >>> round(low, 2), round(high, 2)
    (0.17, 0.45)
    """
    middle, reach = math.asin(math.sqrt(share)), TAIL_DEVIATIONS / (2.0 * math.sqrt(effective))
    low, high = max(0.0, middle - reach), min(math.pi / 2.0, middle + reach)
    return math.sin(low) ** 2, math.sin(high) ** 2


def _variance(share: float) -> float:
    return share * (1.0 - share)
