"""Quiet brands, simulated: counts of voices and negatives with rhythm, over-dispersion, memory and ordinary clumps.

A brand's counts are Gamma-Poisson: a rate with daily and weekly rhythm, times a slow factor (log-normal, an AR(1) with
hours of memory), times a quick one (gamma, independent by bucket), plus clumps, as when people answer each other. The
share of negatives is beta-binomial around a slow logit AR(1). The same seed gives the same counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import expit, logit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONDAY = 1_420_416_000  # 2015-01-05 00:00 UTC, from which all time is counted here
HOUR, DAY, WEEK = 3_600, 86_400, 604_800


class Spread(NamedTuple):
    """How a brand departs from its rhythm while nothing happens.

    `quick` is the variance of the factor that is independent by minute, `slow` that of the logarithm of the factor
    that lasts, `memory` for how many hours. `clumps` come so often a day, each of `clump` minutes' worth of posts
    on average but never of less than two posts.
    """

    quick: float
    slow: float = 0.0
    memory: float = 6.0
    clumps: float = 0.0
    clump: float = 2.0


class Tone(NamedTuple):
    """The ordinary share of negatives, the beta-binomial's correlation by minute, and its slow part in logits."""

    share: float = 0.25
    quick: float = 0.02
    slow: float = 0.08
    memory: float = 8.0


