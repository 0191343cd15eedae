"""The last day of a brand in quarters of an hour, up to the minute: the last one is told as what it comes to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.traces import BIN_SECONDS, Counts, Traces
from streams.web.board import Board

LEAST = 0.2  # of a quarter of an hour, before which it says nothing yet
AN_HOUR = 3_600 // BIN_SECONDS


class LastDay(NamedTuple):
    """Voices beside what was expected of them.

    Parameters
    ----------
    edges
        Of the quarters, epoch seconds, one more than there are quarters; the last one may be shorter.
    voices, expected
        In each, the last one as what it comes to at its pace.
    hour, usual_hour
        Voices of the last hour, and what was expected of it.
    """

    edges: NDArray[np.float64]
    voices: Counts
    expected: Counts
    hour: float
    usual_hour: float

    @property
    def known(self) -> bool:
        """Whether anything was counted."""
        return bool(self.voices.any() or self.expected.any())


def counted_until(board: Board, now: float) -> float:
    """Say until when counts are there, epoch seconds: to the newest bucket, or to now where that is long ago."""
    end = board.newest + board.settings.detection.bucket_seconds
    return end if now - BIN_SECONDS < end <= now else now // 60 * 60


def last_day(traces: Traces, brand: str, end: float) -> LastDay:
    """Give the last day of a brand until a time, epoch seconds.

    Examples
    --------
    >>> traces = Traces()
    >>> for minute in range(20):
    ...     traces.add("orlen", 1_767_369_600 + 60 * minute, voices=2.0, expected=1.0)
    >>> day = last_day(traces, "orlen", 1_767_369_600 + 20 * 60)
    >>> day.voices[-2:].tolist(), day.hour, day.usual_hour, float(day.edges[-1] - day.edges[-2])
    ([30.0, 30.0], 40.0, 20.0, 300.0)
    """
    trace = traces.of(brand, end)
    part = (end - (trace.end - BIN_SECONDS)) / BIN_SECONDS
    rows = np.stack([trace.voices, trace.expected])
    so_far, before = rows[:, -1], rows[:, -AN_HOUR:-1].sum(axis=1)
    hour = so_far + before + (1.0 - part) * rows[:, -AN_HOUR - 1]
    edges = trace.end - BIN_SECONDS * np.arange(rows.shape[1], -1.0, -1.0)
    if part < LEAST:
        rows, edges = rows[:, :-1], edges[:-1]
    else:
        rows[:, -1] /= part
        edges[-1] = end
    return LastDay(edges, rows[0], rows[1], float(hour[0]), float(hour[1]))
