"""A burst: more posts than brand, hour and weekday would lead one to expect, at any of several time scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from river.base import SupervisedAnomalyDetector

from detectors.baseline import BaselineState, Expectation, SeasonalBaseline
from detectors.counts import count_interval, negative_binomial_surprise
from detectors.dispersion import Dispersions, DispersionState
from detectors.observations import Count, Features, finite, moment
from detectors.windows import RollingSums, WindowState


class Burst(NamedTuple):
    """The finding of a burst detector for one bucket, at the scale where the departure is clearest.

    Attributes
    ----------
    surprise
        -log10 of the tail probability, corrected for the number of scales looked at.
    buckets
        Length of that window in buckets.
    observed, expected
        Count in that window and its expectation.
    dispersion
        Of that expectation, the baseline's own uncertainty included.
    """

    surprise: float
    buckets: int
    observed: float
    expected: float
    dispersion: float

    @property
    def ordinary(self) -> tuple[float, float]:
        """Lower and upper bound of the ordinary."""
        return count_interval(self.expected, self.dispersion)


class BurstState(msgspec.Struct):
    """All that a burst detector has learned, in a form that can be encoded."""

    baseline: BaselineState
    counts: WindowState
    means: WindowState
    dispersions: DispersionState


class BurstDetector(SupervisedAnomalyDetector):
    """Score counts against a seasonal, over-dispersed expectation at several scales at once.

    Each scale is a rolling window with its own dispersion, since counts of neighbouring minutes are not independent.
    What is learned is clipped to the range of the ordinary, so that a burst is not next week's expectation.
    Nothing surprises in the first half hour.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket, seconds.
    scales
        Window lengths in buckets, ascending.
    half_life_days
        After how long an observation of the baseline counts half.

    References
    ----------
    Noufaily et al. (2013), An improved algorithm for outbreak detection in multiple surveillance systems, Statistics in
    Medicine 32(7): the quasi-Poisson regression family this first version is a streaming relative of.

    Examples
    --------
    >>> detector = BurstDetector()
    >>> for minute in range(3 * 1440):
    ...     detector.learn_one({"time": minute * 60.0}, 2.0 + minute % 3)
    >>> calm, burst = (detector.score_one({"time": 3 * 86_400.0}, count) for count in (4, 40))
    >>> calm < 1 < 6 < burst
    True
    """

    def __init__(
        self, bucket_seconds: int = 60, scales: Sequence[int] = (1, 5, 15, 60), half_life_days: float = 28.0
    ) -> None:
        self.bucket_seconds = bucket_seconds
        self.scales = tuple(scales)
        self.half_life_days = half_life_days
        self._baseline = SeasonalBaseline(bucket_seconds, half_life_days)
        self._counts = RollingSums(self.scales)
        self._means = RollingSums(self.scales)
        self._dispersions = Dispersions(len(self.scales))

    def expect_one(self, x: Features) -> tuple[float, float, float]:
        """Give expectation, lower and upper bound of the ordinary for the single bucket at ``x["time"]``."""
        expected = self._baseline.expect(moment(x))
        spread = self._dispersions.values[0] + expected.uncertainty
        return expected.mean, *count_interval(expected.mean, spread)

    @property
    def hourly_rate(self) -> float:
        """Counts in an ordinary hour, all hours of the week alike."""
        return self._baseline.hourly_rate

    def find_one(self, x: Features, y: Count) -> Burst:
        """Look at the bucket that begins at ``x["time"]`` with count `y`, learning nothing."""
        expected = self._baseline.expect(moment(x))
        observed, means = self._counts.peek(finite(y)), self._means.peek(expected.mean)
        spreads = [dispersion + expected.uncertainty for dispersion in self._dispersions.values]
        surprises = list(map(negative_binomial_surprise, observed, means, spreads))
        best = surprises.index(max(surprises))
        return Burst(
            surprise=corrected(surprises[best], len(surprises)) if self._baseline.is_warm else 0.0,
            buckets=self.scales[best],
            observed=observed[best],
            expected=means[best],
            dispersion=spreads[best],
        )

    def recent(self, x: Features, buckets: int) -> Burst:
        """Give the counts already pushed over one of the `scales`; the surprise is not corrected."""
        index = self.scales.index(buckets)
        observed, mean = self._counts.state.sums[index], self._means.state.sums[index]
        spread = self._dispersions.values[index] + self._baseline.expect(moment(x)).uncertainty
        return Burst(negative_binomial_surprise(observed, mean, spread), buckets, observed, mean, spread)

    def score_one(self, x: Features, y: Count) -> float:
        """Say how surprising the count `y` is: -log10 of its tail probability, 0 to 300."""
        return self.find_one(x, y).surprise

    def learn_one(self, x: Features, y: Count) -> None:
        """Take a bucket into the baseline, clipped to the range of the ordinary, and move the windows on."""
        time, y = moment(x), finite(y)
        expected = self._baseline.expect(time)
        ordinary = self._clip(expected, y)
        counts, means = self._counts.peek(ordinary), self._means.peek(expected.mean)
        self._dispersions.learn(counts, means, expected.uncertainty)
        self._baseline.learn(time, ordinary)
        self._move(y, expected)

    def skip_one(self, x: Features, y: Count) -> None:
        """Move the windows on without learning: what an open crisis does must not become the expectation."""
        self._move(finite(y), self._baseline.expect(moment(x)))

    def dump(self) -> BurstState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return BurstState(
            baseline=self._baseline.state,
            counts=self._counts.state,
            means=self._means.state,
            dispersions=self._dispersions.state,
        )

    def restore(self, state: BurstState) -> None:
        """Go on from a state that `dump` gave to a detector with the same parameters."""
        self._baseline.restore(state.baseline)
        self._counts.state = state.counts
        self._means.state = state.means
        self._dispersions.restore(state.dispersions)

    def _move(self, y: float, expected: Expectation) -> None:
        self._counts.push(y)
        self._means.push(expected.mean)

    def _clip(self, expected: Expectation, y: float) -> float:
        spread = self._dispersions.values[0] + expected.uncertainty
        deviation = math.sqrt(expected.mean + spread * expected.mean**2)
        return min(y, expected.mean + 3.0 * deviation + 1.0)


def corrected(surprise: float, looks: int) -> float:
    """Correct the smallest of several p-values for their number (Bonferroni).

    Examples
    --------
    >>> corrected(6.0, 10)
    5.0
    """
    return max(0.0, surprise - math.log10(looks))
