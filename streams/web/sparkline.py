"""The last day of a brand as the points of two lines: small enough to draw a thousand of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from streams.core.traces import BINS, Counts, Traces
from streams.web.lastday import last_day

HEIGHT = 24
FEWEST = 4.0  # voices in a quarter of an hour that fill the height at least: a single post is no peak


class Sparkline(NamedTuple):
    """What was seen and expected, as the ``points`` of SVG polylines, and the numbers of the last hour.

    Parameters
    ----------
    seen, expected
        Points; empty where nothing was counted.
    voices, usual
        Of the last hour.
    """

    seen: str
    expected: str
    voices: float
    usual: float


def sparkline(traces: Traces, brand: str, end: float) -> Sparkline:
    """Draw the last day of a brand until a time, epoch seconds.

    Examples
    --------
    >>> traces = Traces()
    >>> traces.add("orlen", 1_767_369_600, voices=8.0, expected=4.0)
    >>> line = sparkline(traces, "orlen", 1_767_370_500)
    >>> line.seen[-10:], line.expected[-5:], line.voices, line.usual
    ('94,24 95,0', '95,12', 8.0, 4.0)
    """
    day = last_day(traces, brand, end)
    if not day.known:
        return Sparkline("", "", day.hour, day.usual_hour)
    top = max(FEWEST, float(day.voices.max()), float(day.expected.max()))
    return Sparkline(_points(day.voices, top), _points(day.expected, top), day.hour, day.usual_hour)


def _points(values: Counts, top: float) -> str:
    heights = np.rint(HEIGHT * (1.0 - values / top)).astype(int).tolist()
    return " ".join(f"{at},{height}" for at, height in enumerate(heights, start=BINS - len(heights)))
