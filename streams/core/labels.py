"""What people teach the sentiment model with."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.core.malformed import MALFORMED
from streams.core.posts import MAX_POST_BYTES, Unreadable


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a text; `lang` is its language where it is known.

    Examples
    --------
    >>> decode(b'{"text": "Wstyd!", "negative": true, "lang": "pl"}').negative
    True
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    negative: bool
    lang: Annotated[str, msgspec.Meta(max_length=35)] | None = None


_decoder = msgspec.json.Decoder(Label)


def decode(record: bytes) -> Label:
    """Read one JSON record.

    Raises
    ------
    Unreadable
        It is not a label, or longer than a post may be; the message names the field.
    """
    if len(record) > MAX_POST_BYTES:
        raise Unreadable(f"{len(record)} bytes are more than the {MAX_POST_BYTES} a label may have")
    try:
        return _decoder.decode(record)
    except MALFORMED as error:
        raise Unreadable(str(error)) from error
