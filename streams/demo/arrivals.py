"""When posts arrive: a daily and weekly rhythm, and over-dispersed counts on top of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np
import xxhash

from streams.demo.script import HOUR, MINUTE, WARSAW

SLOT = 5 * MINUTE
SLOTS_AN_HOUR, SLOTS_A_DAY = 12, 288
SHAPES = {"slot": 8.0, "hour": 25.0, "day": 60.0}
"""Shapes of the Gamma factors on the rate, each of mean 1: the smaller, the more over-dispersed the counts."""

_BY_HOUR = np.array([3, 2, 1, 1, 1, 3, 8, 14, 18, 20, 21, 22, 24, 23, 22, 22, 24, 27, 30, 33, 34, 30, 20, 9], float)
_BY_HOUR /= _BY_HOUR.mean()
_BY_WEEKDAY = (1.0, 1.0, 1.02, 1.0, 1.08, 0.92, 0.95)

Rate = Callable[[float], float]
"""Posts an hour as a function of epoch seconds."""


def rhythm(time: float) -> float:
    """Say how busy a moment is: 1 is the mean of a day.

    Examples
    --------
    >>> night, evening = (datetime(2026, 10, 6, hour, tzinfo=WARSAW).timestamp() for hour in (3, 20))
    >>> rhythm(night) < 0.1 < 1.9 < rhythm(evening)
    True
    """
    local = datetime.fromtimestamp(time, WARSAW)
    hour, part = local.hour, (local.minute + local.second / 60) / 60
    level = _BY_HOUR[hour] * (1 - part) + _BY_HOUR[(hour + 1) % 24] * part
    return float(level * _BY_WEEKDAY[local.weekday()])


def arrivals(seed: int, name: str, rate: Rate, span: tuple[float, float]) -> Iterator[float]:
    """Draw the times of posts: Poisson within slots whose rates vary like Gamma by slot, hour and day.

    Parameters
    ----------
    seed, name
        Decide everything.
    rate
        Expected posts an hour.
    span
        From when to when, epoch seconds.

    Yields
    ------
    float
        Epoch seconds, ascending.
    """
    rng = np.random.default_rng(xxhash.xxh3_64_intdigest(f"{seed}/{name}".encode()))
    start, end = span
    by_day = by_hour = 1.0
    for number in range(int(np.ceil((end - start) / SLOT))):
        if number % SLOTS_A_DAY == 0:
            by_day = _factor(rng, "day")
        if number % SLOTS_AN_HOUR == 0:
            by_hour = _factor(rng, "hour")
        begin = start + number * SLOT
        width = min(SLOT, end - begin)
        expected = rate(begin + width / 2) * width / HOUR
        count = rng.poisson(expected * by_day * by_hour * _factor(rng, "slot"))
        yield from np.sort(begin + width * rng.random(count)).tolist()


def _factor(rng: np.random.Generator, of: str) -> float:
    return float(rng.gamma(SHAPES[of]) / SHAPES[of])
