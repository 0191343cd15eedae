"""Cumulative sums of log-likelihood ratios: the fastest way to see a lasting change, for any of several sizes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from detectors.gains import Gains
from detectors.level import Drift
from detectors.returns import BLOCK_SECONDS, DAY_SECONDS, LN10, ReturnLevels

HIGHEST_SURPRISE = 9.0  # log10 of days at which a sum stops growing, so that it can fall again when all is over
ALIKE = math.log10(2.5)  # how many independent tests the sums for several sizes are worth, by simulation


_Bin = tuple[float, float, float]
_EMPTY: _Bin = 0.0, 0.0, 0.0


RIPE_BINS = 14  # so many bins, and a day at least, must have passed before a maximum counts as the past
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
    drift
        How far all bins of a run may be off together; where it is not given, nothing is known of that.
    """

    number: float
    expected: float
    posts: float
    spread: float
    doubt: float
    drift: Drift | None = None


class Excess(NamedTuple):
    """What a cumulative sum has seen since it left zero; `since` is the start of that time, epoch seconds."""

    surprise: float
    since: float
    observed: float
    expected: float
    posts: float


class _Look(NamedTuple):
    bucket: Bucket
    filled: _Bin
    scores: list[float]
    heights: list[float]


class CusumState(msgspec.Struct):
    """Sums of one bin width, one for each size of change, in a form that can be encoded.

    `bin` holds count, expected count and posts of the bin that is not over yet; `peak` are the highest sums of what
    nothing is learned from, or empty where there is none; `block` is the number of the block of
    which `highest` are the maxima so far, `waiting` are those of the last blocks, and `maxima` those of the
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
    peak: list[float] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, sizes: int) -> CusumState:
        """Make that of a sum that has seen nothing."""
        scores, since, observed, expected, posts, highest = ([0.0] * sizes for _ in range(6))
        return cls(_EMPTY, scores, since, observed, expected, posts, highest, [b""] * sizes, [])


class Cusum:
    """Page's cumulative sum over bins of one width, in parallel for several sizes of change.

    A bin that is not over yet counts provisionally, so that nothing waits for its end. Each sum has its own return
    levels, and the surprise is that of the clearest, corrected for their number. A return period beyond all that is
    remembered is extrapolated from bins as if each were off for itself; it is believed no further than the run as a
    whole speaks against an expectation that drifts.

    Parameters
    ----------
    bin_seconds, bucket_seconds
        Width of a bin, and of the buckets that fill it.
    gains
        Log-likelihood ratios of a bin, one for each size of change.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41(1/2).
    Lorden (1971), Procedures for reacting to a change in distribution, Annals of Mathematical Statistics 42(6).

    Examples
    --------
    >>> from detectors.gains import CountGains
    >>> cusum = Cusum(60, 60, CountGains([2.0, 8.0]))
    >>> for minute, count in enumerate((5, 4, 30)):
    ...     _ = cusum.push(minute * 60.0, Bucket(count, 5.0, count, 0.1, 0.01))
    >>> excess = cusum.excess(180.0, Bucket(33.0, 5.0, 33.0, 0.1, 0.01))
    >>> excess.since, excess.observed, excess.expected
    (120.0, 63.0, 10.0)
    """

    def __init__(self, bin_seconds: int, bucket_seconds: int, gains: Gains) -> None:
        self.bin_seconds = max(bin_seconds, bucket_seconds)
        self.bucket_seconds = bucket_seconds
        self.gains = gains
        self.block_seconds = max(BLOCK_SECONDS, self.bin_seconds)
        self._unripe = int(max(DAY_SECONDS, RIPE_BINS * self.bin_seconds) / self.block_seconds)  # blocks
        floor = max(1.0, math.log(self.block_seconds / self.bin_seconds) - 1.5)  # as simulated quiet counts have it
        self._returns = [ReturnLevels(floor, self.block_seconds) for _ in range(len(gains))]
        self._remembered = self._returns[0].memory
        self.restore(CusumState.of(len(gains)))

    def dump(self) -> CusumState:
        """Give the state; it is live."""
        return self._state

    def restore(self, state: CusumState) -> None:
        """Go on from a state."""
        self._state = state
        self._looked: _Look | None = None  # at one bucket, asked for twice
        for levels, maxima in zip(self._returns, state.maxima, strict=True):
            levels.restore(maxima)

    def excess(self, time: float, bucket: Bucket) -> Excess:
        """Look at the bucket at `time`, changing nothing."""
        filled, scores, heights = self._look(bucket)
        if not any(scores):  # as it is nearly always where little is said
            return Excess(self._returns[0].least - ALIKE, self._begin(time), *filled)
        surprises = [levels.surprise(height) for levels, height in zip(self._returns, heights, strict=True)]
        best = max(surprises)
        if best - ALIKE > self._remembered and bucket.drift:
            surprises = [self._believe(index, one, time, filled, bucket.drift) for index, one in enumerate(surprises)]
            best = max(surprises)
        at = surprises.index(best)
        return Excess(best - ALIKE, self._since(at, time), *self._run(at, filled))

    def push(self, time: float, bucket: Bucket, *, learn: bool = True) -> _Bin | None:
        """Take the bucket at `time` in; return count, expected count and posts of the bin that it ends, if it does.

        Parameters
        ----------
        learn
            Whether the scores tell how high they are in ordinary times.
        """
        filled, scores, heights = self._look(bucket)
        state, self._looked = self._state, None
        if learn:
            self._note(time, heights)
        elif any(heights):
            state.peak = list(map(max, state.peak, heights)) if state.peak else list(heights)
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
        for index in range(len(self._returns)):
            self._settle(index, 0.0, _EMPTY, 0.0)
        self._state.bin = _EMPTY
        self._looked = None

    def take_peak(self) -> list[float]:
        """Give how high the sums were in the crisis that is over, one for each size, and forget it."""
        peak, self._state.peak = self._state.peak or [0.0] * len(self._returns), []
        return peak

    def excuse(self, peaks: Sequence[Sequence[float]]) -> None:
        """Let what the sums were at in these crises, and in no others, count as ordinary: they were none."""
        for levels, *heights in zip(self._returns, *peaks, strict=True):
            levels.excuse(heights)

    def _look(self, bucket: Bucket) -> tuple[_Bin, list[float], list[float]]:
        """Give the bin as the bucket fills it, and the sums and heights as they would stand if it ended now."""
        if self._looked is None or (self._looked.bucket is not bucket and self._looked.bucket != bucket):
            known, (count, expected, posts, spread, doubt, _) = self._state.bin, bucket
            filled = known[0] + count, known[1] + expected, known[2] + posts
            scores = self._scores(filled, spread)
            self._looked = _Look(bucket, filled, scores, self._heights(doubt, filled, scores))
        return self._looked[1:]

    def _scores(self, filled: _Bin, spread: float) -> list[float]:
        known = self._state.scores
        if not filled[0] and not any(known):  # a quiet bin of a quiet brand, as most are
            return known
        gains = self.gains(*filled, spread)
        return [score if (score := one + gain) > 0.0 else 0.0 for one, gain in zip(known, gains, strict=True)]

    def _heights(self, doubt: float, filled: _Bin, scores: list[float]) -> list[float]:
        """Give the sums, none higher than its whole run allows where the expectation may be wrong all along."""
        heights = scores
        if doubt < UNHEARD:
            return scores
        for index, (score, levels) in enumerate(zip(scores, self._returns, strict=True)):
            if score > levels.middle:  # lower ones tell nothing anyway
                most = self.gains(*self._run(index, filled), doubt)[index]
                if most < score:
                    heights = scores.copy() if heights is scores else heights
                    heights[index] = max(most, levels.middle)
        return heights

    def _believe(self, index: int, surprise: float, time: float, filled: _Bin, drift: Drift) -> float:
        """Give a surprise as far as the whole run bears it out, if its level drifts like that of the whole stream."""
        if surprise - ALIKE <= self._remembered:
            return surprise
        hours = (time + self.bucket_seconds - self._since(index, time)) / 3_600.0
        evidence = self.gains.evidence(*self._run(index, filled), drift.after(hours))
        most = math.log10(self.block_seconds / DAY_SECONDS) + evidence / LN10
        return min(surprise, max(self._remembered, most) + ALIKE)

    def _note(self, time: float, heights: list[float]) -> None:
        """Take the heights of a bucket into the maxima of its block; a block is part of the past when it is old enough.

        Else the beginning of a crisis would be what is ordinary at its end: of one of hours a day later, of one that
        smoulders for days after a fortnight.
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
        while len(state.waiting) > self._unripe:
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

    def _run(self, index: int, filled: _Bin) -> _Bin:
        """Give count, expected count and posts since a sum left zero, those of the running bin included."""
        state = self._state
        return state.observed[index] + filled[0], state.expected[index] + filled[1], state.posts[index] + filled[2]

    def _since(self, index: int, time: float) -> float:
        """Give the moment when a sum left zero; if it has not yet, that would be the start of the running bin."""
        return self._state.since[index] if self._state.scores[index] > 0.0 else self._begin(time)

    def _begin(self, time: float) -> float:
        """Give the start of the bin that holds a bucket."""
        return time // self.bin_seconds * self.bin_seconds
