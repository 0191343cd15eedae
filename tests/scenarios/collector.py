"""What stands between what people write and what larum reads: a collector with holes and clocks, and deletions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from streams.core.posts import Post
from tests.scenarios.usual import BRAND

CATCH_UP = 100  # posts a minute that a collector hands in when it is back
RETRACTED = ("0", "2", "4", "6", "8")

Fate = Literal["lost", "late", "stamped"]
"""Of posts that a collector misses: gone; handed in when it is back, as written; or as if they were written then."""


class Hole(NamedTuple):
    """A time in which a collector misses a part of the posts, of one source or of all."""

    start: datetime
    end: datetime
    missed: float
    source: str | None
    fate: Fate


class Skew(NamedTuple):
    """A time in which the clock of a source is wrong by some seconds."""

    start: datetime
    end: datetime
    source: str
    seconds: float


class Retraction(NamedTuple):
    """Of the posts that were written since then, those whose `id` is even are deleted at their source."""

    start: datetime
    at: datetime


class Order(NamedTuple):
    """The user takes the present level for the normal one."""

    start: datetime


class Collector:
    """Hand in what is written, or not.

    Parameters
    ----------
    faults
        What happens on the way.
    """

    def __init__(self, faults: list[Hole | Skew | Retraction | Order]) -> None:
        self._holes = [fault for fault in faults if isinstance(fault, Hole)]
        self._skews = [fault for fault in faults if isinstance(fault, Skew)]
        self._retractions = [fault for fault in faults if isinstance(fault, Retraction)]
        self._orders = [fault for fault in faults if isinstance(fault, Order)]
        self._missed: dict[Hole, list[Post]] = {hole: [] for hole in self._holes}
        self._written: list[Post] = []
        self._generator = np.random.default_rng(0)

    def hand_in(self, moment: datetime, posts: list[Post]) -> list[Post]:
        """Give what is handed in within a minute: of its posts, and of those that were missed before."""
        heard = [self._stamp(post, moment) for post in posts if not self._is_missed(post, moment)]
        self._written += heard if self._retractions else []
        return [*heard, *self._caught_up(moment), *self._taken_back(moment), *self._ordered(moment)]

    def _is_missed(self, post: Post, moment: datetime) -> bool:
        for hole in self._holes:
            applies = hole.start <= moment < hole.end and hole.source in {None, post.source}
            if applies and (hole.missed == 1.0 or self._generator.random() < hole.missed):
                self._missed[hole].append(post)
                return True
        return False

    def _stamp(self, post: Post, moment: datetime) -> Post:
        wrong = sum(
            skew.seconds for skew in self._skews if skew.source == post.source and skew.start <= moment < skew.end
        )
        return msgspec.structs.replace(post, created_at=post.timestamp + wrong) if wrong else post

    def _caught_up(self, moment: datetime) -> Iterator[Post]:
        stamp = moment.timestamp() + 30.0
        for hole, posts in self._missed.items():
            if hole.fate != "lost" and moment >= hole.end:
                batch, posts[:] = posts[:CATCH_UP], posts[CATCH_UP:]
                for post in batch:
                    yield post if hole.fate == "late" else msgspec.structs.replace(post, created_at=stamp)

    def _taken_back(self, moment: datetime) -> Iterator[Post]:
        for retraction in self._retractions:
            if retraction.at == moment:
                since = retraction.start.timestamp()
                for post in self._written:
                    if post.timestamp >= since and post.id.endswith(RETRACTED):
                        yield Post(id=post.id, source=post.source, kind="delete", created_at=moment.timestamp())

    def _ordered(self, moment: datetime) -> Iterator[Post]:
        for order in self._orders:
            if moment <= order.start < moment + timedelta(minutes=1):
                yield Post(id="order", source="larum", kind="rebaseline", text=BRAND.id, created_at=order.start)
