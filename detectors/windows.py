"""The sum of the last few buckets, in constant time a bucket."""

from __future__ import annotations

import msgspec


class WindowState(msgspec.Struct):
    """Ring of the last buckets and their running sum, in a form that can be encoded."""

    ring: list[float]
    sum: float = 0.0
    at: int = 0


class RollingSum:
    """Sum over the last buckets of one series.

    Parameters
    ----------
    buckets
        Length of the window.

    Examples
    --------
    >>> window = RollingSum(2)
    >>> for value in (5.0, 1.0, 2.0):
    ...     window.push(value)
    >>> window.state.sum
    3.0
    """

    def __init__(self, buckets: int) -> None:
        self.state = WindowState([0.0] * buckets)

    def push(self, value: float) -> None:
        """Move the window on by one bucket."""
        state = self.state
        ring, at = state.ring, state.at
        state.sum += value - ring[at]
        ring[at] = value
        at += 1
        if at == len(ring):  # sums of floats drift: once a round, add up afresh
            at, state.sum = 0, sum(ring)
        state.at = at
