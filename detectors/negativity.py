"""Negativity: a larger share of negative posts than this brand ordinarily has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.burst import corrected
from detectors.counts import TAIL_DEVIATIONS, binomial_surprise
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
        self._estimate()

    def find_one(self, x: Features, y: Count) -> Tone:
        """Look at the bucket at ``x["time"]`` with `y` negatives among ``x["mentions"]`` posts, learning nothing."""
        moment(x)
        seen = list(zip(self._negatives.peek(finite(y)), self._mentions.peek(posts(x, y)), strict=True))
        surprises = [self._surprise(index, *counts) for index, counts in enumerate(seen)]
        best = surprises.index(max(surprises))
        return self._tone(best, *seen[best], corrected(surprises[best], len(surprises)))

    def look_one(self, x: Features, y: Count, buckets: int) -> Tone:
        """Look at the shortest of the `scales` that covers so many buckets; the surprise is not corrected."""
        moment(x)
        index = next((i for i, scale in enumerate(self.scales) if scale >= buckets), len(self.scales) - 1)
        negatives, mentions = self._negatives.peek(finite(y))[index], self._mentions.peek(posts(x, y))[index]
        return self._tone(index, negatives, mentions, self._surprise(index, negatives, mentions))

    def recent(self, buckets: int) -> Tone:
        """Give the tone of the buckets already pushed, over one of the `scales`; its surprise is not corrected."""
        index = self.scales.index(buckets)
        negatives, mentions = self._negatives.state.sums[index], self._mentions.state.sums[index]
        return self._tone(index, negatives, mentions, self._surprise(index, negatives, mentions))

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising `y` negatives among ``x["mentions"]`` posts are: -log10 of the chance, 0 to 300."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket into the ordinary share and move the windows on."""
        moment(x)
        mentions, y = posts(x, y), finite(y)
        state, expected, keep = self._share, self._expected, self.keep
        variance = expected * (1.0 - expected)
        seen = zip(self._negatives.peek(y), self._mentions.peek(mentions), strict=True)
        for index, (negatives, total) in enumerate(seen):
            chance = total * variance
            state.excess[index] = state.excess[index] * keep + (negatives - total * expected) ** 2 - chance
            state.scale[index] = state.scale[index] * keep + chance * max(0.0, total - 1.0)
            state.noise[index] = state.noise[index] * keep + chance + 2.0 * chance * chance
        state.negatives = state.negatives * keep + y
        state.mentions = state.mentions * keep + mentions
        self._estimate()
        self._negatives.push(y)
        self._mentions.push(mentions)

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
        self._estimate()

    def _estimate(self) -> None:
        """Estimate the ordinary share, and the correlation within a window of each scale."""
        state, prior = self._share, self.prior_mentions
        share = (state.negatives + prior * self.prior_share) / (state.mentions + prior)
        self._expected = min(0.999, max(0.001, share))
        self._correlations = []
        for excess, scale, noise in zip(state.excess, state.scale, state.noise, strict=True):
            weight = math.sqrt(1.0 + noise)
            clumping = (excess + self.PRIOR_CORRELATION * weight) / (scale + weight)
            clumping = min(0.9, max(self.LEAST_CORRELATION, clumping))
            self._correlations.append(clumping + 1.0 / (state.mentions + prior))

    def _design_effect(self, index: int, mentions: float) -> float:
        return 1.0 + max(0.0, mentions - 1.0) * self._correlations[index]

    def _surprise(self, index: int, negatives: float, mentions: float) -> float:
        if negatives <= self._expected * mentions:
            return 0.0
        return binomial_surprise(negatives, mentions, self._expected, self._design_effect(index, mentions))

    def _tone(self, index: int, negatives: float, mentions: float, surprise: float) -> Tone:
        return Tone(
            surprise=surprise,
            buckets=self.scales[index],
            negatives=negatives,
            mentions=mentions,
            share=negatives / mentions if mentions else self._expected,
            expected=self._expected,
            effective=max(0.5, mentions / self._design_effect(index, mentions)),
        )


def share_interval(share: float, effective: float) -> tuple[float, float]:
    """Give the range in which the share of `effective` independent posts is ordinary, for bands on plots.

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


def posts(x: Features, y: Count) -> float:
    """Return ``x["mentions"]``, refusing a number that is not finite or smaller than that of the negatives."""
    mentions = finite(x.get("mentions", math.nan))
    if finite(y) > mentions:
        raise ValueError(f"{y} negatives among {mentions} mentions")
    return mentions
