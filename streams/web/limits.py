"""How often somebody may ask: token buckets by name or by address, in a bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil, floor
from typing import NamedTuple

KEYS = 10_000  # buckets that are remembered: each is one number


class Rate(NamedTuple):
    """How much is allowed.

    Parameters
    ----------
    burst
        So many at once.
    seconds
        After so many, one more.
    """

    burst: int
    seconds: float

    @property
    def policy(self) -> str:
        """The rate as a header tells it: so many in so many seconds.

        Examples
        --------
        >>> Rate(100, 0.5).policy
        'q=100;w=50'
        """
        return f"q={self.burst};w={max(1, ceil(self.burst * self.seconds))}"


class Taken(NamedTuple):
    """What became of one attempt: whether it is allowed, how many more are, and after how many seconds one will be."""

    allowed: bool
    left: int
    wait: float


class Buckets:
    """Many buckets of one rate.

    The generic cell rate algorithm: of each bucket it is remembered when it will be full again, and nothing else.
    Buckets that have not been asked for longest are forgotten first; a full one has nothing to be remembered.

    Parameters
    ----------
    rate
        Of each bucket.
    most
        How many are remembered.
    clock
        Seconds, which never go back.

    Examples
    --------
    >>> buckets = Buckets(Rate(2, 10.0), clock=lambda: 0.0)
    >>> buckets.take("ola"), buckets.take("ola"), buckets.take("ola").wait, buckets.take("jan").allowed
    (Taken(allowed=True, left=1, wait=0.0), Taken(allowed=True, left=0, wait=10.0), 10.0, True)
    """

    def __init__(self, rate: Rate, most: int = KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._most = most
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: str) -> Taken:
        """Take one out of a bucket, if there is any."""
        return self._look(key, take=True)

    def look(self, key: str) -> Taken:
        """Say what `take` would, and take nothing."""
        return self._look(key, take=False)

    def _look(self, key: str, *, take: bool) -> Taken:
        now = self._clock()
        seconds, whole = self.rate.seconds, self.rate.burst * self.rate.seconds
        empty = max(0.0, self._full_at.get(key, now) - now)  # seconds until it is full again
        slack = 1e-9 * whole  # what rounding may cost is given back
        allowed = empty + seconds <= whole + slack
        if allowed and take:
            empty += seconds
            self._full_at[key] = now + empty
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
        if take:
            self._full_at.move_to_end(key)  # whoever is refused and asks on is not forgotten either
        left = floor((whole - empty + slack) / seconds)
        return Taken(allowed, left, 0.0 if left else max(0.0, empty + seconds - whole))
