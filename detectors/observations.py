"""What a detector is fed, checked at the door: one NaN would poison a running estimate for ever."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

from river.base.typing import Target

Features = dict[
    Hashable, Any
]  # as river has them; ours are "time" (epoch seconds of the bucket's start) and "mentions"
Count = Target


def finite(value: Count) -> float:
    """Return a count that is finite and not negative; raise ValueError for any other.

    Examples
    --------
    >>> finite(3)
    3.0
    >>> finite(float("nan"))
    Traceback (most recent call last):
    ...
    ValueError: nan is no count: it must be finite and not negative
    """
    if type(value) is float and 0.0 <= value < math.inf:  # as it is nearly always
        return value
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{value} is no count: it must be finite and not negative")
    return number


def moment(x: Features) -> float:
    """Return ``x["time"]``, the bucket's start in epoch seconds; raise ValueError where it is missing or not finite."""
    time = float(x.get("time", math.nan))
    if not math.isfinite(time):
        raise ValueError(f"the features {dict(x)} have no finite 'time' (epoch seconds)")
    return time


def coverage(x: Features) -> float:
    """Return ``x["coverage"]``, the part of all posts that could be seen: 1 where it is not given.

    It is 0 while nothing can be seen, and may exceed 1 while what was missed arrives late.
    """
    return finite(x.get("coverage", 1.0))
