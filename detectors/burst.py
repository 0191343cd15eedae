"""A burst: more posts than brand, hour and weekday would lead one to expect, for minutes or for days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.baseline import BaselineState, Expectation, SeasonalBaseline
from detectors.calendar import Calendar
from detectors.counts import count_interval
from detectors.cusum import Bucket, Cusum, CusumState
from detectors.dispersion import Dispersions, DispersionState
from detectors.gains import CountGains
from detectors.level import Drift, LevelState, LocalLevel
from detectors.observations import Count, Features, coverage, finite, moment
from detectors.returns import MOST_SURPRISE, average
from detectors.windows import RollingSum, WindowState

DISPERSION = 0.2  # believed of bins of any width: what it is in truth, and what follows from that, return levels know
MOST_DRIFT = 0.5  # relative variance of the level: what is estimated beyond that is owed to bursts
SIZES = (1.5, 2.5, 5.0, 12.0)  # neighbours share the sizes between them: at least 80 % of the best speed from 1.3 to 25


class Burst(NamedTuple):
    """The finding of a burst detector for one bucket.

    Attributes
    ----------
    surprise
        log10 of the return period in days: a level seen once in ``10**surprise`` days.
    since
        When the sum that shows it most clearly left zero, epoch seconds.
    observed, expected
        Counts since then.
    posts
        Posts since then, of which the counted ones are a part where ``x["mentions"]`` is given.
    dispersion
        Of the expectation, the baseline's own uncertainty included.
    """

    surprise: float
    since: float
    observed: float
    expected: float
    posts: float
    dispersion: float

    @property
    def ordinary(self) -> tuple[float, float]:
        """Lower and upper bound of the ordinary."""
        return count_interval(self.expected, self.dispersion)


class _Sight(NamedTuple):
    """A bucket that was asked for, checked, with what was expected of it and what each sum is told of it."""

    asked: tuple[object, ...]
    time: float
    number: float
    exposure: float
    expected: Expectation
    mean: float
    buckets: list[Bucket]


class BurstState(msgspec.Struct):
    """All that a burst detector has learned, in a form that can be encoded."""

    baseline: BaselineState
    dispersions: DispersionState
    level: LevelState
    cusums: list[CusumState]
    counts: WindowState
    means: WindowState


class BurstDetector(SupervisedAnomalyDetector):
    """Score counts by cumulative sums against a seasonal, over-dispersed expectation, at several widths of bin.

    One sum more is taken against the level of the last hours (`LocalLevel`), bucket by bucket: it sees a sudden rise on
    a day on which people talk more, or less, all day. Each sum has its own return levels, and the surprise is that of
    the mean of their return periods, which holds however they depend on each other. The dispersion of the counts is not
    estimated for it: where past bursts inflate it, it hides the next one. It is believed to be moderate, and the return
    levels, of which past bursts are a censored part, set right what is wrong with that. Only what is extrapolated
    beyond all that is remembered also asks how much whole hours of this brand have been seen to vary.

    What is learned is clipped to the range of the ordinary, so that a burst is not next week's expectation.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    bins
        Widths of the bins, seconds.
    local
        Whether to look at buckets against the level of the last hours too.
    dispersion
        Extra-Poisson variance that is believed of a bin; None to believe what the widest bins have shown, for bins so
        wide that a burst which inflates it is one of few.
    sizes
        Factors by which counts may rise.
    calendar
        Whose hours of the week and holidays count.
    half_life_days
        After how long an observation of the baseline counts half.
    level_hours
        Half-life of the level that the expectation follows; infinite to follow none but through `half_life_days`.
    warm_hours
        Before so many hours were seen, nothing surprises.

    References
    ----------
    Noufaily et al. (2013), An improved algorithm for outbreak detection in multiple surveillance systems, Statistics in
    Medicine 32(7): the quasi-Poisson regression family of which the expectation is a streaming relative.

    Examples
    --------
    >>> detector = BurstDetector()
    >>> for minute in range(3 * 1440):
    ...     detector.learn_one({"time": minute * 60.0}, 2.0 + minute % 3)
    >>> calm, burst = (detector.score_one({"time": 3 * 86_400.0}, count) for count in (4, 40))
    >>> calm < 1 < 3 < burst
    True
    """

    RECENT_SECONDS = 3_600  # the window that is shown, and that tells whether a crisis goes on
    CLIP = 3.0  # deviations beyond the expectation up to which a count is learned from

    def __init__(  # noqa: PLR0913 - river wants every parameter by name
        self,
        bucket_seconds: int = 60,
        bins: Sequence[int] = (60, 900, 3_600),
        sizes: Sequence[float] = SIZES,
        *,
        local: bool = True,
        dispersion: float | None = DISPERSION,
        calendar: Calendar | None = None,
        half_life_days: float = 28.0,
        level_hours: float = 168.0,
        warm_hours: float = 0.5,
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.bins = tuple(sorted({max(width, bucket_seconds) for width in bins}))
        self.sizes = tuple(sizes)
        self.local = local
        self.dispersion = dispersion
        self.calendar = calendar
        self.half_life_days = half_life_days
        self.level_hours = level_hours
        self.warm_hours = warm_hours
        gains = CountGains(sizes)
        self._baseline = SeasonalBaseline(bucket_seconds, half_life_days, level_hours, calendar, warm_hours)
        self._cusums = [Cusum(width, bucket_seconds, gains) for width in (*self.bins, *[bucket_seconds] * local)]
        self._level = LocalLevel(bucket_seconds)
        self._dispersions = Dispersions([0.5 ** (self.bins[-1] / (half_life_days * 86_400.0))])
        self._seen: _Sight | None = None  # what was found of a bucket is wanted again when it is taken in
        self._recent_buckets = max(1, self.RECENT_SECONDS // bucket_seconds)
        self._counts, self._means = RollingSum(self._recent_buckets), RollingSum(self._recent_buckets)

    def expect_one(self, x: Features) -> tuple[float, float, float]:
        """Give expectation, lower and upper bound of the ordinary for the single bucket at ``x["time"]``."""
        mean, spread = self._expect(x)
        return mean, *count_interval(mean, spread)

    @property
    def hourly_rate(self) -> float:
        """Counts in an ordinary hour, all hours of the week alike."""
        return self._baseline.hourly_rate

    @property
    def last_hour(self) -> tuple[float, float]:
        """Counts in the last hour, and how many were expected."""
        return self._counts.state.sum, self._means.state.sum

    def find_one(self, x: Features, y: Count) -> Burst:
        """Look at the bucket that begins at ``x["time"]`` with count `y`, learning nothing."""
        sight = self._see(x, y)
        excesses = [cusum.excess(sight.time, one) for cusum, one in zip(self._cusums, sight.buckets, strict=True)]
        spread = self._dispersions.values[0] + sight.expected.uncertainty
        surprise, known = average([excess.surprise for excess in excesses]), self._baseline.is_warm and sight.exposure
        return Burst(min(MOST_SURPRISE, max(0.0, surprise)) if known else 0.0, *max(excesses)[1:], spread)

    def recent(self, x: Features) -> Burst:
        """Give the counts of the last hour, already taken in; it has no surprise."""
        observed, mean = self._counts.state.sum, self._means.state.sum
        spread = self._dispersions.values[0] + self._baseline.expect(moment(x)).uncertainty
        since = moment(x) - (self._recent_buckets - 1) * self.bucket_seconds
        return Burst(0.0, since, observed, mean, observed, spread)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising the count `y` is: log10 of its return period in days, 0 to 300."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it, clipped to the range of the ordinary."""
        sight = self._see(x, y)
        heard = sight.exposure > 0.0
        self._move(sight, learn=heard, note=heard)
        if heard:
            self._baseline.learn(sight.time, self._clip(sight), sight.exposure)

    def doubt_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn only how high the sums rise: it may be the beginning of a crisis."""
        self._move(self._see(x, y), learn=False, note=True)

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing: what an open crisis does must not become the expectation."""
        self._move(self._see(x, y), learn=False, note=False)

    @property
    def sums(self) -> Sequence[Cusum]:
        """All cumulative sums."""
        return self._cusums

    def reset_one(self) -> None:
        """Begin all sums anew, as when a crisis is over; what was learned stays."""
        self._seen = None
        for cusum in self._cusums:
            cusum.reset()

    def rebase_one(self, hour: tuple[float, float] | None = None) -> None:
        """Take the level of the last hour for the new normal, at once.

        Parameters
        ----------
        hour
            Counts in it, and how many were expected, where another detector knows better.
        """
        self._baseline.rebase(*(hour or self.last_hour))
        self._level.state = LevelState()
        self.reset_one()

    def dump(self) -> BurstState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return BurstState(
            baseline=self._baseline.state,
            dispersions=self._dispersions.state,
            level=self._level.state,
            cusums=[cusum.dump() for cusum in self._cusums],
            counts=self._counts.state,
            means=self._means.state,
        )

    def restore(self, state: BurstState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._seen = None
        self._baseline.restore(state.baseline)
        self._dispersions.restore(state.dispersions)
        self._baseline.scatter = self._dispersions.values[0]
        self._level.state = state.level
        for cusum, known in zip(self._cusums, state.cusums, strict=True):
            cusum.restore(known)
        self._counts.state = state.counts
        self._means.state = state.means

    def _expect(self, x: Features) -> tuple[float, float]:
        expected = self._baseline.expect(moment(x))
        return expected.mean * coverage(x), self._dispersions.values[0] + expected.uncertainty

    def _see(self, x: Features, y: Count) -> _Sight:
        """Check a bucket and hold it against the season, and against the level of the last hours."""
        asked = x.get("time"), y, x.get("mentions"), x.get("coverage")
        if self._seen is None or self._seen.asked != asked:
            time, count, exposure, posts = moment(x), finite(y), coverage(x), finite(x.get("mentions", y))
            expected = self._baseline.expect(time)
            mean, doubt = expected.mean * exposure, expected.uncertainty
            seen = self._dispersions.values[0]
            variance = min(MOST_DRIFT, seen)
            if self.dispersion is None:
                spread, common = seen + doubt, self._baseline.doubt_of_days
            else:
                spread, common = self.dispersion + doubt, variance + doubt
            season = Bucket(count, mean, posts, spread, doubt, Drift(common, common))
            buckets = [season] * len(self.bins)
            if self.local:
                factor, drift = self._level.forecast(variance)
                buckets.append(Bucket(count, mean * factor, posts, spread, doubt, drift))
            self._seen = _Sight(asked, time, count, exposure, expected, mean, buckets)
        return self._seen

    def _move(self, sight: _Sight, *, learn: bool, note: bool) -> None:
        self._seen = None
        if self._baseline.is_warm:
            each = zip(self._cusums, sight.buckets, strict=True)
            ended = [cusum.push(sight.time, bucket, learn=note) for cusum, bucket in each]
            widest = ended[len(self.bins) - 1]
            if widest and learn:
                self._dispersions.learn(0, widest[0], widest[1], sight.expected.uncertainty)
                self._baseline.scatter = self._dispersions.values[0]
        if note:
            self._level.push(sight.number, sight.mean, DISPERSION)
        self._counts.push(sight.number)
        self._means.push(sight.mean)

    def _clip(self, sight: _Sight) -> float:
        mean, spread = sight.mean, self._dispersions.values[0] + sight.expected.uncertainty
        return min(sight.number, mean + self.CLIP * math.sqrt(mean + spread * mean * mean) + 1.0)
