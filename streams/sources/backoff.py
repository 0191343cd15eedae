"""How long to wait before the next try."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random


def delays(random: Random, first: float = 1.0, longest: float = 60.0) -> Iterator[float]:
    """Yield waits for one failure after the other: twice as long each time, half of each left to chance.

    Chance keeps the many clients of a server that went down from coming back all at once.

    Parameters
    ----------
    random
        Of the chance.
    first, longest
        Seconds.

    Examples
    --------
    >>> from itertools import islice
    >>> [round(delay, 1) for delay in islice(delays(Random(1), longest=8.0), 6)]
    [0.6, 1.8, 3.5, 5.0, 6.0, 5.8]
    """
    ceiling = first
    while True:
        yield random.uniform(ceiling / 2, ceiling)
        ceiling = min(longest, 2 * ceiling)
