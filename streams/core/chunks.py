"""What is too long for one record, cut into several, each of which tells of the whole; half of it is known for half."""

from __future__ import annotations

import struct
from collections.abc import Collection
from typing import NamedTuple

import xxhash

MAGIC = b"larum-part"
VERSION = 1
BYTES = 512 * 1024  # of a part: with its head well below the megabyte that a broker takes where it is told nothing
_HEAD = struct.Struct("<10sBHH16s")


class Chunk(NamedTuple):
    """One part.

    Parameters
    ----------
    whole
        Checksum of all parts together, by which those that belong together are known.
    number, total
        Which part it is, from 0, of how many.
    payload
        What it holds.
    """

    whole: bytes
    number: int
    total: int
    payload: bytes


def cut(data: bytes, size: int = BYTES) -> list[bytes]:
    """Cut into records of at most `size` bytes and a head.

    Examples
    --------
    >>> records = cut(b"a long text", size=4)
    >>> len(records), join([read(record) for record in records])
    (3, b'a long text')
    >>> join([read(record) for record in records[:2]])
    Traceback (most recent call last):
    ...
    ValueError: 2 of its 3 parts are there: it was not written to its end
    """
    parts = [data[start : start + size] for start in range(0, len(data), size)] or [b""]
    whole = xxhash.xxh3_128_digest(data)
    return [_HEAD.pack(MAGIC, VERSION, number, len(parts), whole) + part for number, part in enumerate(parts)]


def read(record: bytes) -> Chunk:
    """Read a record.

    Raises
    ------
    ValueError
        It is no part of anything, of another version, or damaged.
    """
    if len(record) < _HEAD.size or not record.startswith(MAGIC):
        raise ValueError("it is no part of a snapshot")
    _, version, number, total, whole = _HEAD.unpack_from(record)
    if version != VERSION:
        raise ValueError(f"its parts have version {version}, this larum reads version {VERSION}")
    if number >= total:
        raise ValueError(f"it is damaged: it says that it is part {number + 1} of {total}")
    return Chunk(whole, number, total, record[_HEAD.size :])


def join(chunks: Collection[Chunk]) -> bytes:
    """Put the parts of one whole together.

    Raises
    ------
    ValueError
        Parts are missing, or it is damaged.
    """
    parts = {chunk.number: chunk for chunk in chunks}
    total = max(chunk.total for chunk in chunks)
    there = [parts[number].payload for number in range(total) if number in parts]
    if len(there) < total:
        raise ValueError(f"{len(there)} of its {total} parts are there: it was not written to its end")
    data = b"".join(there)
    if any(chunk.whole != xxhash.xxh3_128_digest(data) for chunk in chunks):
        raise ValueError("it is damaged: its checksum does not fit")
    return data
