"""What others do, each as a statistic of the counts so far, and thresholds that give all one rate of false alarms.

(a) the last hour against the mean of the twelve hours before; (b) the last hour against the mean of last week's; (c)
how many sigmas the last quarter of an hour is from the mean of two weeks of them; (d) river's `GaussianScorer` fed
bucket by bucket like larum: its score grows with the distance from the mean in standard deviations but rounds to 1.0
beyond eight of them, so the distance itself is compared. Only rises count. Each threshold is set on quiet counts of the
very kind of background and rate that it will be used on, which is more than these rules' users can do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.backgrounds import DAY, Floats, Integers

WARM_DAYS = 14  # of counts that the rules see before they are judged
TAIL = 0.1  # part of the highest daily peaks that the tail is fitted to

Rule = Callable[[Integers, int], Floats]


def against_twelve_hours(counts: Integers, width: int) -> Floats:
    """Divide the last hour's count by the mean hour of the twelve before."""
    hour = 3_600 // width
    sums = _sums(counts, hour)
    return np.asarray(sums / np.maximum(1.0, _shifted(_sums(counts, 12 * hour), hour) / 12.0))


def against_last_week(counts: Integers, width: int) -> Floats:
    """Divide the last hour's count by the mean hour of the week before."""
    hour = 3_600 // width
    sums = _sums(counts, hour)
    return np.asarray(sums / np.maximum(1.0, _shifted(_sums(counts, 168 * hour), hour) / 168.0))


def sigmas(counts: Integers, width: int) -> Floats:
    """Standardise the last 15 minutes' count by the mean and deviation of those of the two weeks before."""
    quarter, fortnight = max(1, 900 // width), WARM_DAYS * DAY // width
    sums = _sums(counts, quarter)
    mean = _shifted(_sums(sums, fortnight), quarter) / fortnight
    square = _shifted(_sums(sums**2, fortnight), quarter) / fortnight
    return np.asarray((sums - mean) / np.sqrt(np.maximum(square - mean**2, 1e-9)))


def gaussian(counts: Integers, width: int) -> Floats:
    """Standardise each bucket's count as river's GaussianScorer does: by mean and deviation of all before."""
    values = counts.astype(float)
    seen = np.maximum(1.0, np.arange(len(values), dtype=float))
    total, square = (np.concatenate(([0.0], np.cumsum(one)[:-1])) for one in (values, values**2))
    mean = total / seen
    variance = (square - seen * mean**2) / np.maximum(1.0, seen - 1.0)
    return np.asarray((values - mean) / np.sqrt(np.maximum(variance, 1e-9)))


RULES: dict[str, Rule] = {
    "hour/12 h": against_twelve_hours,
    "hour/week": against_last_week,
    "sigmas": sigmas,
    "Gaussian": gaussian,
}


def threshold(rule: Rule, quiet: list[Integers], width: int, days: float) -> float:
    """Find the level that quiet counts exceed on one in so many days, by the peaks of their days.

    Parameters
    ----------
    rule
        One of `RULES`.
    quiet
        Counts of several quiet brands, the first `WARM_DAYS` of which are not judged.
    width
        Of a bucket, seconds.
    days
        Mean time between false alarms, brand-days.
    """
    a_day = DAY // width
    peaks = [rule(one, width)[WARM_DAYS * a_day :].reshape(-1, a_day).max(axis=1) for one in quiet]
    return level(np.concatenate(peaks), 1.0 / days)


def level(peaks: Floats, chance: float) -> float:
    """Extrapolate the level that a peak exceeds with that chance: a generalised Pareto tail by L-moments.

    References
    ----------
    Hosking and Wallis (1987), Parameter and quantile estimation for the generalized Pareto distribution,
    Technometrics 29(3).

    Examples
    --------
    >>> peaks = np.random.default_rng(1).exponential(size=20_000)
    >>> bool(8.0 < level(peaks, 1e-4) < 11.0)  # -ln(0.0001) is 9.2
    True
    """
    ordered = np.sort(peaks)
    base = float(ordered[int((1.0 - TAIL) * len(ordered))])
    tail = ordered[ordered > base] - base
    if len(tail) < 10 or chance >= TAIL:
        return float(np.quantile(ordered, 1.0 - chance))
    ranks = np.arange(len(tail)) / (len(tail) - 1.0)
    first, second = float(tail.mean()), float((tail * (2.0 * ranks - 1.0)).mean())
    shape = min(0.9, max(-0.5, 2.0 - first / second))
    scale = first * (1.0 - shape)
    ratio = len(tail) / len(ordered) / chance
    return base + scale * (float(np.log(ratio)) if abs(shape) < 1e-6 else (ratio**shape - 1.0) / shape)


def delay(statistic: Floats, limit: float, onset: int, width: int) -> float:
    """Minutes from the onset to the end of the first bucket beyond the limit; infinite if there is none."""
    beyond: NDArray[np.intp] = np.flatnonzero(statistic[onset:] > limit)
    return float(beyond[0] + 1) * width / 60.0 if len(beyond) else float("inf")


def _sums(counts: Floats | Integers, buckets: int) -> Floats:
    total = np.cumsum(counts, dtype=float)
    total[buckets:] -= total[:-buckets].copy()
    return total


def _shifted(values: Floats, buckets: int) -> Floats:
    return np.concatenate((np.zeros(buckets), values[:-buckets]))
