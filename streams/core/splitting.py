"""Tallies that are too many for one record go out in several: the watch takes a union, and closes by the last."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from streams.core.tallies import Tally, TallyBatch, encode

MOST_BYTES = 4 << 20  # of a record of tallies: a quarter of what its topic takes
MOST_ITEMS = 20_000  # encoded at once, so that a flood is never in memory a second time


def records(batch: TallyBatch, most: int = MOST_BYTES) -> Iterator[bytes]:
    """Encode a batch as one record, or as several that mean the same where it would be too large.

    All but the last say nothing of how far the input has come, so that no bucket is closed before the last has come;
    deletions and orders come behind the mentions that they are about.

    Parameters
    ----------
    batch
        What one flush of one input has to tell one shard.
    most
        Bytes of a record. One that holds a single mention may be larger.

    Examples
    --------
    >>> batch = TallyBatch(6, 0, 1, 60.0, False, [], deleted=list(range(100)))
    >>> [len(record) for record in records(batch)], [len(record) for record in records(batch, 100)]
    ([125], [75, 75])
    """
    if _items(batch) > MOST_ITEMS:
        pieces = _halves(batch)
    else:
        record = encode(batch)
        if len(record) <= most or _items(batch) <= 1:
            yield record
            return
        del record
        pieces = _halves(batch)
    for piece in pieces:
        yield from records(piece, most)


def _items(batch: TallyBatch) -> int:
    mentions = sum(len(tally.mentions) for tally in batch.tallies)
    return mentions + len(batch.heard) + len(batch.deleted) + len(batch.rebaselined) + len(batch.judged)


def _halves(batch: TallyBatch) -> tuple[TallyBatch, TallyBatch]:
    """Cut a batch in two: its mentions first, then what was heard, then deletions, then orders."""
    room = _items(batch) // 2
    early, late = _cut(batch.tallies, room)
    room -= sum(len(tally.mentions) for tally in early)
    heard, batch_heard = batch.heard[:room], batch.heard[room:]
    room -= len(heard)
    deleted, batch_deleted = batch.deleted[:room], batch.deleted[room:]
    room -= len(deleted)
    ordered, batch_ordered = batch.rebaselined[:room], batch.rebaselined[room:]
    room -= len(ordered)
    judged, batch_judged = batch.judged[:room], batch.judged[room:]
    replace = msgspec.structs.replace
    first = replace(
        batch,
        watermark=-math.inf,
        idle=False,
        tallies=early,
        heard=heard,
        deleted=deleted,
        rebaselined=ordered,
        judged=judged,
    )
    second = replace(
        batch, tallies=late, heard=batch_heard, deleted=batch_deleted, rebaselined=batch_ordered, judged=batch_judged
    )
    return first, second


def _cut(tallies: list[Tally], mentions: int) -> tuple[list[Tally], list[Tally]]:
    """Cut tallies behind so many mentions."""
    for index, tally in enumerate(tallies):
        if mentions < len(tally.mentions):
            early, late = tally.mentions[:mentions], tally.mentions[mentions:]
            ends = [Tally(tally.brand, tally.bucket, early)] if early else []
            return tallies[:index] + ends, [Tally(tally.brand, tally.bucket, late), *tallies[index + 1 :]]
        mentions -= len(tally.mentions)
    return tallies, []