class Counts(NamedTuple):
    """What a quiet brand said, bucket by bucket from `start`; they were drawn from `level` and `share`."""

    start: int
    width: int
    voices: Integers
    negatives: Integers
    level: Floats
    share: Floats

    @property
    def times(self) -> Integers:
        """Start of each bucket, epoch seconds."""
        return self.start + self.width * np.arange(len(self.voices))

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Give start, voices and negatives, bucket by bucket."""
        return zip(self.times.tolist(), self.voices.tolist(), self.negatives.tolist(), strict=True)

    def cut(self, first: int, last: int | None = None) -> Counts:
        """Take buckets from `first` up to `last`."""
        part = slice(first, last)
        return Counts(
            start=self.start + first * self.width,
            width=self.width,
            voices=self.voices[part],
            negatives=self.negatives[part],
            level=self.level[part],
            share=self.share[part],
        )


INDEPENDENT = Spread(quick=0.25)
PERSISTENT = Spread(quick=0.05, slow=0.09, memory=6.0, clumps=3.0)
SPREADS = {"independent": INDEPENDENT, "persistent": PERSISTENT}


class Rhythm(NamedTuple):
    """When a brand is spoken of: the hour of its peak, how much it is one, and how quiet a weekend is."""

    peak: float = 15.0
    depth: float = 0.8
    weekend: float = 0.7

    @classmethod
    def draw(cls, rng: Generator) -> Rhythm:
        """Make one as brands have it."""
        return cls(rng.uniform(11.0, 20.0), rng.uniform(0.3, 1.1), rng.uniform(0.5, 1.1))

    def at(self, times: Integers) -> Floats:
        """Give the factor on the rate at some moments; it is 1 on average over a week."""
        hours = (times - MONDAY) % DAY / HOUR
        day = np.exp(self.depth * np.cos((hours - self.peak) * math.tau / 24.0)) / np.i0(self.depth)
        weekday = (times - MONDAY) % WEEK // DAY
        week = np.where(weekday >= 5, self.weekend, (7.0 - 2.0 * self.weekend) / 5.0)
        return np.asarray(day * week)


class Simulated(NamedTuple):
    """A quiet brand of so many voices an hour."""

    rate: float
    spread: Spread = INDEPENDENT
    rhythm: Rhythm = Rhythm()
    tone: Tone = Tone()

    def expected(self, times: Integers, width: int) -> Floats:
        """Voices expected in buckets of `width` seconds."""
        return self.rhythm.at(times) * (self.rate * width / HOUR) + self.spread.clumps * self._clump * width / DAY

    def sample(self, rng: Generator, buckets: int, width: int = 60, start: int = MONDAY) -> Counts:
        """Draw so many buckets."""
        times = start + width * np.arange(buckets)
        level = self.rhythm.at(times) * (self.rate * width / HOUR) * factors(rng, self.spread, buckets, width)
        level += self._clumps(rng, buckets, width)
        return with_tone(rng, start, width, rng.poisson(level), level, self.tone)

    @property
    def _clump(self) -> float:
        """Posts of a clump, on average."""
        return max(2.0, self.spread.clump * self.rate / 60.0)

    def _clumps(self, rng: Generator, buckets: int, width: int) -> Floats:
        """Give the extra rate of clumps: each begins at once and dies away with a mean of ten minutes."""
        spread = self.spread
        if not spread.clumps:
            return np.zeros(buckets)
        begun = rng.poisson(spread.clumps * width / DAY, buckets)
        sizes = np.zeros(buckets)
        at = np.flatnonzero(begun)
        sizes[at] = rng.exponential(self._clump, len(at)) * begun[at]
        fade = math.exp(-width / 600.0)
        return np.asarray(lfilter([1.0 - fade], [1.0, -fade], sizes))


def factors(rng: Generator, spread: Spread, buckets: int, width: int) -> Floats:
    """Draw the factors on the rate, of mean 1: slow and quick."""
    slow = np.exp(ar1(rng, spread.slow, spread.memory, buckets, width) - spread.slow / 2.0)
    if not spread.quick:
        return slow
    shape = width / 60.0 / spread.quick
    return np.asarray(slow * rng.gamma(shape, 1.0 / shape, buckets))


def ar1(rng: Generator, variance: float, memory: float, buckets: int, width: int) -> Floats:
    """Draw a stationary AR(1) with a memory of so many hours.

    Examples
    --------
    >>> path = ar1(np.random.default_rng(1), 0.09, 6.0, 200_000, 60)
    >>> bool(0.07 < path.var() < 0.11)
    True
    """
    if not variance:
        return np.zeros(buckets)
    keep = math.exp(-width / (memory * HOUR))
    noise = rng.normal(0.0, math.sqrt(variance * (1.0 - keep * keep)), buckets)
    noise[0] = rng.normal(0.0, math.sqrt(variance))
    return np.asarray(lfilter([1.0], [1.0, -keep], noise))


def with_tone(rng: Generator, start: int, width: int, voices: Integers, level: Floats, tone: Tone) -> Counts:
    """Draw the negative ones among the voices."""
    share = expit(logit(tone.share) + ar1(rng, tone.slow, tone.memory, len(voices), width))
    posts = 1.0 / tone.quick - 1.0  # that the beta distribution is worth
    drawn = rng.beta(share * posts, (1.0 - share) * posts)
    return Counts(start, width, voices, rng.binomial(voices, drawn), level, np.asarray(drawn))


def draw(rng: Generator, rate: float, spread: Spread) -> Simulated:
    """Make a brand with a rhythm and an ordinary share of negatives of its own."""
    return Simulated(rate, spread, Rhythm.draw(rng), Tone(share=float(rng.uniform(0.1, 0.5))))


def measure(counts: list[Counts], expected: list[Floats]) -> Spread:
    """Measure the over-dispersion of quiet counts: what is independent by minute and what lasts, and how long.

    The covariance of what is left of counts beside their expectation, relative to the squared expectation, is by lag
    that of the factors on the rate; at lag 0 the Poisson noise is taken off. What is there beyond ten minutes is
    slow; its memory is fitted to the lags of ten minutes and two hours.
    """
    width = counts[0].width
    near, far = max(1, 600 // width), max(2, 7_200 // width)
    at_once, soon, later = (_relative(counts, expected, lag) for lag in (0, near, far))
    soon = max(soon, 0.0)
    ratio = min(0.98, max(0.02, later / soon)) if soon > 0 else 0.02
    memory = (far - near) * width / HOUR / -math.log(ratio)
    return Spread(quick=max(0.0, at_once - soon) * width / 60.0, slow=math.log1p(soon), memory=memory)


def _relative(counts: list[Counts], expected: list[Floats], lag: int) -> float:
    above = below = 0.0
    for one, mean in zip(counts, expected, strict=True):
        left = one.voices - mean
        if lag:
            above += float(left[lag:] @ left[:-lag])
            below += float(mean[lag:] @ mean[:-lag])
        else:
            above += float(left @ left - mean.sum())
            below += float(mean @ mean)
    return above / below
