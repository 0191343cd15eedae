"""Negativity: a larger share of negative posts than this brand ordinarily has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector
from scipy.special import betaincinv

from detectors.burst import corrected
from detectors.counts import binomial_surprise
from detectors.observations import Count, Features, finite, moment
from detectors.windows import RollingSums, WindowState


class Tone(NamedTuple):
    """The finding of a negativity detector for one bucket, at the scale where the departure is clearest.

    `share` and `expected` are between 0 and 1; `negatives` and `mentions` are counts of that window of `buckets`
    buckets, `effective` is how many independent posts its mentions are worth.
    """

    surprise: float
    buckets: int
    negatives: float
    mentions: float
    share: float
    expected: float
    effective: float

    @property
    def ordinary(self) -> tuple[float, float]:
        """Lower and upper bound of the ordinary share."""
        return share_interval(self.expected, self.effective)


class ShareState(msgspec.Struct):
    """Decayed counts of the share and moments of its clumping, in a form that can be encoded."""

    negatives: float
    mentions: float
    excess: list[float]
    scale: list[float]
    noise: list[float]


class NegativityState(msgspec.Struct):
    """All that a negativity detector has learned, in a form that can be encoded."""

    share: ShareState
    negatives: WindowState
    mentions: WindowState


class NegativityDetector(SupervisedAnomalyDetector):
    """Score the share of negatives in rolling windows against the stream's own ordinary share.

    The windows' shares vary more than independent posts would (people answer each other), so each scale estimates
    its own intra-class correlation, and the baseline's own uncertainty adds to it while it is young.

    Parameters
    ----------
    scales
        Window lengths in buckets, ascending.
    prior_share, prior_mentions
        Share believed before anything is seen, and how many posts outweigh that belief.
    keep
        Factor by which older posts fade with each bucket.

    References
    ----------
    Williams (1982), Extra-binomial variation in logistic linear models, Applied Statistics 31(2).

    Examples
    --------
    >>> detector = NegativityDetector()
    >>> for minute in range(1440):
    ...     detector.learn_one({"time": minute * 60.0, "mentions": 10.0}, 2.0)
    >>> calm, bitter = (detector.score_one({"time": 86_400.0, "mentions": 60.0}, count) for count in (12, 55))
    >>> calm < 1 < 6 < bitter
    True
    """

    PRIOR_CORRELATION = 0.02
    LEAST_CORRELATION = 0.002

    def __init__(
        self,
        scales: Sequence[int] = (5, 15, 60, 240),
        prior_share: float = 0.25,
        prior_mentions: float = 20.0,
        keep: float = 0.99995,
    ) -> None:
        self.scales = tuple(scales)
        self.prior_share = prior_share
        self.prior_mentions = prior_mentions
        self.keep = keep
        blank = [0.0] * len(self.scales)
        self._share = ShareState(0.0, 0.0, list(blank), list(blank), list(blank))
        self._negatives = RollingSums(self.scales)
        self._mentions = RollingSums(self.scales)

    def find_one(self, x: Features, y: Count) -> Tone:
        """Look at the bucket at ``x["time"]`` with `y` negatives among ``x["mentions"]`` posts, learning nothing."""
        best = max(self._looks(x, y), key=lambda tone: tone.surprise)
        return best._replace(surprise=corrected(best.surprise, len(self.scales)))

    def recent(self, buckets: int) -> Tone:
        """Give the tone of the buckets already pushed, over one of the `scales`; its surprise is not corrected."""
        index = self.scales.index(buckets)
        sums = self._negatives.state.sums[index], self._mentions.state.sums[index]
        return self._look(index, *sums, self._expected())

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising `y` negatives among ``x["mentions"]`` posts are: -log10 of a tail probability, 0 to 300."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket into the ordinary share and move the windows on."""
        moment(x)
        mentions, y = posts(x, y), finite(y)
        state, expected = self._share, self._expected()
        variance = expected * (1.0 - expected)
        for index, (negatives, total) in enumerate(
            zip(self._negatives.peek(y), self._mentions.peek(mentions), strict=True)
        ):
            chance = total * variance
            pairs = max(0.0, total - 1.0)
            state.excess[index] = state.excess[index] * self.keep + (negatives - total * expected) ** 2 - chance
            state.scale[index] = state.scale[index] * self.keep + chance * pairs
            state.noise[index] = state.noise[index] * self.keep + chance + 2.0 * chance * chance
        state.negatives = state.negatives * self.keep + y
        state.mentions = state.mentions * self.keep + mentions
        self.skip_one(x, y)

    def skip_one(self, x: Features, y: Count) -> None:
        """Move the windows on without learning: the tone of an open crisis must not become the ordinary one."""
        moment(x)
        mentions = posts(x, y)  # refuse before anything is changed
        self._negatives.push(finite(y))
        self._mentions.push(mentions)

    def dump(self) -> NegativityState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return NegativityState(self._share, self._negatives.state, self._mentions.state)

    def restore(self, state: NegativityState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._share = state.share
        self._negatives.state = state.negatives
        self._mentions.state = state.mentions

    def _looks(self, x: Features, y: Count) -> list[Tone]:
        moment(x)
        expected = self._expected()
        seen = zip(self._negatives.peek(finite(y)), self._mentions.peek(posts(x, y)), strict=True)
        return [self._look(index, *counts, expected) for index, counts in enumerate(seen)]

    def _look(self, index: int, negatives: float, total: float, expected: float) -> Tone:
        design_effect = 1.0 + max(0.0, total - 1.0) * self._correlation(index)
        return Tone(
            surprise=binomial_surprise(negatives, total, expected, design_effect),
            buckets=self.scales[index],
            negatives=negatives,
            mentions=total,
            share=negatives / total if total else expected,
            expected=expected,
            effective=max(0.5, total / design_effect),
        )

    def _expected(self) -> float:
        state, prior = self._share, self.prior_mentions
        share = (state.negatives + prior * self.prior_share) / (state.mentions + prior)
        return min(0.999, max(0.001, share))

    def _correlation(self, index: int) -> float:
        state = self._share
        weight = math.sqrt(1.0 + state.noise[index])
        raw = (state.excess[index] + self.PRIOR_CORRELATION * weight) / (state.scale[index] + weight)
        clumping = min(0.9, max(self.LEAST_CORRELATION, raw))
        return clumping + 1.0 / (state.mentions + self.prior_mentions)


def share_interval(share: float, effective: float, tail: float = 0.001) -> tuple[float, float]:
    """Give the range in which the share of `effective` independent posts is ordinary.

    Quantiles of the beta distribution with the same mean and with the variance of that many posts.

    Examples
    --------
    >>> low, high = share_interval(0.3, 100)
    >>> round(low, 2), round(high, 2)
    (0.17, 0.45)
    """
    a, b = share * effective, (1.0 - share) * effective
    return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1.0 - tail))


def posts(x: Features, y: Count) -> float:
    """Return ``x["mentions"]``, refusing a number that is not finite or smaller than that of the negatives."""
    mentions = finite(x.get("mentions", math.nan))
    if finite(y) > mentions:
        raise ValueError(f"{y} negatives among {mentions} mentions")
    return mentions
