"""Times how long the group's rebalances keep a worker from its work, by what Faust tells its sensors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from faust.sensors import Sensor
from faust.types import AppT

from streams.operations import Operations


class Rebalances(Sensor):
    """Notes when a rebalance begins, when partitions have been assigned, and when work goes on.

    A rebalance that is overtaken by the next one counts as two, and the time without work as one.

    Parameters
    ----------
    operations
        Is told.
    clock
        Monotonic seconds.
    """

    def __init__(self, operations: Operations, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._operations = operations
        self._clock = clock
        self._began: float | None = None
        self._assigned: float | None = None

    def on_rebalance_start(self, app: AppT) -> dict[str, Any]:
        """Note that work has ceased."""
        self._operations.begin_rebalance()
        self._assigned = None
        if self._began is None:
            self._began = self._clock()
        return {}

    def on_rebalance_return(self, app: AppT, state: dict[str, Any]) -> None:
        """Note that the partitions are known; their state is restored from now on."""
        self._assigned = self._clock()

    def on_rebalance_end(self, app: AppT, state: dict[str, Any]) -> None:
        """Note that work goes on."""
        if self._began is None:
            return
        now = self._clock()
        restoring = 0.0 if self._assigned is None else now - self._assigned
        self._operations.end_rebalance(now - self._began, restoring, int(app.consumer_generation_id))
        self._began = self._assigned = None
