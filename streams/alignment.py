"""How far one partition of posts may run ahead of the others: memory is bounded by it, and nothing is told later.

The watch closes a bucket once every input has come past it, and holds the mentions of all buckets that one input has
reached and another has not. Read as fast as they can be, a partition with few posts an hour is soon days of event time
ahead of one with many, and all of its mentions are held. So a partition that is too far ahead of the slowest is not
fetched from until the others have caught up; meanwhile its posts wait in Kafka. No crisis is told later for it: what it
has to say could not be told before the slowest input has come so far either.

The way out. The slowest input itself is never held, so it moves on, or is at its end and rests, and then is not waited
for; one that belongs to a worker that died or is stuck is another's after the session timeout. Where the slowest cannot
be read at all, as when its broker is down, the others wait for it, as the watch does.

References
----------
Flink improvement proposal 182 (2021), Support watermark alignment of FLIP-27 sources.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple


class Stand(NamedTuple):
    """How far an input has come, epoch seconds (-inf: unknown), and whether it is awake: not at rest at its end."""

    watermark: float
    awake: bool


class Alignment:
    """Say which partitions have to wait for slower ones.

    Parameters
    ----------
    drift
        How far one may be ahead of the slowest, seconds of event time: at least the width of a bucket, for that is how
        finely other workers hear of it.
    inputs
        How many partitions there are.

    Examples
    --------
    >>> alignment = Alignment(drift=3600.0, inputs=3)
    >>> own = {0: Stand(13_000.0, awake=True), 1: Stand(13_700.0, awake=True)}
    >>> alignment.ahead(own, {2: Stand(10_000.0, awake=True)})
    frozenset({1})

    What rests has nothing to wait with, and is not waited for.

    >>> alignment.ahead(own, {2: Stand(10_000.0, awake=False)})
    frozenset()
    """

    def __init__(self, drift: float, inputs: int) -> None:
        self.drift = drift
        self.inputs = inputs
        self._begun = math.inf

    def ahead(self, own: Mapping[int, Stand], heard: Mapping[int, Stand]) -> frozenset[int]:
        """Give those of this worker's partitions that are to wait.

        Parameters
        ----------
        own
            How far they have come.
        heard
            How far all have come, as the watch has heard: of the worker's own this is older news.
        """
        limit = self._slowest({**heard, **own}) + self.drift
        return frozenset(number for number, come in own.items() if come.watermark > limit and come.awake)

    def _slowest(self, known: Mapping[int, Stand]) -> float:
        """Give the least watermark of those that are waited for; inf where none is.

        Where an input has not been heard of at all, it may begin anywhere, and the others stay near where the first of
        them began.
        """
        awake = [come.watermark for come in known.values() if come.awake]
        if len(known) == self.inputs and -math.inf not in awake:
            self._begun = math.inf
            return min(awake, default=math.inf)
        self._begun = min([self._begun, *(come.watermark for come in known.values() if come.watermark > -math.inf)])
        return self._begun
