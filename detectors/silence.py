"""A silence: fewer posts from a source than hour and weekday would lead one to expect, down to none at all."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.baseline import HOURS, BaselineState, SeasonalBaseline
from detectors.calendar import Calendar
from detectors.counts import MOST_SURPRISE, TAIL_DEVIATIONS
from detectors.dispersion import Dispersions, DispersionState
from detectors.observations import Count, Features, finite, moment

DAY_SECONDS, HOUR_SECONDS = 86_400.0, 3_600.0


class Silence(NamedTuple):
    """The finding of a silence detector for one bucket.

    Attributes
    ----------
    surprise
        log10 of the return period in days: by chance alone this is seen once in ``10**surprise`` days, or less often.
    since
        Start of the bucket with which the want of posts began, epoch seconds.
    observed, expected
        Posts since then.
    """

    surprise: float
    since: float
    observed: float
    expected: float

    @property
    def share(self) -> float:
        """Part of the expected posts that came; 1 where none was expected."""
        return min(1.0, self.observed / self.expected) if self.expected else 1.0


class Run(msgspec.Struct, array_like=True, frozen=True):
    """Evidence for one degree of thinning: its weight in nats, since when, and the posts since then."""

    weight: float = 0.0
    since: float = 0.0
    seen: float = 0.0
    due: float = 0.0


class Hour(msgspec.Struct, array_like=True):
    """Posts and expected posts of the running hour (`number` of hours since the epoch); `whole` until a hole in it."""

    number: int = -1
    count: float = 0.0
    mean: float = 0.0
    whole: bool = False


class SilenceState(msgspec.Struct):
    """All that a silence detector has learned, in a form that can be encoded.

    `hours` is the number of whole hours that the dispersions know, older ones faded.
    """

    baseline: BaselineState
    dispersions: DispersionState
    runs: list[Run]
    hour: Hour
    hours: float = 0.0


class SilenceDetector(SupervisedAnomalyDetector):
    """Score the want of posts: cumulative sums of the likelihood that a source has thinned out, for several degrees.

    A source is compared with the least that is ordinary for it, not with its mean: the seasonal expectation, less
    `TAIL_DEVIATIONS` of a log-normal level. Its variance is that by which whole hours were found to fall short, and the
    baseline's own uncertainty, which counts the less the more hours there were to prove it. Hence a source that is
    young or moody needs a longer want of posts than a steady one, and one with two posts a day is not judged within
    hours: evidence grows with the posts that were due, whatever time that takes. Page's bound, a mean time between
    false alarms of at least exp(weight) buckets, gives the surprise.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    half_life_days
        After how long an observation of the baseline counts half.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41(1/2).
    Lorden (1971), Procedures for reacting to a change in distribution, Annals of Mathematical Statistics 42(6).

    Examples
    --------
    >>> detector = SilenceDetector()
    >>> for minute in range(7 * 1440):
    ...     detector.learn_one({"time": minute * 60.0}, 4 + minute % 3)
    >>> for minute in range(7 * 1440, 7 * 1440 + 15):
    ...     detector.skip_one({"time": minute * 60.0}, 0)
    >>> silence = detector.find_one({"time": (7 * 1440 + 15) * 60.0}, 0)
    >>> silence.surprise > 3, silence.share, silence.since == 7 * 86_400.0
    (True, 0.0, True)
    """

    THINNINGS = (0.005, 0.1, 0.25, 0.5)  # of the ordinary posts come through; the first is a stop
    APART = 2.0 / 3.0  # a degree of thinning is looked for where it is so much below the least that is ordinary

    def __init__(
        self, bucket_seconds: int = 60, calendar: Calendar | None = None, half_life_days: float = 28.0
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.calendar = calendar
        self.half_life_days = half_life_days
        self._baseline = SeasonalBaseline(bucket_seconds, half_life_days, calendar=calendar)
        self._dispersions = Dispersions(
            [0.5 ** (width / (half_life_days * DAY_SECONDS)) for width in (bucket_seconds, HOUR_SECONDS)],
        )
        self._known: tuple[float, float, list[Run]] | None = None  # the runs with a bucket that is asked for repeatedly
        self._commonplace = math.log(len(self.THINNINGS) * DAY_SECONDS / bucket_seconds)
        self.restore(SilenceState(self._baseline.state, self._dispersions.state, [_NONE] * len(self.THINNINGS), Hour()))

    def find_one(self, x: Features, y: Count) -> Silence:
        """Look at the bucket that begins at ``x["time"]`` with count `y`, learning nothing."""
        time = moment(x)
        run = max(self._run_on(time, finite(y)), key=lambda run: run.weight)
        since = run.since if run.weight else time
        return Silence(self.surprise(run.weight), since, run.seen, run.due)

    def surprise(self, weight: float) -> float:
        """Turn evidence in nats into log10 of its return period in days."""
        return min(MOST_SURPRISE, max(0.0, weight - self._commonplace) / math.log(10.0))

    def weigh_return(self, x: Features, y: Count, share: float) -> float:
        """Weigh a bucket, in nats: for posts that flow again, against a silence in which such a share of them came."""
        mean, uncertainty = self._baseline.expect(moment(x))
        least = self._least(uncertainty)
        thinning = min(max(share, self.THINNINGS[0]), self.APART * least)
        return -_evidence(finite(y), mean, self._dispersions.values[0], thinning, least)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising the want of posts is once the bucket has count `y`: 0 to 300."""
        return self.find_one(x, y).surprise

    def expect_one(self, x: Features) -> float:
        """Give the expected count of the bucket at ``x["time"]``."""
        return self._baseline.expect(moment(x)).mean

    def is_excess(self, x: Features, y: Count) -> bool:
        """Whether a count is beyond what is ordinary for its bucket."""
        return finite(y) > self._most(moment(x))

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn from it, clipped to the range of the ordinary."""
        time, y = moment(x), finite(y)
        self.state.runs = self._run_on(time, y)
        expected = self._baseline.expect(time)
        ordinary = min(y, self._most(time))
        self._vary(0, ordinary, expected.mean)
        self._pass(time, ordinary, expected.mean)
        self._baseline.learn(time, ordinary)
        self._known = None

    def skip_one(self, x: Features, y: Count) -> None:
        """Take a bucket in and learn nothing: a source that is not heard must not become one that says nothing."""
        time = moment(x)
        self.state.runs = self._run_on(time, finite(y))
        self.state.hour.whole = False
        self._known = None

    def reset_one(self) -> None:
        """Begin the search for a want of posts anew: they flow again."""
        self.state.runs = [_NONE] * len(self.THINNINGS)
        self._known = None

    def dump(self) -> SilenceState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return self.state

    def restore(self, state: SilenceState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self.state = state
        self._baseline.restore(state.baseline)
        self._dispersions.restore(state.dispersions)
        self._known = None

    def _run_on(self, time: float, y: float) -> list[Run]:
        """Give the runs with a bucket more."""
        if self._known is None or self._known[:2] != (time, y):
            self._known = time, y, self._look(time, y)
        return self._known[2]

    def _look(self, time: float, y: float) -> list[Run]:
        mean, uncertainty = self._baseline.expect(time)
        if not self._baseline.is_warm or not mean:
            return self.state.runs
        fast, least = self._dispersions.values[0], self._least(uncertainty)
        runs = []
        for run, thinning in zip(self.state.runs, self.THINNINGS, strict=True):
            evidence = _evidence(y, mean, fast, thinning, least) if thinning <= self.APART * least else -mean
            weight = run.weight + evidence
            if weight <= 0.0:
                runs.append(_NONE)
            elif run.weight:
                runs.append(Run(weight, run.since, run.seen + y, run.due + mean))
            else:
                runs.append(Run(weight, time, y, mean))
        return runs

    def _least(self, uncertainty: float) -> float:
        """Give the least level that is ordinary, as a part of the expectation."""
        unproven = HOURS / (HOURS + self.state.hours)
        variance = self._dispersions.values[1] + unproven * uncertainty
        return math.exp(-TAIL_DEVIATIONS * math.sqrt(math.log1p(variance)))

    def _most(self, time: float) -> float:
        mean, uncertainty = self._baseline.expect(time)
        spread = self._dispersions.values[0] + uncertainty
        return mean + TAIL_DEVIATIONS * math.sqrt(mean + spread * mean * mean) + 1.0

    def _vary(self, index: int, count: float, mean: float) -> None:
        """Learn how far counts fall below their expectation; how far they rise says nothing of that."""
        if count < mean:
            self._dispersions.learn(index, count, mean)

    def _pass(self, time: float, count: float, mean: float) -> None:
        """Let the hour go on; what whole hours vary is the slow dispersion."""
        hour, number = self.state.hour, int(time // HOUR_SECONDS)
        if number != hour.number:
            if hour.whole:
                self._vary(1, hour.count, hour.mean)
                self.state.hours = self.state.hours * self._dispersions.keeps[1] + 1.0
            self.state.hour = hour = Hour(number, whole=True)
        hour.count += count
        hour.mean += mean


_NONE = Run()


def _evidence(count: float, mean: float, dispersion: float, thinning: float, least: float) -> float:
    """Weigh a count, in nats: a negative binomial with its mean thinned out, against the least ordinary mean."""
    size = 1.0 / dispersion
    low, high = size + thinning * mean, size + least * mean
    return count * math.log(thinning * high / (least * low)) + size * math.log(high / low)
