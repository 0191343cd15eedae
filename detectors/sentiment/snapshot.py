"""A trained model as bytes: a magic word and version, a checksum, and MessagePack of what was learned. Never pickle."""

from __future__ import annotations

import zlib

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from detectors.sentiment.drift import DriftState
from detectors.sentiment.performance import PerformanceState

MAGIC = b"larum-sentiment"
VERSION = 3
_HEAD = len(MAGIC) + 1
_SUM = 16


class SideState(msgspec.Struct, frozen=True, array_like=True):
    """What a learner has learned of one language: its dense weights, its trust, posts of either kind, and its drift."""

    means: list[float]
    variances: list[float]
    trust: float
    energy: float
    labels: float
    posts: list[int]
    drift: DriftState


class LearnerState(msgspec.Struct, frozen=True, array_like=True):
    """What a learner has learned; of so many hashed features, packed by `pack`."""

    origin: str
    rate: float
    slots: int
    hashed: bytes
    sides: list[SideState]


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


def pack(slots: NDArray[np.int64], records: NDArray[np.int64]) -> bytes:
    """Pack records of hashed features: gaps between their slots, then the records, byte by byte of each, deflated."""
    gaps = np.diff(slots, prepend=0).astype("<u4")
    columns = [_columns(gaps), _columns(records.astype("<i8"))]
    return zlib.compress(b"".join(columns), 6)


def unpack(count: int, packed: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read the slots and records that `pack` packed, so many of them.

    Raises
    ------
    ValueError
        They are not there, or not that many.
    """
    size = 12 * count
    inflating = zlib.decompressobj()
    try:
        data = inflating.decompress(packed, size + 1)
    except zlib.error as error:
        raise ValueError(f"the snapshot cannot be read: {error}") from error
    if len(data) != size or not (inflating.eof or not count):
        raise ValueError("the snapshot's parts do not fit together")
    gaps = _rows(data[: 4 * count], 4).view("<u4")[:, 0].astype(np.int64)
    return gaps.cumsum(), _rows(data[4 * count :], 8).view("<i8")[:, 0].astype(np.int64)


def _columns(values: NDArray[np.generic]) -> bytes:
    """Give the bytes of numbers, all first ones first: those that are alike stand together."""
    return values.view(np.uint8).reshape(-1, values.itemsize).T.tobytes()


def _rows(data: bytes, width: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(width, -1).T)
