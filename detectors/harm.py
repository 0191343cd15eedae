"""Harm: more voices that speak of danger to health, life or money than this brand ordinarily has beside its others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.burst import DISPERSION, MOST_DRIFT, Burst
from detectors.cusum import Bucket, Cusum, CusumState
from detectors.gains import CountGains
from detectors.level import Drift
from detectors.negativity import posts
from detectors.observations import Count, Features, coverage, moment
from detectors.returns import MOST_SURPRISE

SIZES = (2.5, 12.0, 150.0, 4_000.0)  # of a brand that nobody speaks of harm of, a poisoning is thousands of times that
WEEK_SECONDS = 604_800.0  # in which one voice of harm is expected of a brand of which nobody else speaks
HOUR_SECONDS = 3_600
DAY_HOURS = 24.0


class HarmState(msgspec.Struct):
    """All that a harm detector has learned, in a form that can be encoded.

    `harms` were counted beside `others`, of whom `level` were in a bucket of the last day, within `hours`; `recent` are
    start and count of the buckets of the last hour in which there were any.
    """

    cusum: CusumState
    harms: float = 0.0
    others: float = 0.0
    level: float = 0.0
    hours: float = 0.0
    recent: list[tuple[float, float]] = msgspec.field(default_factory=list)


class HarmDetector(SupervisedAnomalyDetector):
    """Score voices of harm by cumulative sums against as many as this brand has beside its other voices.

    A hospital is named beside death every day, and a snack is not: what is expected is so many for each voice that
    speaks of anything else, or did on average of late, where fewer do, and next to nothing for the time that passes. So
    neither a sale nor a lull makes harm of what is ordinary, and what speaks of harm does not raise the expectation of
    its own bucket: more of it is never less surprising. One story is told by
    many, so a run is believed to drift as far as the worst of levels does (`MOST_DRIFT`), and what is not known yet of
    the brand adds to that. How seldom such a sum is so high is asked of the brand's own past (`ReturnLevels`).

    A bucket in which nobody speaks of harm while no sum is up changes no sum, and is passed over: so are nearly all.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    sizes
        Factors by which voices of harm may rise.
    half_life_posts
        After how many posts one counts half.
    prior_share, prior_posts
        Voices of harm for each other voice that are believed before anything is seen, and how many others outweigh it.
    warm_hours
        Before so many hours were seen, nothing surprises.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41(1/2).
    Lawless (1987), Negative binomial and mixed Poisson regression, Canadian Journal of Statistics 15(3).

    Examples
    --------
    Five who say that they were poisoned, of a brand that is spoken of twice a minute, and of a hospital:

    >>> brand, hospital = HarmDetector(), HarmDetector()
    >>> for minute in range(3 * 1440):
    ...     brand.learn_one({"time": minute * 60.0, "mentions": 2.0}, 0.0)
    ...     hospital.learn_one({"time": minute * 60.0, "mentions": 10.0}, 4.0)
    >>> x = {"time": 3 * 86_400.0, "mentions": 10.0}
    >>> brand.score_one(x, 5.0) > 3.0, hospital.score_one(x, 5.0) < 1.0
    (True, True)
    """

    CLIP = 3.0  # deviations beyond the expectation up to which a count is learned from

    def __init__(
        self,
        bucket_seconds: int = 60,
        sizes: Sequence[float] = SIZES,
        half_life_posts: float = 20_000.0,
        prior_share: float = 0.005,
        prior_posts: float = 100.0,
        warm_hours: float = 0.5,
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.sizes = tuple(sizes)
        self.half_life_posts = half_life_posts
        self.prior_share = prior_share
        self.prior_posts = prior_posts
        self.warm_hours = warm_hours
        self._cusum = Cusum(bucket_seconds, bucket_seconds, CountGains(sizes))
        self._state = HarmState(self._cusum.dump())

    @property
    def share(self) -> float:
        """Voices of harm for each other one, in ordinary times."""
        return (self._state.harms + self.prior_share * self.prior_posts) / (self._state.others + self.prior_posts)

    @property
    def doubt(self) -> float:
        """What is not known of that, as a relative variance."""
        return 1.0 / (self._state.harms + self.prior_share * self.prior_posts)

    @property
    def is_up(self) -> bool:
        """Whether somebody spoke of harm so lately that a sum has not come down yet."""
        return any(self._state.cusum.scores)

    def find_one(self, x: Features, y: Count) -> Burst:
        """Look at the bucket at ``x["time"]`` with `y` voices of harm among ``x["mentions"]``, learning nothing."""
        time, mentions = moment(x), posts(x, y)
        if not y and not self.is_up:
            return Burst(0.0, time, 0.0, 0.0, 0.0, 1.0)
        excess = self._cusum.excess(time, self._bucket(x, y, mentions))
        known = self._state.hours >= self.warm_hours and coverage(x) > 0.0
        surprise = min(MOST_SURPRISE, max(0.0, excess.surprise)) if known else 0.0
        return Burst(surprise, *excess[1:], MOST_DRIFT + self.doubt)

    def recent(self, x: Features, mentions: float) -> Burst:
        """Give the voices of harm of the last hour, already taken in, of so many voices; it has no surprise."""
        since = moment(x) + self.bucket_seconds - HOUR_SECONDS
        observed = sum(count for time, count in self._state.recent if time >= since)
        expected = self._expected(max(0.0, mentions - observed), HOUR_SECONDS)
        return Burst(0.0, since, observed, expected, max(mentions, observed), MOST_DRIFT + self.doubt)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising `y` voices of harm are: log10 of the return period in days, 0 to 300."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it, clipped to the range of the ordinary."""
        mentions = self._move(x, y, note=True)
        if coverage(x) <= 0.0:
            return
        state, others, count = self._state, self._others(y, mentions), float(y)
        state.hours += self.bucket_seconds / 3_600.0
        state.level += (mentions - count - state.level) * self.bucket_seconds / (3_600.0 * min(state.hours, DAY_HOURS))
        if count or others:
            if count:
                mean, spread = self._expected(others, self.bucket_seconds), MOST_DRIFT + self.doubt
                count = min(count, mean + self.CLIP * math.sqrt(mean + spread * mean * mean) + 1.0)
            keep = 0.5 ** ((count + others) / self.half_life_posts)
            state.harms, state.others = state.harms * keep + count, state.others * keep + others

    def doubt_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn only how high the sums rise: it may be the beginning of a crisis."""
        self._move(x, y, note=True)

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing: the harm of an open crisis must not become the ordinary one."""
        self._move(x, y, note=False)

    @property
    def sums(self) -> Sequence[Cusum]:
        """All cumulative sums."""
        return (self._cusum,)

    def reset_one(self) -> None:
        """Begin the sums anew, as when a crisis is over; what was learned stays."""
        self._cusum.reset()

    def rebase_one(self, mentions: float) -> None:
        """Take the harm of the last hour, among so many voices, for the ordinary one, at once."""
        state = self._state
        observed = sum(count for _, count in state.recent)
        share = (observed + self.prior_posts * self.share) / (max(0.0, mentions - observed) + self.prior_posts)
        state.others = max(state.others, self.prior_posts)
        state.harms = share * state.others
        self.reset_one()

    def dump(self) -> HarmState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return self._state

    def restore(self, state: HarmState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._state = state
        self._cusum.restore(state.cusum)

    def _expected(self, others: float, seconds: float) -> float:
        return self.share * others + seconds / WEEK_SECONDS

    def _others(self, y: Count, mentions: float) -> float:
        """Give how many voices speak of anything else, or did of late."""
        return max(mentions - float(y), self._state.level)

    def _bucket(self, x: Features, y: Count, mentions: float) -> Bucket:
        doubt = self.doubt
        expected = self._expected(self._others(y, mentions), self.bucket_seconds * coverage(x))
        common = MOST_DRIFT + doubt
        return Bucket(float(y), expected, mentions, DISPERSION + doubt, doubt, Drift(common, common))

    def _move(self, x: Features, y: Count, *, note: bool) -> float:
        """Move the sums on by a bucket; return its mentions."""
        time, mentions, state = moment(x), posts(x, y), self._state
        if y or state.recent:
            last = time + self.bucket_seconds - HOUR_SECONDS
            state.recent = [one for one in [*state.recent, (time, float(y))] if one[1] and one[0] >= last]
        if state.hours >= self.warm_hours:
            begins = note and time // self._cusum.block_seconds != state.cusum.block
            if y or begins or self.is_up:
                self._cusum.push(time, self._bucket(x, y, mentions), learn=note and coverage(x) > 0.0)
        return mentions
