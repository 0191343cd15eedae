"""Negativity: a larger share of negative posts than this brand ordinarily has."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.cusum import Bucket, Cusum, CusumState, Excess
from detectors.errors import Judge
from detectors.gains import ShareGains
from detectors.level import Drift
from detectors.observations import Count, Features, coverage, finite, moment
from detectors.ordinary import MOST, OrdinaryShare, ShareState, Usual
from detectors.returns import MOST_SURPRISE, average
from detectors.tone import CORRELATION, DRIFT, Tone
from detectors.windows import RollingSum, WindowState

ODDS = (1.7, 3.0, 6.0)  # a share of 0.25 becomes 0.36, 0.5, 0.67


class NegativityState(msgspec.Struct):
    """All that a negativity detector has learned, in a form that can be encoded."""

    ordinary: ShareState
    cusums: list[CusumState]
    recent_negatives: WindowState
    recent_mentions: WindowState


class NegativityDetector(SupervisedAnomalyDetector):
    """Score the share of negatives by cumulative sums against the stream's own ordinary share.

    Shares of bins vary more than independent posts would (people answer each other): a correlation is believed of them,
    and the return levels set right what is wrong with that. What is not known yet of the ordinary share adds to it.

    The negatives are those of a model that errs. Where ``x["judge"]`` tells its error (`Judge`), what is
    expected of the bucket is what that model would find in the brand's ordinary posts, and a rise of the odds is looked
    for as that model would show it: neither a model that has learned nor another mix of languages is a change of tone.
    Where it does not, the judge of late goes on, and without any the model is taken for perfect.

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
        self._gains = ShareGains(odds)
        self._cusums = [Cusum(width, bucket_seconds, self._gains) for width in self.bins]
        recent = max(1, self.RECENT_SECONDS // bucket_seconds)
        self._negatives, self._mentions = RollingSum(recent), RollingSum(recent)
        self._ordinary = OrdinaryShare(half_life_posts, prior_share, prior_posts)
        self._aim()

    @property
    def share(self) -> float:
        """The true ordinary share."""
        return self._ordinary.share

    def find_one(self, x: Features, y: Count) -> Tone:
        """Look at the bucket at ``x["time"]`` with `y` negatives among ``x["mentions"]`` posts, learning nothing."""
        usual, bucket = self._look(x, y)
        excesses = [cusum.excess(moment(x), bucket) for cusum in self._cusums]
        surprise = average([excess.surprise for excess in excesses]) if coverage(x) > 0.0 else 0.0
        return self._tone(min(MOST_SURPRISE, max(0.0, surprise)), max(excesses), usual)

    def recent(self, x: Features) -> Tone:
        """Give the tone of the last hour, already taken in; it has no surprise."""
        negatives, mentions, usual = self._negatives.state.sum, self._mentions.state.sum, self._ordinary.usual()
        since = moment(x) - self.RECENT_SECONDS + self.bucket_seconds
        return self._tone(0.0, Excess(0.0, since, negatives, usual.share * mentions, mentions), usual)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising `y` negatives among ``x["mentions"]`` posts are: log10 of the return period in days."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it."""
        learn = coverage(x) > 0.0
        self._move(x, y, learn=learn, note=learn)

    def doubt_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn only how high the sums rise: it may be the beginning of a crisis."""
        self._move(x, y, learn=False, note=True)

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing: the tone of an open crisis must not become the ordinary one."""
        self._move(x, y, learn=False, note=False)

    @property
    def sums(self) -> Sequence[Cusum]:
        """All cumulative sums."""
        return self._cusums

    def reset_one(self) -> None:
        """Begin all sums anew, as when a crisis is over; what was learned stays."""
        for cusum in self._cusums:
            cusum.reset()

    def rebase_one(self) -> None:
        """Take the tone of the last hour for the ordinary one, at once."""
        negatives, mentions = self._negatives.state.sum, self._mentions.state.sum
        self._ordinary.rebase(negatives, mentions)
        self._aim()
        self.reset_one()

    def dump(self) -> NegativityState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return NegativityState(
            ordinary=self._ordinary.state,
            cusums=[cusum.dump() for cusum in self._cusums],
            recent_negatives=self._negatives.state,
            recent_mentions=self._mentions.state,
        )

    def restore(self, state: NegativityState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._ordinary.restore(state.ordinary)
        self._aim()
        for cusum, known in zip(self._cusums, state.cusums, strict=True):
            cusum.restore(known)
        self._negatives.state = state.recent_negatives
        self._mentions.state = state.recent_mentions

    def _look(self, x: Features, y: Count) -> tuple[Usual, Bucket]:
        """Say what is usual for the posts of a bucket, and what the sums are to be told of it."""
        mentions = posts(x, y)
        usual = self._ordinary.usual(_judge(x) if mentions else None)
        expected = usual.share * mentions
        drift = Drift(DRIFT + usual.doubt, DRIFT + usual.doubt)
        return usual, Bucket(finite(y), expected, mentions, CORRELATION + usual.doubt, usual.doubt, drift)

    def _move(self, x: Features, y: Count, *, learn: bool, note: bool) -> None:
        time, (_, bucket), judge = moment(x), self._look(x, y), _judge(x)
        for cusum in self._cusums:
            cusum.push(time, bucket, learn=note)
        self._negatives.push(bucket.number)
        self._mentions.push(bucket.posts)
        if learn:
            self._ordinary.learn(bucket.number, bucket.posts, judge)
        else:
            self._ordinary.see(bucket.posts, judge)
        if bucket.posts and self._ordinary.state.late:
            self._aim()

    def _aim(self) -> None:
        """Let the sums look for what the model of late would make of a rise.

        What a poor model can show lies close together, so that the larger rises it looks for are larger still.
        """
        ordinary = self._ordinary
        share, usual, informed = ordinary.share, ordinary.usual().share, ordinary.late.informed
        self._gains.aim(
            [
                apparent_odds(odds / informed ** (0.5 * rank), share, usual, informed)
                for rank, odds in enumerate(self.odds)
            ]
        )

    def _tone(self, surprise: float, excess: Excess, usual: Usual) -> Tone:
        mentions = excess.posts
        return Tone(
            surprise=surprise,
            since=excess.since,
            negatives=excess.observed,
            mentions=mentions,
            usual=excess.expected / mentions if mentions else usual.share,
            doubt=usual.doubt,
            error=self._ordinary.late,
        )


def posts(x: Features, y: Count) -> float:
    """Return ``x["mentions"]``, refusing a number that is not finite or smaller than that of the negatives."""
    mentions = finite(x.get("mentions", math.nan))
    if finite(y) > mentions:
        raise ValueError(f"{y} negatives among {mentions} mentions")
    return mentions


def apparent_odds(odds: float, share: float, usual: float, informed: float) -> float:
    """Say by what factor the odds to be found negative rise where the true ones rise by `odds`.

    Parameters
    ----------
    odds
        A factor above 1.
    share, usual
        The true share of negatives, and the share that is found, before the rise.
    informed
        By how much the share that is found moves when the true one goes from 0 to 1.

    Examples
    --------
    >>> apparent_odds(4.0, share=0.2, usual=0.2, informed=1.0)
    4.0
    >>> round(apparent_odds(4.0, share=0.2, usual=0.25, informed=0.4), 2)
    1.76
    """
    if informed == 1.0:  # what is found is what is true
        return odds
    risen = share * odds / (1.0 + share * (odds - 1.0))
    found = min(MOST, usual + informed * (risen - share))
    return found * (1.0 - usual) / (usual * (1.0 - found))


def _judge(x: Features) -> Judge | None:
    """Return ``x["judge"]``, who judged the posts of the bucket; None where nobody has told."""
    judge = x.get("judge")
    if judge is not None and not isinstance(judge, Judge):
        raise ValueError(f"{judge!r} is no judge of posts")
    return judge
