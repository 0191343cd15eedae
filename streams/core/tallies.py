"""What crosses from the match stage to the watch stage: mentions, gathered into tallies by brand and bucket.

A tally is a set of mentions keyed by post. Merging is a union, so neither the order nor the repetition of partial
tallies matters, and a second delivery after a crash changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from detectors.errors import Error
from streams.core.hearing import Heard

VERSION = 10


class Excerpt(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The few words of a post that evidence needs, and where to find it again."""

    id: str
    text: str
    url: str | None = None
    author: str | None = None
    origin: str = ""  # topic/partition@offset or file:line


class Mention(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One post that names one brand: all the watch stage has to know of it.

    Parameters
    ----------
    post, text, author
        64-bit hashes of the post's identity, of its normalised words and of its author (0: unknown).
    time
        Event time, seconds since the epoch.
    negative
        Probability that the post is negative, or None where the language is not scored.
    source, lang
        As configured and detected.
    reach
        How many people could have seen it.
    excerpt
        Present on the most telling and on a coordinated sample of a tally's mentions.
    shape
        By which near copies of the text are recognised; 0 where it is too short for that.
    original
        Of a repost: 64-bit hash of the identity of the post that it repeats, or of its words where only these are
        known. 0: no repost.
    halvings
        Of the mentions of a loud brand a part was kept while posts waited too long; how often it was halved.
    harm
        Kinds of harm that it speaks of, as bits of `detectors.sentiment.harm.Harm`.
    """

    post: int
    time: float
    text: int
    author: int
    negative: float | None
    source: str
    lang: str
    reach: int = 0
    excerpt: Excerpt | None = None
    shape: int = 0
    original: int = 0
    halvings: int = 0
    harm: int = 0


class Tally(msgspec.Struct, array_like=True, frozen=True):
    """Mentions of one brand in one bucket of event time (`bucket` is its start, epoch seconds)."""

    brand: str
    bucket: int
    mentions: list[Mention]


class Judged(NamedTuple):
    """What somebody says of a crisis of a brand, obeyed from a bucket on: that it was a `false` alarm, or not."""

    brand: str
    crisis: str
    bucket: int
    false: bool


class TallyBatch(msgspec.Struct, array_like=True, frozen=True):
    """All that one flush of one match input has to tell one shard of the watch.

    Parameters
    ----------
    version
        Of this encoding.
    input, inputs
        Which input (partition of the posts topic) speaks, and how many there are; the watch waits for all of them.
    watermark
        No post older than this is expected from the input any more; -inf where nothing is known yet.
    idle
        The input has been read to its end and stays there: do not wait for it.
    tallies
        Mentions since the last flush.
    deleted
        Identities of posts that were deleted at their source.
    rebaselined
        Brands that take the level of a bucket for their normal one: identifier and start of the bucket.
    heard
        Of all posts, whether or not they name a brand: what is new in the samples by source and bucket.
    live
        Event time is close to the clock: it goes on while no posts come.
    errors
        How the model that scored the mentions errs, by language; empty where it does not say.
    model
        Version of that model.
    clocks
        Newest event time of the input's sources.
    judged
        What people say of crises.
    """

    version: int
    input: int
    inputs: int
    watermark: float
    idle: bool
    tallies: list[Tally]
    deleted: list[int]
    rebaselined: list[tuple[str, int]] = []
    heard: list[Heard] = []
    live: bool = False
    errors: dict[str, Error] = {}
    model: str = ""
    clocks: dict[str, float] = {}
    judged: list[Judged] = []


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(TallyBatch)


def encode(batch: TallyBatch) -> bytes:
    """Encode a batch as MessagePack."""
    return _encoder.encode(batch)


def decode(record: bytes) -> TallyBatch:
    """Decode a batch.

    Raises
    ------
    ValueError
        The record is damaged, or was written by a newer version.
    """
    batch = _decoder.decode(record)
    if batch.version != VERSION:
        raise ValueError(f"tally encoding version {batch.version}, this larum reads version {VERSION}")
    return batch


def merge(held: dict[int, Mention], mentions: Iterable[Mention]) -> None:
    """Add mentions to those already held, in place: a union by post in which order and repetition never matter.

    Where two mentions of one post differ (an edit, or one copy without its excerpt), the smaller by a fixed order
    stays: first of all the one of the larger part that was kept.

    Examples
    --------
    >>> held: dict[int, Mention] = {}
    >>> one = Mention(1, 0.0, 7, 9, 0.9, "x", "en")
    >>> merge(held, [one, one])
    >>> merge(held, [one])
    >>> len(held)
    1
    """
    for mention in mentions:
        known = held.get(mention.post)
        if known is None or _rank(mention) < _rank(known):
            held[mention.post] = mention


def _rank(mention: Mention) -> tuple[int, bool, bytes]:
    return mention.halvings, mention.excerpt is None, _encoder.encode(mention)
