"""Negativity: a larger share of negative posts than this brand ordinarily has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.counts import TAIL_DEVIATIONS
from detectors.cusum import Bucket, Cusum, CusumState, Excess
from detectors.gains import ShareGains
from detectors.observations import Count, Features, coverage, finite, moment
from detectors.returns import MOST_SURPRISE, average
from detectors.windows import RollingSum, WindowState

CORRELATION = 0.02  # believed of the tone of posts in one bin; what it is in truth, return levels know
ODDS = (1.7, 3.0, 6.0)  # a share of 0.25 becomes 0.36, 0.5, 0.67


class Tone(NamedTuple):
    """The finding of a negativity detector for one bucket.

    Attributes
    ----------
    surprise
        log10 of the return period in days.
    since
        When the sum that shows it most clearly left zero, epoch seconds.
    negatives, mentions
        Counts since then.
    share, expected
        Of negatives among the mentions, between 0 and 1.
    effective
        How many independent posts the mentions are worth.
    """

    surprise: float
    since: float
    negatives: float
    mentions: float
    share: float
    expected: float
    effective: float

    @property
    def ordinary(self) -> tuple[float, float]:
        """Lower and upper bound of the ordinary share."""
        return share_interval(self.expected, self.effective)


class NegativityState(msgspec.Struct):
    """All that a negativity detector has learned, in a form that can be encoded."""

    negatives: float
    mentions: float
    cusums: list[CusumState]
    recent_negatives: WindowState
    recent_mentions: WindowState


class NegativityDetector(SupervisedAnomalyDetector):
    """Score the share of negatives by cumulative sums against the stream's own ordinary share.

    Shares of bins vary more than independent posts would (people answer each other): a correlation is believed of them,
    and the return levels set right what is wrong with that. What is not known yet of the ordinary share adds to it.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    bins
        Widths of the bins, seconds.
    odds
        Factors by which the odds of a post to be negative may rise.
    half_life_posts
        After how many posts one counts half: tone is learned by what is said, however long that takes.
    prior_share, prior_posts
        Share believed before anything is seen, and how many posts outweigh that belief.

    Examples
    --------
    >>> detector = NegativityDetector()
    >>> for minute in range(1440):
    ...     detector.learn_one({"time": minute * 60.0, "mentions": 10.0}, 2.0)
    >>> calm, bitter = (detector.score_one({"time": 86_400.0, "mentions": 60.0}, count) for count in (12, 55))
    >>> calm < 1 < 3 < bitter
    True
    """

    RECENT_SECONDS = 3_600

    def __init__(
        self,
        bucket_seconds: int = 60,
        bins: Sequence[int] = (300, 3_600),
        odds: Sequence[float] = ODDS,
        half_life_posts: float = 20_000.0,
        prior_share: float = 0.25,
        prior_posts: float = 20.0,
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.bins = tuple(sorted({max(width, bucket_seconds) for width in bins}))
        self.odds = tuple(odds)
        self.half_life_posts = half_life_posts
        self.prior_share = prior_share
        self.prior_posts = prior_posts
        gains = ShareGains(odds)
        self._cusums = [Cusum(width, bucket_seconds, gains) for width in self.bins]
        recent = max(1, self.RECENT_SECONDS // bucket_seconds)
        self._negatives, self._mentions = RollingSum(recent), RollingSum(recent)
        self._learned = [0.0, 0.0]

    @property
    def share(self) -> float:
        """The ordinary share."""
        negatives, mentions = self._learned
        share = (negatives + self.prior_posts * self.prior_share) / (mentions + self.prior_posts)
        return min(0.99, max(0.01, share))

    def find_one(self, x: Features, y: Count) -> Tone:
        """Look at the bucket at ``x["time"]`` with `y` negatives among ``x["mentions"]`` posts, learning nothing."""
        time, negatives, mentions, share = moment(x), finite(y), posts(x, y), self.share
        bucket = Bucket(negatives, share * mentions, mentions, CORRELATION + self._doubt, self._doubt)
        excesses = [cusum.excess(time, bucket) for cusum in self._cusums]
        surprise = average([excess.surprise for excess in excesses]) if coverage(x) > 0.0 else 0.0
        return self._tone(min(MOST_SURPRISE, max(0.0, surprise)), max(excesses))

    def recent(self, x: Features) -> Tone:
        """Give the tone of the last hour, already taken in; it has no surprise."""
        negatives, mentions = self._negatives.state.sum, self._mentions.state.sum
        since = moment(x) - self.RECENT_SECONDS + self.bucket_seconds
        hour = Excess(0.0, since, negatives, self.share * mentions, mentions)
        return self._tone(0.0, hour)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising `y` negatives among ``x["mentions"]`` posts are: log10 of the return period in days."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it."""
        learn = coverage(x) > 0.0
        self._move(x, y, learn=learn, note=learn)
        if learn:
            mentions = posts(x, y)
            keep = 0.5 ** (mentions / self.half_life_posts)
            self._learned = [self._learned[0] * keep + float(y), self._learned[1] * keep + mentions]

    def doubt_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn only how high the sums rise: it may be the beginning of a crisis."""
        self._move(x, y, learn=False, note=True)

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing: the tone of an open crisis must not become the ordinary one."""
        self._move(x, y, learn=False, note=False)

    def reset_one(self) -> None:
        """Begin all sums anew, as when a crisis is over; what was learned stays."""
        for cusum in self._cusums:
            cusum.reset()

    def rebase_one(self) -> None:
        """Take the tone of the last hour for the ordinary one, at once."""
        negatives, mentions = self._negatives.state.sum, self._mentions.state.sum
        known = max(self._learned[1], self.prior_posts)
        share = (negatives + self.prior_posts * self.share) / (mentions + self.prior_posts)
        self._learned = [known * share, known]
        self.reset_one()

    def dump(self) -> NegativityState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return NegativityState(
            negatives=self._learned[0],
            mentions=self._learned[1],
            cusums=[cusum.dump() for cusum in self._cusums],
            recent_negatives=self._negatives.state,
            recent_mentions=self._mentions.state,
        )

    def restore(self, state: NegativityState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._learned = [state.negatives, state.mentions]
        for cusum, known in zip(self._cusums, state.cusums, strict=True):
            cusum.restore(known)
        self._negatives.state = state.recent_negatives
        self._mentions.state = state.recent_mentions

    def _move(self, x: Features, y: Count, *, learn: bool, note: bool) -> None:
        time, negatives, mentions, share = moment(x), finite(y), posts(x, y), self.share
        bucket = Bucket(negatives, share * mentions, mentions, CORRELATION + self._doubt, self._doubt)
        for cusum in self._cusums:
            cusum.push(time, bucket, learn=note)
        self._negatives.push(negatives)
        self._mentions.push(mentions)

    @property
    def _doubt(self) -> float:
        """What is not known of the ordinary share, as a correlation of all posts."""
        return 1.0 / (self._learned[1] + self.prior_posts)

    def _tone(self, surprise: float, excess: Excess) -> Tone:
        mentions = excess.posts
        return Tone(
            surprise=surprise,
            since=excess.since,
            negatives=excess.observed,
            mentions=mentions,
            share=excess.observed / mentions if mentions else self.share,
            expected=excess.expected / mentions if mentions else self.share,
            effective=max(0.5, mentions / (1.0 + max(0.0, mentions - 1.0) * (CORRELATION + self._doubt))),
        )


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


def posts(x: Features, y: Count) -> float:
    """Return ``x["mentions"]``, refusing a number that is not finite or smaller than that of the negatives."""
    mentions = finite(x.get("mentions", math.nan))
    if finite(y) > mentions:
        raise ValueError(f"{y} negatives among {mentions} mentions")
    return mentions
