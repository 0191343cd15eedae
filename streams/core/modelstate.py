"""A model with the lessons it has learned as bytes: a magic word and version, a checksum, MessagePack. Never pickle."""

from __future__ import annotations

import cramjam
import msgspec
import xxhash

from streams.core.lessons import Known

MAGIC = b"larum-model"
VERSION = 1
_HEAD = len(MAGIC) + 1
_SUM = 16
_LEVEL = 1  # of Zstandard


class ModelState(msgspec.Struct, frozen=True, array_like=True):
    """The last word on each labelled post, and the model that has learned exactly these, in its own encoding."""

    known: Known
    model: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ModelState)


def encode(state: ModelState) -> bytes:
    """Encode a state; equal states have equal bytes."""
    body = bytes(cramjam.zstd.compress(_encoder.encode(state), _LEVEL))
    return MAGIC + bytes([VERSION]) + xxhash.xxh3_128_digest(body) + body


def decode(data: bytes) -> ModelState:
    """Decode a state.

    Raises
    ------
    ValueError
        It is none, is damaged, or was written by another version; the message says which.

    Examples
    --------
    >>> state = ModelState(Known(1, bytes(8), bytes(8), bytes(8)), b"model")
    >>> decode(encode(state)) == state
    True
    >>> decode(encode(state)[:-1])
    Traceback (most recent call last):
    ...
    ValueError: it is damaged: its checksum does not fit
    """
    if len(data) < _HEAD + _SUM or not data.startswith(MAGIC):
        raise ValueError("it is no snapshot of a model")
    if data[len(MAGIC)] != VERSION:
        raise ValueError(f"it has version {data[len(MAGIC)]}, this larum reads version {VERSION}")
    checksum, body = data[_HEAD : _HEAD + _SUM], data[_HEAD + _SUM :]
    if xxhash.xxh3_128_digest(body) != checksum:
        raise ValueError("it is damaged: its checksum does not fit")
    try:
        return _decoder.decode(bytes(cramjam.zstd.decompress(body)))
    except (msgspec.MsgspecError, cramjam.DecompressionError) as error:
        raise ValueError(f"it cannot be read: {error}") from error
