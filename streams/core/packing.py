"""States as they are kept: encoded, packed, with their version and a word on whether they can wait."""

from __future__ import annotations

import cramjam

LEVEL = 1  # of Zstandard: half the bytes of a brand for a tenth of a millisecond
HEADER = 2  # bytes: the version, and whether it waits


def pack(state: bytes, version: int, *, waits: bool) -> bytes:
    """Pack an encoded state.

    Parameters
    ----------
    state
        As encoded.
    version
        Of the encoding, 1 to 255.
    waits
        Whether it may be left as it is for some time; else somebody has to go on with it with the next bucket.

    Examples
    --------
    >>> packed = pack(b"state" * 100, 3, waits=True)
    >>> len(packed) < 50, unpack(packed) == b"state" * 100, waits(packed)
    (True, True, True)
    """
    return bytes((version, waits)) + bytes(cramjam.zstd.compress(state, LEVEL))


def require(record: bytes, version: int, name: str) -> None:
    """Refuse a packed state of another version.

    Raises
    ------
    ValueError
        Names the state and both versions.

    Examples
    --------
    >>> require(pack(b"state", 3, waits=True), 4, "brand 'orlen'")
    Traceback (most recent call last):
    ...
    ValueError: state of brand 'orlen' has version 3, this larum reads 4
    """
    if len(record) < HEADER or record[0] != version:
        found = f"version {record[0]}" if record else "no version"
        raise ValueError(f"state of {name} has {found}, this larum reads {version}")


def unpack(record: bytes) -> bytes:
    """Give the encoded state back.

    Raises
    ------
    ValueError
        The record is damaged.
    """
    try:
        return bytes(cramjam.zstd.decompress(record[HEADER:]))
    except cramjam.DecompressionError as error:
        raise ValueError(f"a packed state is damaged: {error}") from error


def waits(record: bytes) -> bool:
    """Say whether a packed state may be left as it is for some time."""
    return record[1] == 1
