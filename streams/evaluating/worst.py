"""The gravest errors of a model, each with its reasons as they were when it erred."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

import msgspec

from detectors.sentiment.reasons import Reasons
from streams.evaluating.rows import Labelled

MOST = 10


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """A post that was judged wrongly.

    Parameters
    ----------
    place
        Where it stands, ``file:line``.
    negative
        What people say of it.
    told
        Probability of being negative that the model gave to it.
    reasons
        Why.
    """

    place: str
    negative: bool
    told: float
    reasons: Reasons


class Worst:
    """Keeps the gravest errors.

    Parameters
    ----------
    threshold
        Probability from which a post counts as negative.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._heap: list[tuple[float, int, Wrong]] = []
        self._count = count(0, -1)  # of equally grave ones the first

    def take(self, row: Labelled, lang: str, told: float, explain: Callable[[str, str], Reasons]) -> None:
        """Take a judged post in; it is explained only if it is among the worst so far."""
        gravity = abs(told - row.negative)
        if (told >= self._threshold) == row.negative:
            return
        if len(self._heap) == MOST and gravity <= self._heap[0][0]:
            return
        wrong = Wrong(place=row.place, negative=row.negative, told=round(told, 4), reasons=explain(row.text, lang))
        if len(self._heap) == MOST:
            heapq.heapreplace(self._heap, (gravity, next(self._count), wrong))
        else:
            heapq.heappush(self._heap, (gravity, next(self._count), wrong))

    @property
    def found(self) -> list[Wrong]:
        """The gravest errors, the worst first."""
        return [wrong for _, _, wrong in sorted(self._heap, key=lambda one: one[:2], reverse=True)]
