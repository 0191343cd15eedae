"""The last day of a brand as the points of two lines: small enough to draw a thousand of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from streams.core.traces import BIN_SECONDS, Counts, Trace, Traces

HEIGHT = 24
FEWEST = 4.0  # voices in a bin that fill the height at least: a single post is no peak
AN_HOUR = 3_600 // BIN_SECONDS


class Sparkline(NamedTuple):
    """What was seen and expected, as the ``points`` of SVG polylines, and the numbers of the last hour.

    Parameters
    ----------
    seen, expected
        Points; empty where nothing was counted.
    voices, usual
        Of the last full hour.
    end
        Where it ends, epoch seconds.
    """

    seen: str
    expected: str
    voices: float
    usual: float
    end: int


def sparkline(traces: Traces, brand: str, now: float) -> Sparkline:
    """Draw the last full day of a brand: the bin that is still being filled would look like a fall.

    Examples
    --------
    >>> traces = Traces()
    >>> traces.add("orlen", 1_767_369_600, voices=8.0, expected=4.0)
    >>> line = sparkline(traces, "orlen", 1_767_370_500)
    >>> line.seen[-10:], line.expected[-5:], line.voices, line.usual
    ('94,24 95,0', '95,12', 8.0, 4.0)
    """
    trace = traces.of(brand, now // BIN_SECONDS * BIN_SECONDS)
    hour = float(trace.voices[-AN_HOUR:].sum()), float(trace.expected[-AN_HOUR:].sum())
    if not trace.voices.any() and not trace.expected.any():
        return Sparkline("", "", *hour, trace.end)
    top = max(FEWEST, float(trace.voices.max()), float(trace.expected.max()))
    return Sparkline(_points(trace.voices, top), _points(trace.expected, top), *hour, trace.end)


def _points(values: Counts, top: float) -> str:
    heights = np.rint(HEIGHT * (1.0 - values / top)).astype(int).tolist()
    return " ".join(f"{at},{height}" for at, height in enumerate(heights))


def day_of(traces: Traces, brand: str, now: float) -> Trace:
    """Give the last full day of a brand."""
    return traces.of(brand, now // BIN_SECONDS * BIN_SECONDS)
