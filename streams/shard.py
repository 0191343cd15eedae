"""One shard of the watch on Kafka: its watch, the offset it has come to, and what has changed since it was kept."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from streams.core.watch import CLOCK, Watch

CANARY_SECONDS = 10.0  # between two words of canaries: there are as many of them as inputs
SLICE = 64  # states written at a time, between which the shard goes on with its input


class States(Protocol):
    """Keeps what must survive a crash, by partition and name: `streams.states.CarriedTable`, or a stand-in."""

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        """Write states that include the input up to `offset`; return when they are safe."""

    def carried(self) -> Iterable[tuple[int, str, int, bytes]]:
        """Give partition, name, offset and state of all that is held."""
        ...


class Shard:
    """A partition of the tallies topic that this worker holds.

    Its state is kept by checkpoints, while it goes on with its input: first the clock's state is put aside as it stands
    at some offset, then the states of all brands that have changed are written, each as it stands by then, and at last
    the clock's. Whoever finds the clock's state at an offset so finds every brand's at that offset or a later one.

    Parameters
    ----------
    partition
        Its number.
    watch
        Of its brands.
    table
        Keeps the states.

    Attributes
    ----------
    offset
        Of the last record of the input that was taken in and all events of which are safe; -1 before the first.
    turn
        Held while a record is taken in and its events are sent: what is written must not be ahead of what was told.
    kept_at
        When a checkpoint last began, monotonic seconds.

    References
    ----------
    Mohan et al. (1992), ARIES, ACM Transactions on Database Systems 17(1): fuzzy checkpoints.
    """

    def __init__(self, partition: int, watch: Watch, table: States) -> None:
        self.partition = partition
        self.watch = watch
        self.offset = -1
        self.turn = asyncio.Lock()
        self.kept_at = time.monotonic()
        self._table = table
        self._kept = -1
        self._changed: set[str] = set()
        self._canaries: dict[int, float] = {}
        self._sung = -math.inf

    def restore(self, carried: Mapping[str, tuple[int, bytes]]) -> None:
        """Go on from states as they were kept; without the clock's, a worker was killed in its very first write."""
        if CLOCK in carried:
            self.offset = self._kept = carried[CLOCK][0]
            for name, (offset, state) in carried.items():
                self.watch.load(name, state, offset)

    def note(self, offset: int, changed: Iterable[str]) -> None:
        """Take note that all up to an offset was taken in and told, and of the states that it changed."""
        self.offset = offset
        self._changed.update(changed)
        self._changed.discard(CLOCK)  # which every checkpoint writes

    def heard(self, canaries: Mapping[int, float], now: float) -> float | None:
        """Take in when the newest canaries were sent that came by each input; say now and then how far all have come.

        Parameters
        ----------
        canaries
            Epoch seconds by input.
        now
            Monotonic seconds.

        Returns
        -------
        float or None
            All that was posted until then by any input has been counted; None where nothing is to be said.
        """
        self._canaries.update(canaries)
        if not canaries or now - self._sung < CANARY_SECONDS:
            return None
        self._sung = now
        return min(self._canaries.values())

    async def checkpoint(self, ours: Callable[[], bool]) -> int:
        """Keep what has changed since the last checkpoint.

        Parameters
        ----------
        ours
            Tells whether the partition is still this worker's; once it is not, nothing more is written.

        Returns
        -------
        int
            How many states were written.
        """
        self.kept_at = time.monotonic()
        async with self.turn:
            if self.offset == self._kept:
                return 0
            offset, clock, changed = self.offset, self.watch.dump(CLOCK), sorted(self._changed)
        for names in _slices(changed):
            async with self.turn:
                if not ours():
                    return 0
                states = {name: self.watch.dump(name) for name in names if name in self.watch.brands}  # or gone by now
                await self._table.put(self.partition, self.offset, states)
                self._changed.difference_update(names)  # only now: whoever is interrupted leaves them to the next
        if not ours():
            return 0
        await self._table.put(self.partition, offset, {CLOCK: clock})
        self._kept = offset
        return len(changed) + 1


def _slices(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), SLICE):
        yield names[start : start + SLICE]
