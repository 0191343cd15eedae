"""What people teach the sentiment model with: what they say of a post, and by which key that is known again."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.core.malformed import MALFORMED
from streams.core.posts import MAX_POST_BYTES, Identifier, Moment, Source, Unreadable
from streams.core.texts import hash_of


class Label(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person says of a post. The last label of a post counts, whoever gave it.

    Parameters
    ----------
    negative
        Whether it is negative; None takes back what was said of it before.
    text
        The post's words. They may be left out to take a label back of a post that `source` and `id` name.
    lang
        Language of the text where it is known, a BCP 47 tag.
    source, id
        The post's, where they are known; without them the text says which post is meant.
    by, at
        Who said so, and when. For people: nothing depends on them.

    Examples
    --------
    >>> label = decode(b'{"text": "Wstyd!", "negative": true, "lang": "pl"}')
    >>> label.negative, label.key == decode(b'{"text": "Wstyd!", "negative": null}').key
    (True, True)
    """

    negative: bool | None
    text: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    lang: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    source: Source | None = None
    id: Identifier | None = None
    by: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    at: Moment | None = None

    def __post_init__(self) -> None:
        """Refuse half a name of a post, and what has nothing to learn from."""
        if (self.source is None) != (self.id is None):
            raise ValueError("source and id name a post together: one of them is missing")
        if not self.text and (self.negative is not None or self.id is None):
            raise ValueError("a label needs a text, unless it takes back the label of the post of a source and id")

    @property
    def key(self) -> int:
        """A 64-bit hash of source and id where they are given, else of the text: what is labelled again has it again.

        No source is empty, so no text is taken for a name.
        """
        return hash_of(f"\0{self.text}" if self.id is None else f"{self.source}\0{self.id}")

    @property
    def said(self) -> int:
        """A 64-bit hash of all that is learned from it."""
        return hash_of(f"{self.negative}\0{self.lang or ''}\0{self.text}")


_decoder = msgspec.json.Decoder(Label)
_encoder = msgspec.json.Encoder()


def decode(record: bytes | memoryview) -> Label:
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


def encode(label: Label) -> bytes:
    """Write a label as one line of JSON."""
    return _encoder.encode(label)


def record_key(key: int) -> bytes:
    """Write a label's key as the key of its record, by which a topic of labels is compacted.

    Examples
    --------
    >>> record_key(255), key_of(record_key(255)), key_of(b"mine")
    (b'00000000000000ff', 255, None)
    """
    return b"%016x" % key


def key_of(record: bytes) -> int | None:
    """Read the key of a record; None where it is no label's."""
    try:
        key = int(record, 16)
    except ValueError:
        return None
    return key if record_key(key) == record else None
