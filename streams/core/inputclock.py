"""How far event time has come over all inputs of a shard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

WORDS = 2  # so often an input must say that it has nothing to read before it is left out


class Come(NamedTuple):
    """How far an input has come.

    Parameters
    ----------
    watermark
        Up to which all has been read, epoch seconds.
    live
        Whether its event time goes with the clock.
    clocks
        Newest event time of its sources.
    """

    watermark: float
    live: bool
    clocks: Mapping[str, float] = {}


class InputClockState(msgspec.Struct):
    """How far each input has come.

    Parameters
    ----------
    inputs
        How many there are.
    watermarks
        Of each input with its last posts.
    resting
        Inputs that have been read to their end, and the watermark that each gave with that.
    live
        Inputs whose event time goes with the clock.
    clocks
        Newest event time of the sources of each input.
    time
        The watermark of all.
    ahead
        What it will be when those of `awaited` have said so often that they have nothing to read.
    """

    inputs: int = 0
    watermarks: dict[int, float] = {}
    resting: dict[int, float] = {}
    live: list[int] = []
    clocks: dict[int, dict[str, float]] = {}
    time: float = -math.inf
    ahead: float = -math.inf
    awaited: dict[int, int] = {}


class InputClock:
    """The watermark of a shard: the least of its inputs', those left out that have nothing more to read.

    That an input has nothing to read is true of the moment at which it said so, and what the others read since may have
    come together with posts that it has not seen yet: after a pause all inputs have a backlog, and one of them is the
    first to be read. So nobody is left out of what the others have come to before it has said again, and once more,
    that it has nothing to read: it says so every few seconds, and in a second a record that is there has been fetched.
    A worker that was frozen, and gives its word for an input that is another's by now, gives it once.

    Examples
    --------
    >>> clock = InputClock()
    >>> clock.hear(0, inputs=2, watermark=100.0, idle=False)
    >>> clock.time
    -inf
    >>> clock.hear(1, inputs=2, watermark=80.0, idle=False)
    >>> clock.time
    80.0
    >>> for _ in range(3):
    ...     clock.hear(1, inputs=2, watermark=80.0, idle=True)
    >>> clock.time
    100.0
    >>> clock.hear(0, inputs=2, watermark=900.0, idle=False)
    >>> clock.hear(1, inputs=2, watermark=200.0, idle=False)
    >>> clock.time
    200.0
    """

    def __init__(self) -> None:
        self.state = InputClockState()

    @property
    def time(self) -> float:
        """The watermark, epoch seconds; -inf until every input has been heard."""
        return self.state.time

    @property
    def inputs(self) -> dict[int, Come]:
        """How far each input has come."""
        state = self.state
        return {
            number: Come(
                max(state.watermarks.get(number, -math.inf), state.resting.get(number, -math.inf)),
                number in state.live,
                state.clocks.get(number, {}),
            )
            for number in self._known()
        }

    @property
    def resting(self) -> frozenset[int]:
        """The inputs that have been read to their end."""
        return frozenset(self.state.resting)

    def hear(
        self,
        number: int,
        *,
        inputs: int,
        watermark: float,
        idle: bool,
        live: bool = False,
        clocks: Mapping[str, float] | None = None,
    ) -> None:
        """Take the report of one input into account; watermarks never go back."""
        state = self.state
        if clocks and watermark >= state.watermarks.get(number, -math.inf):  # else it is old
            state.clocks[number] = dict(clocks)
        state.inputs = inputs
        state.live = sorted({*state.live, number} if live else {*state.live} - {number})
        if idle:
            state.resting[number] = max(watermark, state.resting.get(number, -math.inf))
            self._take_word(number)
        else:
            state.resting.pop(number, None)
            state.awaited.pop(number, None)
            state.watermarks[number] = max(watermark, state.watermarks.get(number, -math.inf))
            state.ahead = min(state.ahead, state.watermarks[number])
        self._advance()

    def _known(self) -> set[int]:
        return self.state.watermarks.keys() | self.state.resting.keys()

    def _take_word(self, number: int) -> None:
        awaited = self.state.awaited
        if number in awaited:
            awaited[number] -= 1
            if not awaited[number]:
                del awaited[number]

    def _advance(self) -> None:
        """Move on as far as all words go, and begin to wait for those that are needed to go on from there."""
        state = self.state
        if len(self._known()) < state.inputs:
            return
        while not state.awaited:
            state.time = max(state.time, state.ahead)
            state.ahead = self._least()
            if state.ahead <= state.time:
                return
            if state.inputs > 1:
                state.awaited = dict.fromkeys(state.resting, WORDS)

    def _least(self) -> float:
        """Give the watermark if those that rest have nothing to read."""
        state = self.state
        awake = [time for number, time in state.watermarks.items() if number not in state.resting]
        return min(awake) if awake else max(*state.resting.values(), *state.watermarks.values(), -math.inf)
