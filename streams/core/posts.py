"""The post contract: what a source must say of a post, and how its bytes become one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

import msgspec
import xxhash

from streams.core.malformed import MALFORMED

MAX_POST_BYTES = 262_144
MAX_REASON_CHARACTERS = 500  # of what is wrong with a record, for it may quote what it is about
EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0  # 2000-01-01 and 2100-01-01, epoch seconds

_SOURCE = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$(?!\n)"
_LANGUAGE = r"^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$(?!\n)"

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=512, description="Unique within its source.")]
ShortName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Source = Annotated[ShortName, msgspec.Meta(pattern=_SOURCE)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)] | float
Tag = Annotated[str, msgspec.Meta(max_length=35)]
Language = Annotated[Tag, msgspec.Meta(pattern=_LANGUAGE)]
Link = Annotated[str, msgspec.Meta(max_length=2_048)]


class Fields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The fields of a post, each of its type and within its length: what a decoder checks at no cost."""

    id: Identifier
    source: ShortName
    created_at: Moment
    text: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    author: Annotated[str, msgspec.Meta(max_length=512)] | None = None
    lang: Tag | None = None
    url: Link | None = None
    reach: Annotated[int, msgspec.Meta(ge=0, le=10_000_000_000)] | None = None
    repost_of: Identifier | None = None
    reply_to: Identifier | None = None
    kind: Literal["post", "delete", "rebaseline", "false_alarm", "real_alarm"] = "post"

    @property
    def timestamp(self) -> float:
        """Event time in seconds since the epoch."""
        moment = self.created_at
        return moment.timestamp() if isinstance(moment, datetime) else float(moment)

    @property
    def identity(self) -> int:
        """A 64-bit hash of source and id: the same for a post, its repeats and its deletion."""
        return _identity(self.source, self.id)

    @property
    def original(self) -> int:
        """The identity of the post that this one repeats, 0 where it repeats none."""
        return _identity(self.source, self.repost_of) if self.repost_of else 0


