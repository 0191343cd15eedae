"""After a crisis: how high it stood, how fast it goes down, and whether it is over."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from scipy.stats import chi2

from detectors.counts import binomial_surprise, negative_binomial_surprise
from detectors.recovery import Floats, decay
from detectors.tone import CORRELATION

HOUR_SECONDS = 3_600.0
CALM_SECONDS = (
    3 * HOUR_SECONDS
)  # of the ordinary, by day, and it is over: an hour may be a pause, a night proves little
SPREAD = 0.5  # relative variance of an ordinary hour, the most that levels are believed to drift
UNUSUAL = 1.3  # -log10 of the tail probability from which what is seen is not ordinary (one in twenty)
LEFT = 0.1  # part of the peak below which a rest may be left unseen
BINS = 24  # into which the time since the peak is cut
LEAST_BIN = 300.0
BOTH_ENDS = 0.025

State = Literal["recovered", "recovering", "not recovering", "too early"]


class Tide(NamedTuple):
    """What was counted of a brand, bucket after bucket, as columns; 0 where nothing was said.

    Attributes
    ----------
    begin, seconds
        Where the first bucket begins, epoch seconds, and how long each is.
    voices, negatives
        Independent posts, and the negative ones.
    expected
        Voices that were expected.
    """

    begin: float
    seconds: float
    voices: Floats
    negatives: Floats
    expected: Floats

    @property
    def end(self) -> float:
        """Where the last bucket ends, epoch seconds."""
        return self.begin + self.seconds * len(self.voices)


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """Where a crisis stands at the end of what was counted.

    Parameters
    ----------
    state
        ``recovered``: back within the ordinary for three hours, of which enough is known to say so; ``recovering``: it
        goes down; ``not recovering``: it does not; ``too early``: neither can be said.
    at
        Until when it was counted, epoch seconds.
    share, usual_share
        Part of the voices of the last hour that were negative (None where nobody spoke), and the ordinary part.
    peak, peak_at
        Most negatives beyond the expected within an hour, and the end of that hour, epoch seconds.
    excess
        Negatives beyond the expected in the last hour.
    half_life, half_life_lower, half_life_upper
        Hours in which the excess halves, with its interval of 95 %. None where it does not fall, or nobody can say;
        the upper end is None where it may be without end.
    calm_since
        Since when no hour was out of the ordinary, epoch seconds; None where the last one is.
    """

    state: State
    at: float
    share: float | None
    usual_share: float
    peak: float
    peak_at: float
    excess: float
    half_life: float | None = None
    half_life_lower: float | None = None
    half_life_upper: float | None = None
    calm_since: float | None = None


def recovery(tide: Tide, onset: float, usual_share: float) -> Recovery:
    """Say how a crisis recovers.

    Parameters
    ----------
    tide
        From the onset, or better an hour earlier, until now. For a surge without anger give the voices for the
        negatives too, and 1 for the share.
    onset
        When the crisis began, epoch seconds.
    usual_share
        Ordinary part of the voices that is negative, as the events of the crisis tell it (``negativity.expected``).

    Raises
    ------
    ValueError
        Nothing was counted since the onset.

    Examples
    --------
    A day of two voices a minute, a quarter of them negative; then an outcry that halves every two hours:

    >>> minutes = np.arange(3 * 1440.0)
    >>> outcry = np.where(minutes < 1440, 0.0, 8.0 * 0.5 ** ((minutes - 1440) / 120))
    >>> tide = Tide(0.0, 60.0, 2.0 + outcry, 0.5 + outcry, np.full(len(minutes), 2.0))
    >>> told = recovery(tide, 86_400.0, 0.25)
    >>> told.state, round(told.peak), round(told.half_life, 1)
    ('recovered', 407, 2.0)
    """
    first = max(0, int((onset - tide.begin) // tide.seconds))
    negatives = tide.negatives[first:]
    expected = tide.expected[first:] * usual_share
    if not len(negatives):
        raise ValueError("nothing was counted since the onset")
    begin, wide = tide.begin + first * tide.seconds, max(1, round(HOUR_SECONDS / tide.seconds))
    beyond = _rolling(tide.negatives - tide.expected * usual_share, wide)[first:]  # an hour may begin before the onset
    hours = beyond * HOUR_SECONDS / (wide * tide.seconds)
    top = int(np.argmax(hours))
    peak, last = float(hours[top]), slice(max(0, len(tide.negatives) - wide), None)
    said = float(tide.voices[last].sum())
    since = _calm_since(negatives, expected, wide, begin, tide.seconds)
    fall = _fall(negatives[top + 1 :], expected[top + 1 :], tide.seconds)
    state = fall[0]
    if since is not None and _was_long(tide, since) and _is_over(tide, len(negatives), peak, usual_share):
        state = "recovered"
    return Recovery(
        state=state,
        at=tide.end,
        share=round(float(tide.negatives[last].sum()) / said, 4) if said else None,
        usual_share=usual_share,
        peak=round(peak, 2),
        peak_at=begin + (top + 1) * tide.seconds,
        excess=round(float(hours[-1]), 2),
        half_life=fall[1],
        half_life_lower=fall[2],
        half_life_upper=fall[3],
        calm_since=since,
    )


def _fall(counts: Floats, expected: Floats, seconds: float) -> tuple[State, float | None, float | None, float | None]:
    """Say whether what came after the peak falls, and with which half-life."""
    least = max(1, math.ceil(LEAST_BIN / seconds))
    wide = min(max(least, len(counts) // BINS), max(least, round(HOUR_SECONDS / seconds)))
    bins = len(counts) // wide
    if not bins:
        return "too early", None, None, None
    counts, expected = (
        column[-bins * wide :].reshape(bins, wide).sum(axis=1).astype(np.float64) for column in (counts, expected)
    )
    found = decay(counts, expected, wide * seconds / HOUR_SECONDS)
    if found.course == "too early":
        return "too early", None, None, None
    if found.course == "not decaying":
        return "not recovering", None, None, None
    return "recovering", _told(found.half_life), _told(found.lower), _told(found.upper)


def _was_long(tide: Tide, since: float) -> bool:
    """Whether it has been calm for so many hours, and while so many are ordinarily heard as in those of any day."""
    first = round((since - tide.begin) / tide.seconds)
    usual = float(tide.expected.mean()) * CALM_SECONDS / tide.seconds
    return tide.end - since >= CALM_SECONDS and float(tide.expected[first:].sum()) >= usual * (1.0 - 1e-9)


def _is_over(tide: Tide, known: int, peak: float, usual_share: float) -> bool:
    """Whether the last hours are ordinary in number and tone, and say enough for that to mean something."""
    last = slice(max(len(tide.voices) - known, len(tide.voices) - round(CALM_SECONDS / tide.seconds)), None)
    voices, negatives, usual = (float(column[last].sum()) for column in (tide.voices, tide.negatives, tide.expected))
    expected, hours = usual * usual_share, len(tide.voices[last]) * tide.seconds / HOUR_SECONDS
    design = 1.0 + max(0.0, voices - 1.0) * CORRELATION
    unusual = max(
        negative_binomial_surprise(voices, usual, SPREAD),
        negative_binomial_surprise(negatives, expected, SPREAD),
        binomial_surprise(negatives, voices, usual_share, design) if usual_share < 1.0 else 0.0,
    )
    most = float(chi2.ppf(1.0 - BOTH_ENDS, 2.0 * (negatives + 1.0))) / 2.0
    return unusual < UNUSUAL and most - expected <= max(expected, LEFT * peak * hours)


def _calm_since(negatives: Floats, expected: Floats, wide: int, begin: float, seconds: float) -> float | None:
    """Walk back hour by hour, as long as they are ordinary."""
    end = len(negatives)
    while end >= wide:
        hour = slice(end - wide, end)
        if negative_binomial_surprise(float(negatives[hour].sum()), float(expected[hour].sum()), SPREAD) >= UNUSUAL:
            break
        end -= wide
    return begin + end * seconds if end < len(negatives) else None


def _rolling(values: Floats, wide: int) -> Floats:
    """Sum the last values at each place."""
    total = np.cumsum(np.concatenate(([0.0], values)))
    ends = np.arange(1, len(values) + 1)
    return np.asarray(total[ends] - total[np.maximum(ends - wide, 0)])


def _told(hours: float) -> float | None:
    return round(hours, 2) if math.isfinite(hours) else None
