"""Records of the posts topic: one post, or several on lines of their own; each readable or not, with its place."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from streams.core.posts import MAX_POST_BYTES, Post, Unreadable, decode
from streams.inflation import reason_of
from streams.metrics import DeadLetterReason

MOST_REFUSED = 1_000  # lines of one record that are set aside one by one
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


def read(
    topic: str, partition: int, offset: int, value: bytes | None, now: float
) -> Iterator[tuple[Post, str] | Refused]:
    """Read one record.

    Parameters
    ----------
    topic, partition, offset
        Where the record stands.
    value
        Its bytes; a record without any is refused too.
    now
        The clock, epoch seconds, by which posts from the future are known.

    Yields
    ------
    tuple of Post and str
        A post and its origin.
    Refused
        What cannot be counted. The lines beside it still are, but for those of a record that has more than
        `MOST_REFUSED` such lines: it is refused as a whole as well, and not read on.
    """
    value = value or b""
    refused = 0
    for item in _each(topic, partition, offset, value, now):
        refused += isinstance(item, Refused)
        if refused > MOST_REFUSED:
            reason = f"more than {MOST_REFUSED} lines of the record cannot be counted; those behind them were not read"
            yield Refused("unreadable", reason, value, Place(topic, partition, offset, 0, len(value)))
            return
        yield item


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