class Post(Fields, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One public post as a source hands it over.

    Parameters
    ----------
    id
        Unique within `source`; the pair is the identity by which repeats are dropped and deletions honoured.
    source
        Where it was collected, for instance ``bluesky``. Becomes a metric label, so it is a short plain name.
    text
        The post's own words. Required, except in a deletion.
    created_at
        RFC 3339 date and time with offset, or seconds since the epoch. Between the years 2000 and 2100.
    author
        Any stable name of the author, used to count independent voices.
    lang
        BCP 47 language tag as the source states it.
    url
        Where a person can read it.
    reach
        How many people could have seen it.
    repost_of, reply_to
        Identifiers of the post, of the same source, that is repeated or answered. What is repeated is no further voice.
    kind
        ``post``; ``delete`` for the deletion of an earlier post with the same `source` and `id`; or an order, which is
        no post: ``rebaseline``, by which the brand whose identifier is the `text` takes the level at `created_at` for
        its normal one, or ``false_alarm`` and ``real_alarm``, which say of its crisis `reply_to` that it was none, or
        one after all. Orders travel with the posts, so that every replay of them obeys them at the same minute.

    Examples
    --------
    >>> post = decode(b'{"id": "1", "source": "x", "text": "Wstyd!", "created_at": "2026-01-02T17:00:00+01:00"}')
    >>> post.text, post.timestamp
    ('Wstyd!', 1767369600.0)
    """

    source: Source
    lang: Language | None = None

    def __post_init__(self) -> None:
        """Refuse what types alone cannot: times out of any sensible range and posts without words."""
        if not EARLIEST <= self.timestamp <= LATEST or math.isnan(self.timestamp):
            raise ValueError("created_at is not between the years 2000 and 2100")
        if lack := _lack(self):
            raise ValueError(f"a {self.kind} needs {lack}")


def _lack(post: Fields) -> str | None:
    """Say what a post of its kind needs and has not."""
    if post.kind in {"false_alarm", "real_alarm"} and not post.reply_to:
        return "the crisis that it is about in reply_to"
    return "a text" if not post.text and post.kind != "delete" else None


_hash = xxhash.xxh3_64_intdigest


def _identity(source: str, name: str) -> int:
    return _hash(f"{source}\0{name}".encode())


class Posts(NamedTuple):
    """Posts in columns.

    Parameters
    ----------
    posts
        Themselves.
    sources, times
        Of each its source, and its event time in seconds since the epoch.
    """

    posts: Sequence[Fields]
    sources: Sequence[str]
    times: Sequence[float]

    @classmethod
    def of(cls, posts: Sequence[Post]) -> Posts:
        """Take the columns from posts."""
        return cls(posts, [post.source for post in posts], [post.timestamp for post in posts])

    def by_kind(self) -> tuple[list[int], list[int], list[int]]:
        """Give the numbers of orders, deletions and posts that are said."""
        kinds = [post.kind for post in self.posts]
        if kinds.count("post") == len(kinds):
            return [], [], list(range(len(kinds)))
        deletions, said = (
            [number for number, kind in enumerate(kinds) if kind == wanted] for wanted in ("delete", "post")
        )
        orders = [number for number, kind in enumerate(kinds) if kind not in {"delete", "post"}]
        return orders, deletions, said

    def select(self, numbers: Sequence[int]) -> Posts:
        """Give some of them, in this order."""
        if len(numbers) == len(self.posts):
            return self
        columns = (self.posts, self.sources, self.times)
        return Posts(*([column[number] for number in numbers] for column in columns))  # type: ignore[arg-type]

    def identities(self) -> list[int]:
        """Give the identity of each."""
        return [_hash(f"{post.source}\0{post.id}".encode()) for post in self.posts]


class Unreadable(ValueError):  # noqa: N818 - the field says what a record is, not that it erred
    """A record that is no post; the message says what is wrong and where in the record, at no great length."""

    def __init__(self, message: str) -> None:
        super().__init__(message[:MAX_REASON_CHARACTERS])


_decoder = msgspec.json.Decoder(Post)
_of_fields = msgspec.json.Decoder(Fields)
_is_source = re.compile(_SOURCE).search
_is_language = re.compile(_LANGUAGE).search


def decode(record: bytes | memoryview) -> Post:
    """Read one JSON record.

    Parameters
    ----------
    record
        UTF-8 JSON of one post, at most `MAX_POST_BYTES` long. Unknown fields are ignored.

    Returns
    -------
    Post

    Raises
    ------
    Unreadable
        The record is not JSON, lacks a field, or a field breaks its limit; the message names the field.

    Examples
    --------
    >>> decode(b'{"id": "1", "source": "x", "text": 5, "created_at": 1767369600}')
    Traceback (most recent call last):
    ...
    streams.core.posts.Unreadable: Expected `str`, got `int` - at `$.text`
    """
    if len(record) > MAX_POST_BYTES:
        raise Unreadable(f"{len(record)} bytes are more than the {MAX_POST_BYTES} a post may have")
    try:
        return _decoder.decode(record)
    except MALFORMED as error:
        raise Unreadable(str(error)) from error


def decode_many(records: Sequence[bytes], latest: float = LATEST) -> Posts | None:
    r"""Read many JSON records at once, at a fifth of what they cost one by one.

    What the types of `Post` check by regular expressions, and its own check, is done here for all together.

    Parameters
    ----------
    records
        UTF-8 JSON, of one post a line.
    latest
        No post is to be later than this, epoch seconds.

    Returns
    -------
    Posts or None
        All of them, a post for each line; None where any line is no post, later, blank or too long, or a post takes
        several lines: then `decode` is to say which it is, and what is wrong with it.

    Examples
    --------
    >>> one = b'{"id": "1", "source": "x", "text": "a", "created_at": 1767369600}'
    >>> decode_many([one + b"\n" + one, one]).times, decode_many([one, b"{}"])
    ([1767369600.0, 1767369600.0, 1767369600.0], None)
    """
    lines = b"\n".join(records)
    if len(lines) > MAX_POST_BYTES and max(map(len, lines.split(b"\n"))) > MAX_POST_BYTES:
        return None
    try:
        posts = _of_fields.decode_lines(lines)
    except MALFORMED:
        return None
    if not posts or len(posts) != lines.count(b"\n") + 1:  # each ends with its line, so as many lines hold one each
        return None
    sources = [post.source for post in posts]
    moments = [post.created_at for post in posts]
    times = [moment if isinstance(moment, float) else moment.timestamp() for moment in moments]
    langs = {post.lang for post in posts}
    fit = (
        min(times) >= EARLIEST
        and max(times) <= min(latest, LATEST)
        and all(map(_is_source, set(sources)))
        and all(lang is None or _is_language(lang) for lang in langs)
        and not [post for post in posts if (not post.text or post.kind != "post") and _lack(post)]
    )
    return Posts(posts, sources, times) if fit else None
