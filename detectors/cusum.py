"""Cumulative sums of log-likelihood ratios: the fastest way to see a lasting change, for any of several sizes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from detectors.returns import BLOCK_SECONDS, DAY_SECONDS, ReturnLevels

Gain = Callable[[float, float, float, float], float]
"""Log-likelihood ratio of (count, expected count, posts, spread) of one bin."""

HIGHEST_SURPRISE = 9.0  # log10 of days at which a sum stops growing, so that it can fall again when all is over
ALIKE = math.log10(2.5)  # how many independent tests the sums for several sizes are worth, by simulation


_Bin = tuple[float, float, float]
_EMPTY: _Bin = 0.0, 0.0, 0.0


UNHEARD = 0.25  # doubt above this is that of an hour of the day that has not been heard before


class Bucket(NamedTuple):
    """What a sum is told of one bucket.

    Attributes
    ----------
    number, expected, posts
        Count, what was expected of it, and of how many posts it is a part.
    spread
        How much bins vary, each for itself.
    doubt
        How uncertain the expectation is, which is in common to all bins.
    """

    number: float
    expected: float
    posts: float
    spread: float
    doubt: float


class Excess(NamedTuple):
    """What a cumulative sum has seen since it left zero; `since` is the start of that time, epoch seconds."""

    surprise: float
    since: float
    observed: float
    expected: float
    posts: float


class CusumState(msgspec.Struct):
    """Sums of one bin width, one for each size of change, in a form that can be encoded.

    `bin` holds count, expected count and posts of the bin that is not over yet; `block` is the number of the block of
    which `highest` are the maxima so far, `waiting` are those of the blocks of the last day, and `maxima` those of the
    blocks before. The lists are by size.
    """

    bin: tuple[float, float, float]
    scores: list[float]
    since: list[float]
    observed: list[float]
    expected: list[float]
    posts: list[float]
    highest: list[float]
    maxima: list[bytes]
    waiting: list[list[float]]
    block: int = -1

    @classmethod
    def of(cls, sizes: int) -> CusumState:
        """Make that of a sum that has seen nothing."""
        scores, since, observed, expected, posts, highest = ([0.0] * sizes for _ in range(6))
        return cls(_EMPTY, scores, since, observed, expected, posts, highest, [b""] * sizes, [])


class Cusum:
    """Page's cumulative sum over bins of one width, in parallel for several sizes of change.

    A bin that is not over yet counts provisionally, so that nothing waits for its end. Each sum has its own return
    levels, and the surprise is that of the clearest, corrected for their number.

    Parameters
    ----------
    bin_seconds, bucket_seconds
        Width of a bin, and of the buckets that fill it.
    gains
        Log-likelihood ratio of a bin for each size of change.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41(1/2).
    Lorden (1971), Procedures for reacting to a change in distribution, Annals of Mathematical Statistics 42(6).

    Examples
    --------
    >>> cusum = Cusum(60, 60, [count_gain(2.0), count_gain(8.0)])
    >>> for minute, count in enumerate((5, 4, 30)):
    ...     _ = cusum.push(minute * 60.0, Bucket(count, 5.0, count, 0.1, 0.01))
    >>> excess = cusum.excess(180.0, Bucket(33.0, 5.0, 33.0, 0.1, 0.01))
    >>> excess.since, excess.observed, excess.expected
    (120.0, 63.0, 10.0)
    """

    def __init__(self, bin_seconds: int, bucket_seconds: int, gains: Sequence[Gain]) -> None:
        self.bin_seconds = max(bin_seconds, bucket_seconds)
        self.bucket_seconds = bucket_seconds
        self.gains = tuple(gains)
        self.block_seconds = max(BLOCK_SECONDS, self.bin_seconds)
        floor = max(1.0, math.log(self.block_seconds / self.bin_seconds) - 1.5)  # as simulated quiet counts have it
        self._returns = [ReturnLevels(floor, self.block_seconds) for _ in self.gains]
        self.restore(CusumState.of(len(self.gains)))

    def dump(self) -> CusumState:
        """Give the state; it is live."""
        return self._state

    def restore(self, state: CusumState) -> None:
        """Go on from a state."""
        self._state = state
        self._looked: tuple[Bucket, _Bin, list[float]] | None = None  # at one bucket, asked for twice
        for levels, maxima in zip(self._returns, state.maxima, strict=True):
            levels.restore(maxima)

    def excess(self, time: float, bucket: Bucket) -> Excess:
        """Look at the bucket at `time`, changing nothing."""
        filled, scores = self._look(bucket)
        if not any(scores):  # as it is nearly always where little is said
            return Excess(self._returns[0].least - ALIKE, self._begin(time), *filled)
        heights = self._heights(bucket.doubt, filled, scores)
        state, surprises = self._state, list(map(ReturnLevels.surprise, self._returns, heights))
        best = max(surprises)
        at = surprises.index(best)
        since = state.since[at] if state.scores[at] > 0.0 else self._begin(time)
        return Excess(
            surprise=best - ALIKE,
            since=since,
            observed=state.observed[at] + filled[0],
            expected=state.expected[at] + filled[1],
            posts=state.posts[at] + filled[2],
        )

    def push(self, time: float, bucket: Bucket, *, learn: bool = True) -> _Bin | None:
        """Take the bucket at `time` in; return count, expected count and posts of the bin that it ends, if it does.

        Parameters
        ----------
        learn
            Whether the scores tell how high they are in ordinary times.
        """
        filled, scores = self._look(bucket)
        state, self._looked = self._state, None
        if learn:
            self._note(time, self._heights(bucket.doubt, filled, scores))
        if (time + self.bucket_seconds) % self.bin_seconds:
            state.bin = filled
            return None
        if any(scores) or any(state.scores):
            begin = self._begin(time)
            for index, score in enumerate(scores):
                self._settle(index, score, filled, begin)
        state.bin = _EMPTY
        return filled

    def reset(self) -> None:
        """Begin all sums anew: what was seen is dealt with."""
        for index in range(len(self.gains)):
            self._settle(index, 0.0, _EMPTY, 0.0)
        self._state.bin = _EMPTY
        self._looked = None

    def _look(self, bucket: Bucket) -> tuple[_Bin, list[float]]:
        """Give the bin as the bucket fills it, and the sums as they would stand if it ended now."""
        if self._looked is None or self._looked[0] != bucket:
            known, (count, expected, posts, spread, _) = self._state.bin, bucket
            filled = known[0] + count, known[1] + expected, known[2] + posts
            self._looked = bucket, filled, self._scores(*filled, spread)
        return self._looked[1:]

    def _scores(self, count: float, expected: float, posts: float, spread: float) -> list[float]:
        known = self._state.scores
        if not count and not any(known):  # a quiet bin of a quiet brand, as most are
            return known
        scores = [score + gain(count, expected, posts, spread) for score, gain in zip(known, self.gains, strict=True)]
        return [max(0.0, score) for score in scores]

    def _heights(self, doubt: float, filled: _Bin, scores: list[float]) -> list[float]:
        """Give the sums, none higher than its whole run allows where the expectation may be wrong all along."""
        state, heights = self._state, scores
        if doubt < UNHEARD:
            return scores
        for index, (score, levels) in enumerate(zip(scores, self._returns, strict=True)):
            if score > levels.middle:  # lower ones tell nothing anyway
                count, expected = state.observed[index] + filled[0], state.expected[index] + filled[1]
                most = self.gains[index](count, expected, state.posts[index] + filled[2], doubt)
                if most < score:
                    heights = scores.copy() if heights is scores else heights
                    heights[index] = max(most, levels.middle)
        return heights

    def _note(self, time: float, heights: list[float]) -> None:
        """Take the heights of a bucket into the maxima of its block; a block is part of the past when it is a day old.

        Else the beginning of a crisis would be what is ordinary at its end.
        """
        state, block = self._state, int(time // self.block_seconds)
        if block != state.block:
            if state.block >= 0:
                state.waiting.append(state.highest)
                self._age()
            state.block, state.highest = block, list(heights)
        elif any(heights):
            state.highest = list(map(max, state.highest, heights))

    def _age(self) -> None:
        state = self._state
        while len(state.waiting) > DAY_SECONDS / self.block_seconds:
            for levels, highest in zip(self._returns, state.waiting.pop(0), strict=True):
                levels.add(highest)
            state.maxima = [levels.maxima for levels in self._returns]

    def _settle(self, index: int, score: float, filled: _Bin, begin: float) -> None:
        state = self._state
        if score <= 0.0:
            state.scores[index] = state.observed[index] = state.expected[index] = state.posts[index] = 0.0
            return
        if state.scores[index] <= 0.0:
            state.since[index] = begin
        state.scores[index] = min(score, self._returns[index].level(HIGHEST_SURPRISE))
        state.observed[index] += filled[0]
        state.expected[index] += filled[1]
        state.posts[index] += filled[2]

    def _begin(self, time: float) -> float:
        """Give the start of the bin that holds a bucket."""
        return time // self.bin_seconds * self.bin_seconds


def count_gain(size: float) -> Gain:
    """Give the log-likelihood ratio of negative binomial counts `size` times as large against ordinary ones.

    Both have the same dispersion (the spread): the variance is ``mean + spread * mean**2``.

    References
    ----------
    Hoehle, Paul (2008), Count data regression charts, Computational Statistics & Data Analysis 52(9).

    Examples
    --------
    >>> gain = count_gain(3.0)
    >>> gain(10, 10, 10, 0.1) < 0 < gain(30, 10, 30, 0.1)
    True
    """
    return partial(_count_ratio, size, math.log(size))


def _count_ratio(size: float, factor: float, count: float, expected: float, _: float, spread: float) -> float:
    shape = 1.0 / spread
    return count * factor - (count + shape) * math.log((shape + size * expected) / (shape + expected))


class ShareGain:
    """Log-likelihood ratio of a share with `odds` times the ordinary odds, which may be set anew.

    The posts of a bin are alike within clumps with correlation `spread`: the ratio is divided by the design effect.

    Examples
    --------
    >>> gain = ShareGain(4.0)
    >>> gain(2, 2.0, 10, 0.02) < 0 < gain(8, 2.0, 10, 0.02)
    True
    """

    def __init__(self, odds: float) -> None:
        self.aim(odds)

    def aim(self, odds: float) -> None:
        """Look for such a rise of the odds from now on."""
        self.odds, self._factor = odds, math.log(odds)

    def __call__(self, count: float, expected: float, posts: float, spread: float) -> float:
        """Give the ratio of one bin."""
        return _share_ratio(self.odds, self._factor, count, expected, posts, spread)


def _share_ratio(odds: float, factor: float, count: float, expected: float, posts: float, spread: float) -> float:
    if posts <= 0.0 or expected <= 0.0:
        return 0.0
    ratio = count * factor - posts * math.log1p(expected / posts * (odds - 1.0))
    return ratio / (1.0 + max(0.0, posts - 1.0) * spread)
