"""Records of the posts topic: one post, or several on lines of their own; each readable or not, with its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec
import numpy as np

from streams.core.match import OriginOf
from streams.core.posts import MAX_POST_BYTES, Post, Posts, Unreadable, decode, decode_many
from streams.inflation import reason_of
from streams.metrics import DeadLetterReason

MOST_REFUSED = 1_000  # lines of one record that are set aside one by one
_NEWLINE = ord("\n")
FUTURE_SECONDS = 300.0  # a post further ahead of the clock than this is not believed


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a post stands in the topics: its record, and the bytes of it where there are several posts in the record.

    Examples
    --------
    >>> str(Place("larum.posts", 3, 17, 0, 120)), str(Place("larum.posts", 3, 17, 120, 300, alone=False))
    ('larum.posts/3@17', 'larum.posts/3@17:120-300')
    """

    topic: str
    partition: int
    offset: int
    start: int
    end: int
    alone: bool = True

    def __str__(self) -> str:
        record = f"{self.topic}/{self.partition}@{self.offset}"
        return record if self.alone else f"{record}:{self.start}-{self.end}"

    def headers(self) -> list[tuple[str, bytes]]:
        """Name the place in the headers of a dead letter."""
        return [
            ("origin", str(self).encode()),
            ("topic", self.topic.encode()),
            ("partition", b"%d" % self.partition),
            ("offset", b"%d" % self.offset),
            ("bytes", b"%d-%d" % (self.start, self.end)),
        ]


class Refused(msgspec.Struct, frozen=True):
    """A line that is no post to count: whole, with its kind of fault and what is wrong in words."""

    kind: DeadLetterReason
    reason: str
    line: bytes
    place: Place


def split(value: bytes) -> Iterator[tuple[int, int]]:
    r"""Yield start and end of each line that is not blank; of a record with nothing else, all of it.

    Examples
    --------
    >>> list(split(b'{"id": 1}\n\n{"id": 2}\n')), list(split(b" "))
    ([(0, 9), (11, 20)], [(0, 1)])
    """
    if b"\n" not in value:
        yield 0, len(value)
        return
    start = 0
    blank = True
    while start < len(value):
        end = value.find(b"\n", start)
        end = len(value) if end < 0 else end
        if value[start:end].strip():
            blank = False
            yield start, end
        start = end + 1
    if blank:
        yield 0, len(value)


class Origins:
    r"""Where posts come from that were read a post a line, no line being blank: each is found when it is asked for.

    Parameters
    ----------
    topic, partition
        Where the records stand.
    records
        The offset and the bytes of each.

    Examples
    --------
    >>> origins = Origins("larum.posts", 3, [(17, b"{}"), (18, b"{ }\n{}")])
    >>> [origins[number] for number in range(3)]
    ['larum.posts/3@17', 'larum.posts/3@18:0-3', 'larum.posts/3@18:4-6']
    """

    def __init__(self, topic: str, partition: int, records: Sequence[tuple[int, bytes]]) -> None:
        self._partition = f"{topic}/{partition}"
        self._records = records
        self._ends = list(accumulate(value.rstrip(b"\n").count(b"\n") + 1 for _, value in records))
        self._lines: tuple[int, list[int]] = -1, []

    def __getitem__(self, number: int) -> str:
        index = bisect_right(self._ends, number)
        offset, value = self._records[index]
        if b"\n" not in value:
            return f"{self._partition}@{offset}"
        if self._lines[0] != index:
            ends = np.flatnonzero(np.frombuffer(value, np.uint8) == _NEWLINE)
            self._lines = index, [-1, *ends.tolist(), len(value)]
        line = number - (self._ends[index - 1] if index else 0)
        return f"{self._partition}@{offset}:{self._lines[1][line] + 1}-{self._lines[1][line + 1]}"


class Further:
    """Origins without the first so many."""

    def __init__(self, origins: OriginOf, first: int) -> None:
        self._origins = origins
        self._first = first

    def __getitem__(self, number: int) -> str:
        return self._origins[self._first + number]


class Read(NamedTuple):
    """What some records hold: posts with their origins, what cannot be counted, and how many bytes it all was."""

    posts: Posts
    origins: OriginOf
    refused: Sequence[Refused]
    size: int

    def slices(self, posts: int, size: int) -> Iterator[tuple[Posts, OriginOf]]:
        """Give the posts with their origins some at a time: at most so many, and about so many bytes."""
        columns = self.posts
        step = max(1, min(posts, len(columns.posts) * size // max(1, self.size)))
        for start in range(0, len(columns.posts), step):
            end = start + step
            some = Posts(columns.posts[start:end], columns.sources[start:end], columns.times[start:end])
            yield some, Further(self.origins, start)


def read(topic: str, partition: int, records: Sequence[tuple[int, bytes | None]], now: float) -> Read:
    """Read records, of a post a line.

    Parameters
    ----------
    topic, partition
        Where the records stand.
    records
        The offset of each, and its bytes; one without any is refused too.
    now
        The clock, epoch seconds, by which posts from the future are known.

    Returns
    -------
    Read
        What cannot be counted is beside what can, but for the lines of a record that has more than `MOST_REFUSED` of
        the former: it is refused as a whole as well, and not read on.
    """
    filled = [(offset, value or b"") for offset, value in records]
    size = sum(len(value) for _, value in filled)
    posts = decode_many([value.rstrip(b"\n") for _, value in filled], now + FUTURE_SECONDS)
    if posts:
        return Read(posts, Origins(topic, partition, filled), [], size)
    readable: list[tuple[Post, str]] = []
    refused: list[Refused] = []
    for offset, value in filled:
        before = len(refused)
        for item in _each(topic, partition, offset, value, now):
            if not isinstance(item, Refused):
                readable.append(item)
                continue
            refused.append(item)
            if len(refused) - before > MOST_REFUSED:
                reason = f"more than {MOST_REFUSED} lines of the record cannot be counted; those behind were not read"
                place = Place(topic, partition, offset, 0, len(value))
                refused[-1] = Refused("unreadable", reason, value, place)
                break
    return Read(Posts.of([post for post, _ in readable]), [origin for _, origin in readable], refused, size)


def _each(topic: str, partition: int, offset: int, value: bytes, now: float) -> Iterator[tuple[Post, str] | Refused]:
    """Read the lines of a record one by one; what is wrong with one is nothing to the others."""
    record, latest = f"{topic}/{partition}@{offset}", now + FUTURE_SECONDS
    alone = b"\n" not in value
    for start, end in ((0, len(value)),) if alone else split(value):
        line = value if alone else value[start:end]
        try:
            post = decode(line)
        except Unreadable as error:
            kind: DeadLetterReason = "too_large" if len(line) > MAX_POST_BYTES else "unreadable"
            yield Refused(kind, reason_of(value, error), line, Place(topic, partition, offset, start, end, alone))
            continue
        if post.timestamp > latest:
            reason = f"from the future: created_at is {post.timestamp - now:.0f} s ahead of the clock"
            yield Refused("from_the_future", reason, line, Place(topic, partition, offset, start, end, alone))
        else:
            yield post, record if alone else f"{record}:{start}-{end}"
