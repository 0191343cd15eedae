"""Rolling sums of the last few buckets at several scales, in constant time a bucket."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class WindowState(msgspec.Struct):
    """Ring of the last buckets and their running sums, in a form that can be encoded."""

    ring: list[float]
    sums: list[float]
    at: int = 0


class RollingSums:
    """Sums over the last ``scales[i]`` buckets of one series.

    Parameters
    ----------
    scales
        Window lengths in buckets, ascending.

    Examples
    --------
    >>> sums = RollingSums((1, 3))
    >>> for value in (5.0, 1.0, 2.0):
    ...     sums.push(value)
    >>> sums.peek(10.0)  # with 10 as the newest bucket, not yet pushed
    [10.0, 13.0]
    """

    def __init__(self, scales: Sequence[int]) -> None:
        self.scales = tuple(scales)
        self.state = WindowState(ring=[0.0] * max(scales), sums=[0.0] * len(scales))

    def push(self, value: float) -> None:
        """Move all windows on by one bucket."""
        state = self.state
        ring, at = state.ring, state.at  # indexes below zero count from the ring's end, which is where they belong
        state.sums = [total + value - ring[at - scale] for total, scale in zip(state.sums, self.scales, strict=True)]
        ring[at] = value
        state.at = at + 1
        if state.at == len(ring):  # sums of floats drift: once a round, add up afresh
            state.at = 0
            state.sums = [sum(ring[-scale:]) for scale in self.scales]

    def peek(self, value: float) -> list[float]:
        """Give the sums as they would be with `value` as the newest bucket."""
        state = self.state
        ring, at = state.ring, state.at
        return [total + value - ring[at - scale] for total, scale in zip(state.sums, self.scales, strict=True)]
