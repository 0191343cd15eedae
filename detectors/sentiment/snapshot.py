"""A trained model as bytes: a magic word and version, a checksum, and MessagePack of what was learned. Never pickle."""

from __future__ import annotations

import msgspec
import xxhash

from detectors.sentiment.performance import PerformanceState

MAGIC = b"larum-sentiment"
VERSION = 3
_HEAD = len(MAGIC) + 1
_SUM = 16


class LearnerState(msgspec.Struct, frozen=True, array_like=True):
    """What a learner has learned; little-endian arrays, of 32-bit unsigned slots and of 64-bit floats."""

    origin: str
    rate: float
    slots: bytes
    weights: bytes
    energy: bytes
    dense: bytes
    dense_energy: bytes
    trust: bytes
    trust_energy: bytes


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """What a model has learned, from how many labels, the digest of them, and how it did at which threshold."""

    labels: int
    digest: int
    learner: LearnerState
    threshold: float
    performance: list[PerformanceState]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Snapshot)


def encode(snapshot: Snapshot) -> bytes:
    """Encode a snapshot."""
    body = _encoder.encode(snapshot)
    return MAGIC + bytes([VERSION]) + xxhash.xxh3_128_digest(body) + body


def decode(data: bytes) -> Snapshot:
    """Decode a snapshot.

    Raises
    ------
    ValueError
        It is none, is damaged, or was written by another version; the message says which.
    """
    if len(data) < _HEAD + _SUM or not data.startswith(MAGIC):
        raise ValueError("not a snapshot of a sentiment model")
    version = data[len(MAGIC)]
    if version != VERSION:
        raise ValueError(f"snapshot version {version}, this larum reads version {VERSION}")
    checksum, body = data[_HEAD : _HEAD + _SUM], data[_HEAD + _SUM :]
    if xxhash.xxh3_128_digest(body) != checksum:
        raise ValueError("the snapshot is damaged: its checksum does not fit")
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise ValueError(f"the snapshot cannot be read: {error}") from error
