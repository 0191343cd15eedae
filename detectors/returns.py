"""Return periods: how seldom a score is so high, by the stream's own past maxima."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

BLOCK_SECONDS = 21_600  # maxima are taken of so long a time: much longer than most of what disturbs a quiet stream
MOST_HEIGHT = 60_000.0  # half precision ends there; three digits of it are more than a maximum is good for
REMEMBERED = 112  # blocks: four weeks
DAY_SECONDS = 86_400.0
LN10 = math.log(10.0)
MOST_SURPRISE = 300.0  # a return period of ten to the 300th days, beyond which nothing is told apart


class Tail(NamedTuple):
    """The predictive tail of an exponential whose scale was estimated (a Lomax distribution).

    At `anchor` the return period is ``10**days`` days, and every `scale` above it is about e times that; less so the
    smaller `shape`, the number of excesses that are known.
    """

    anchor: float
    scale: float
    shape: float
    days: float

    def surprise(self, score: float) -> float:
        """Give log10 of the return period of a score, days."""
        excess = (score - self.anchor) / self.scale
        return self.days + (self.shape * math.log1p(excess / self.shape) if excess > 0.0 else excess) / LN10

    def level(self, surprise: float) -> float:
        """Give the score with that return period."""
        excess = LN10 * (surprise - self.days)
        return self.anchor + self.scale * (self.shape * math.expm1(excess / self.shape) if excess > 0.0 else excess)


class Fit(NamedTuple):
    """Tails, and the line that stands for them below the first."""

    tails: tuple[Tail, ...]
    middle: float
    least: float
    slope: float


class ReturnLevels:
    """Give a score its return period, in days, by the tail of the stream's own block maxima.

    Scores of neighbouring minutes are alike, counts are discrete, and no model of ordinary talk is right: the maxima
    of blocks of hours, one of each, know all that. Above a quantile the excesses are taken to be exponential, which is
    what the maxima of a CUSUM of log-likelihood ratios are (with scale one, where the model of the counts is right).
    That is done above the median, which is well known, and above the upper fifth, which knows more of the tail; the
    more cautious of the two speaks.
    The highest tenth is censored: of it counts that it was high, not how high, so that past crises do not hide the
    next one; what people called harmless is given apart, and counts as high as it was. A prior stands in while there
    are few blocks. A scale above one is what the model of the counts does not explain, and what follows no model has no
    exponential tail: to that part the tail is taken to be heavy.

    Parameters
    ----------
    floor
        Median of the maxima believed before any was seen.
    block_seconds
        Length of a block.

    Attributes
    ----------
    maxima
        Of the last blocks, oldest first, in half precision: all that there is to keep.
    harmless
        Maxima of times that looked like a crisis and were none, in half precision.

    References
    ----------
    Coles (2001), An Introduction to Statistical Modeling of Extreme Values, chapters 3 and 4.
    Epstein, Sobel (1953), Life testing, JASA 48(263): the exponential scale under type-II censoring.
    Siegmund (1985), Sequential Analysis, chapter 2: the exponential tail of a CUSUM.

    Examples
    --------
    >>> levels = ReturnLevels(floor=2.0)
    >>> round(levels.surprise(2.0), 1), round(levels.surprise(12.0), 1)  # log10 of days
    (-0.4, 2.0)
    >>> levels.excuse([20.0])
    >>> levels.surprise(12.0) < 2.0
    True
    """

    ANCHORS = (0.5, 0.2)  # above the median and above the upper fifth
    PRIOR_SCALE = 1.2
    PRIOR_BLOCKS = 8.0
    CENSORED = 0.1
    HEAVY = 0.25  # shape of a tail of which nothing is explained: the counts of real streams in their quiet times

    def __init__(self, floor: float, block_seconds: int = BLOCK_SECONDS) -> None:
        self.floor = floor
        self.block_seconds = block_seconds
        self.memory = math.log10(REMEMBERED * block_seconds / DAY_SECONDS)  # return period of what is seen once in it
        self.harmless = b""
        self.restore(b"")

    def restore(self, maxima: bytes) -> None:
        """Go on from the maxima of another."""
        self.maxima = maxima
        self._fit: Fit | None = None

    def add(self, highest: float) -> None:
        """Take the maximum of a block that is over, as that of a level seen once in all that is remembered at most."""
        known = struct.pack("<e", min(highest, self.level(self.memory), MOST_HEIGHT))
        self.restore((self.maxima + known)[-2 * REMEMBERED :])

    def excuse(self, heights: Sequence[float]) -> None:
        """Let these maxima, and no others beside those of blocks, count as high as they were."""
        self.harmless = struct.pack(f"<{len(heights)}e", *(min(one, MOST_HEIGHT) for one in heights))
        self._fit = None

    @property
    def middle(self) -> float:
        """The score below which none of the tails begins."""
        return (self._fit or self._fitted()).middle

    @property
    def least(self) -> float:
        """The surprise of a score of zero."""
        return (self._fit or self._fitted()).least

    def surprise(self, score: float) -> float:
        """Give log10 of the return period of a score, days; negative below a day, and without an upper bound."""
        tails, middle, least, slope = self._fit or self._fitted()
        if score <= middle:  # as it is nearly always
            return least + score * slope
        return min(tail.surprise(score) for tail in tails)

    def level(self, surprise: float) -> float:
        """Give the score with that return period (log10 of days)."""
        return max(tail.level(surprise) for tail in (self._fit or self._fitted()).tails)

    def _fitted(self) -> Fit:
        """Fit once it is asked for: many brands are only kept, and most blocks pass without a question."""
        self._fit = _fit(self.maxima, self.harmless, self.floor, self.block_seconds)
        return self._fit


@lru_cache(maxsize=4_096)  # quiet brands have maxima alike
def _fit(packed: bytes, harmless: bytes, floor: float, block_seconds: int) -> Fit:
    ordinary, excused = (sorted(struct.unpack(f"<{len(one) // 2}e", one)) for one in (packed, harmless))
    tails = tuple(_tail(ordinary, excused, share, floor, block_seconds) for share in ReturnLevels.ANCHORS)
    middle, scale, _, days = tails[0]
    slope = 1.0 / (scale * LN10)
    return Fit(tails, middle, days - middle * slope, slope)


def _tail(ordinary: list[float], excused: list[float], share: float, floor: float, block_seconds: int) -> Tail:
    """Fit the excesses over the quantile that `share` of the maxima is above, leaning on the prior."""
    maxima = sorted([*ordinary, *excused]) if excused else ordinary
    prior, usual = ReturnLevels.PRIOR_BLOCKS, ReturnLevels.PRIOR_SCALE
    believed = floor + usual * math.log(math.log(0.5) / math.log1p(-share))
    above = round(share * len(maxima))
    anchor = maxima[-above - 1] if above < len(maxima) else believed
    excesses = [one - anchor for one in ordinary if one > anchor] if above else []
    exact = [one - anchor for one in excused if one > anchor]
    censored = math.ceil(ReturnLevels.CENSORED * len(excesses)) if len(excesses) > 1 else 0
    known = excesses[: len(excesses) - censored]
    total = sum(known) + censored * (known[-1] if known else 0.0) + sum(exact)
    count = len(known) + len(exact)
    scale = max(usual, total / count) if count else usual
    blend = (anchor * len(maxima) + believed * prior) / (len(maxima) + prior)
    return Tail(
        anchor=max(anchor, blend),
        scale=(total + prior * scale) / (count + prior),
        shape=1.0 / (1.0 / (count + prior) + ReturnLevels.HEAVY * (1.0 - usual / scale)),
        days=math.log10(block_seconds / DAY_SECONDS) - math.log10(-math.log1p(-share)),
    )


def average(surprises: Sequence[float]) -> float:
    """Give log10 of the mean of return periods, given log10 of each: what holds however they depend on each other.

    References
    ----------
    Vovk, Wang (2021), E-values: calibration, combination and applications, Annals of Statistics 49(3).

    Examples
    --------
    >>> round(average([3.0, 1.0]), 2)
    2.7
    """
    most = max(surprises)
    return most + math.log10(sum([10.0 ** (surprise - most) for surprise in surprises]) / len(surprises))
