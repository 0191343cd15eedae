"""Dead letters as they go into their topic: whole where possible, with what is wrong and where they came from."""

from __future__ import annotations

from streams.core.posts import MAX_REASON_CHARACTERS
from streams.records import Place
from streams.topics import LARGE

MOST_BYTES = LARGE - (64 << 10)  # of a record: what its topic takes, less its headers


def letter(reason: str, place: Place, record: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    r"""Make a dead letter.

    Parameters
    ----------
    reason
        What is wrong; from hostile input, so it is cut, and what is not printable in it is escaped.
    place
        Where it came from.
    record
        All of it. More than `MOST_BYTES` are cut off, and the header ``length`` then says how many there were; the
        origin tells where to find all of it.

    Returns
    -------
    tuple of bytes and list
        Value and headers.

    Examples
    --------
    >>> value, headers = letter("Invalid enum value 'a\nb'", Place("larum.posts", 3, 17, 0, 2), b"{}")
    >>> value, dict(headers)["reason"], dict(headers)["origin"]
    (b'{}', b"Invalid enum value 'a\\nb'", b'larum.posts/3@17')
    """
    shown = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in reason[:MAX_REASON_CHARACTERS])
    headers = [("reason", shown.encode()), *place.headers()]
    if len(record) > MOST_BYTES:
        headers.append(("length", b"%d" % len(record)))
    return record[:MOST_BYTES], headers
