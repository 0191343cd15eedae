"""Two rules to hold beside larum's alarms on Numenta's streams: the one-line rule, and NAB's windowed Gaussian."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from tests.benchmarks.backgrounds import Floats, Integers

QUARTER, DAY = 3, 288  # in buckets of five minutes


def highest(values: Integers, days: int = 3) -> Floats:
    """Score 1 where the count of 15 minutes is the highest in so many days, at most once a day.

    Examples
    --------
    >>> calm, burst = [5] * 1_000, [50] * 10
    >>> np.flatnonzero(highest(np.array(calm + burst + calm)))
    array([1000])
    """
    sums = np.convolve(values, np.ones(QUARTER))[: len(values)]
    peaks: deque[int] = deque()  # indexes of falling sums: the first is the highest of the days before
    scores, quiet_until = np.zeros(len(values)), days * DAY
    for at, total in enumerate(sums):
        while peaks and peaks[0] < at - days * DAY:
            peaks.popleft()
        if at >= quiet_until and total > sums[peaks[0]]:
            scores[at] = 1.0
            quiet_until = at + DAY
        while peaks and sums[peaks[-1]] <= total:
            peaks.pop()
        peaks.append(at)
    return scores


def windowed_gaussian(values: Integers, window: int = 6_400, step: int = 100) -> Floats:
    """Score by one less the Gaussian tail of a window that slides in steps, as NAB's own detector of that name does.

    References
    ----------
    Numenta Anomaly Benchmark, ``nab/detectors/gaussian/windowedGaussian_detector.py``.
    """
    scores = np.zeros(len(values))
    mean = deviation = total = squares = 0.0
    start = end = 0  # of the window
    for at, value in enumerate(values):
        if at:
            scores[at] = 1.0 - 0.5 * math.erfc(abs(value - mean) / deviation / math.sqrt(2.0))
        if at < window:
            end = at + 1
            total, squares = total + value, squares + float(value) ** 2
        elif at + 1 - end == step:
            start, end = start + step, at + 1
            part = values[start:end].astype(float)
            total, squares = float(part.sum()), float(part @ part)
        mean = total / (end - start)
        deviation = math.sqrt(max(0.0, squares / (end - start) - mean**2)) or 1e-6
    return scores
