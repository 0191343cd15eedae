"""How many people the angry voices of the last hour could reach, measured by what the brand is used to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from detectors.windows import RollingSum, WindowState

HOUR_SECONDS = 3_600


class Reached(NamedTuple):
    """How many people could have seen one voice, and whether it was negative."""

    people: int
    negative: bool


class ReachState(msgspec.Struct):
    """What is known of the ordinary reach, in a form that can be encoded: its mean over so many voices."""

    mean: float
    voices: float
    recent: WindowState


class Reach:
    """Weigh negative voices in voices of ordinary reach.

    Reach is what a source says of itself, and heavy-tailed. So it is compared as a ratio, one voice counts for no more
    than `MOST` ordinary ones, and a voice of which nothing is known counts for none, which takes nothing from others.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.

    Examples
    --------
    >>> reach = Reach(60)
    >>> for _ in range(100):
    ...     reach.take([Reached(200, False)], learn=True)
    >>> reach.look([Reached(200, True), Reached(2_000, True), Reached(2_000, False)])
    11.0
    >>> reach.look([Reached(10**9, True)])
    30.0
    """

    MOST = 30.0
    HALF_LIFE_VOICES = 5_000.0
    KNOWN_VOICES = 50.0  # before so many were heard, nobody knows what is ordinary

    def __init__(self, bucket_seconds: int) -> None:
        self._recent = RollingSum(max(1, HOUR_SECONDS // bucket_seconds))
        self.restore(ReachState(0.0, 0.0, self._recent.state))

    def look(self, reached: Sequence[Reached]) -> float:
        """Give what the negative voices of the last hour and of this bucket are worth, in ordinary voices."""
        return max(0.0, self._recent.state.sum) + self._worth(reached)

    def take(self, reached: Sequence[Reached], *, learn: bool) -> None:
        """Move on by a bucket, and learn from it what is ordinary or not."""
        self._recent.push(self._worth(reached))
        state = self.state
        if not learn:
            return
        for people, _ in reached:
            known = state.voices >= self.KNOWN_VOICES
            state.voices = state.voices * 0.5 ** (1.0 / self.HALF_LIFE_VOICES) + 1.0
            state.mean += ((min(people, self.MOST * state.mean) if known else people) - state.mean) / state.voices

    def restore(self, state: ReachState) -> None:
        """Go on from the state of another."""
        self.state = state
        self._recent.state = state.recent

    def _worth(self, reached: Sequence[Reached]) -> float:
        state = self.state
        if state.voices < self.KNOWN_VOICES or not state.mean:
            return 0.0
        return sum(min(self.MOST, people / state.mean) for people, negative in reached if negative)
