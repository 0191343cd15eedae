"""How long posts wait in Kafka to be read, and what follows from it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from streams.core.shedding import halvings
from streams.operations import Operations

MILLISECONDS = 1_000.0

log = logging.getLogger("larum")


class Overload:
    """Say how often the part of loud brands that is kept is to be halved, for each partition by itself.

    How long a record has waited is told by when it was appended: a history that is sent for a replay is old, and has
    not waited.

    Parameters
    ----------
    limit
        Seconds until which nothing is left out; 0 leaves nothing out, ever.
    operations
        Shows the part that is kept.
    clock
        Epoch seconds.

    Examples
    --------
    >>> from prometheus_client import CollectorRegistry
    >>> from streams.metrics import Metrics
    >>> registry = CollectorRegistry()
    >>> overload = Overload(60.0, Metrics(registry).operations, clock=lambda: 1_000.0)
    >>> overload.halvings(3, appended=970_000), overload.halvings(3, appended=870_000)
    (0, 2)
    >>> registry.get_sample_value("larum_sampling_ratio", {"partition": "3"})
    0.25
    >>> overload.rest(3)
    >>> registry.get_sample_value("larum_sampling_ratio", {"partition": "3"})
    1.0
    """

    def __init__(self, limit: float, operations: Operations, clock: Callable[[], float] = time.time) -> None:
        self.limit = limit
        self._operations = operations
        self._clock = clock
        self._now: dict[int, int] = {}

    def halvings(self, partition: int, appended: int) -> int:
        """Look at a record that is about to be matched.

        Parameters
        ----------
        partition
            Of the posts topic.
        appended
            When it was appended, epoch milliseconds; negative where that is not known.
        """
        return self._halve(partition, self._clock() - appended / MILLISECONDS if appended >= 0 else 0.0)

    def rest(self, partition: int) -> None:
        """Take note that no post of a partition waits any more."""
        self._halve(partition, 0.0)

    def _halve(self, partition: int, waited: float) -> int:
        times = halvings(waited, self.limit)
        self._operations.set_sampling(partition, 0.5**times)
        if times != self._now.get(partition, 0):
            kept = f"one of {1 << times} is kept" if times else "all are kept"
            log.warning("posts of partition %d wait %.0f s: of loud brands %s", partition, waited, kept)
        self._now[partition] = times
        return times
