"""Batches of records that would swell beyond all bounds, or cannot be read at all, are passed over and told of.

A batch of Kafka's comes compressed, and nothing bounds what it inflates to: 33 kB of zstd become a gigabyte. The broker
lets it pass, aiokafka inflates it whole, and where it cannot (it is damaged inside, or the key of a header is no UTF-8)
it raises on every fetch, so that a consumer that starts again meets it again. `guard` bounds both: in place of such a
batch one record is delivered, at the batch's last offset, whose value is `Spoilt` and says why. A fetch of many batches
ends when what came of it is large enough: the next one goes on from there.

aiokafka has no seam for it. What is replaced are the decoders that its record modules name, and the class that takes
fetched batches apart; both are looked up where they are called.
"""

from __future__ import annotations

import gzip
import importlib
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import cramjam
import numpy as np
from aiokafka import ConsumerRecord
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, UnsupportedCodecError

MOST_BYTES = 32 << 20  # what any batch may inflate to
MOST_FOLD = 16  # one that is large compressed may be larger: prose shrinks to a tenth
FETCH_BYTES = 16 << 20  # of values in one fetch, many batches of which may each be near their bound
XERIAL = b"\x82SNAPPY\0"  # how blocks of snappy begin, with 8 bytes of version behind it
READ_AGAIN = "Invalid CRC"  # damaged on the way: the next fetch may bring it whole

RECORD_MODULES = (
    "aiokafka.record.default_records",
    "aiokafka.record.legacy_records",
    "aiokafka.record._crecords.default_records",
    "aiokafka.record._crecords.legacy_records",
)


class Spoilt(bytes):
    """The empty value of the record that stands for a batch which was passed over.

    Attributes
    ----------
    reason
        What is wrong with the batch, and which offsets it holds.
    """

    reason: str

    def __bool__(self) -> bool:
        """Hold something, if only a reason: it must not be taken for a record without any value."""
        return True

    @classmethod
    def because(cls, reason: str) -> Spoilt:
        """Make one."""
        spoilt = cls()
        spoilt.reason = reason
        return spoilt


def reason_of(value: bytes | None, fault: object) -> str:
    """Say why a record is of no use: for what stands in a batch's place, what is wrong with the batch.

    Examples
    --------
    >>> reason_of(b"oops", "JSON is malformed"), reason_of(Spoilt.because("is no gzip"), "JSON is malformed")
    ('JSON is malformed', 'is no gzip')
    """
    return value.reason if isinstance(value, Spoilt) else str(fault)


class InflationError(CorruptRecordException):
    """A batch that inflates to more than it may, or is not what its codec makes."""


def guard() -> None:
    """Bound what the consumers of this process inflate; doing it again changes nothing."""
    for name in RECORD_MODULES:
        module = importlib.import_module(name)
        for codec, decoder in DECODERS.items():
            if hasattr(module, f"{codec}_decode"):
                setattr(module, f"{codec}_decode", decoder)
    fetcher.PartitionRecords = GuardedRecords


def bound(compressed: int) -> int:
    """Say how many bytes may come of so many compressed ones.

    Examples
    --------
    >>> bound(1_000) == MOST_BYTES, bound(10_000_000)
    (True, 160000000)
    """
    return max(MOST_BYTES, MOST_FOLD * compressed)


def inflate_gzip(payload: bytes) -> bytes:
    """Inflate a batch.

    Examples
    --------
    >>> inflate_gzip(gzip.compress(b"Wstyd!"))
    b'Wstyd!'
    >>> inflate_gzip(gzip.compress(bytes(MOST_BYTES + 1)))
    Traceback (most recent call last):
    ...
    streams.inflation.InflationError: [Error 2] InflationError: inflates to more than 33554432 bytes
    """
    most = bound(len(payload))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(payload)) as file:
            inflated = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InflationError(f"is no gzip: {error}") from error
    return _bounded(inflated, most)


def inflate_zstd(payload: bytes) -> bytes:
    """Inflate a batch; see `inflate_gzip`."""
    return _into(cramjam.zstd.decompress_into, payload, "zstd")


def inflate_lz4(payload: bytes) -> bytes:
    """Inflate a batch; see `inflate_gzip`."""
    return _into(cramjam.lz4.decompress_into, payload, "lz4")


def inflate_snappy(payload: bytes) -> bytes:
    """Inflate a batch, of one block or of several as Java's library writes them; see `inflate_gzip`."""
    data, most = bytes(payload), bound(len(payload))
    blocks = _blocks(data) if data.startswith(XERIAL) else [data]
    inflated = bytearray()
    try:
        for block in blocks:
            if len(inflated) + cramjam.snappy.decompress_raw_len(block) > most:
                raise InflationError(f"inflates to more than {most} bytes")
            inflated += cramjam.snappy.decompress_raw(block)
    except cramjam.DecompressionError as error:
        raise InflationError(f"is no snappy: {error}") from error
    return bytes(inflated)


DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": inflate_gzip,
    "zstd": inflate_zstd,
    "lz4": inflate_lz4,
    "snappy": inflate_snappy,
}


def _blocks(data: bytes) -> Iterator[bytes]:
    at = len(XERIAL) + 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def _into(inflate: Callable[[bytes, Any], int], payload: bytes, codec: str) -> bytes:
    room = np.empty(bound(len(payload)), np.uint8)  # takes memory only as far as it is written to
    try:
        size = inflate(payload, room)
    except cramjam.DecompressionError as error:
        if "write whole buffer" in str(error):
            raise InflationError(f"inflates to more than {len(room)} bytes") from error
        raise InflationError(f"is no {codec}: {error}") from error
    return room[:size].tobytes()


def _bounded(inflated: bytes, most: int) -> bytes:
    if len(inflated) > most:
        raise InflationError(f"inflates to more than {most} bytes")
    return inflated


class Batches:
    """The batches of a fetch, of which the last that was handed out is remembered."""

    def __init__(self, batches: Any) -> None:
        self._batches = batches
        self.last: Any = None

    def has_next(self) -> bool:
        """Tell whether there is another one."""
        return bool(self._batches.has_next())

    def next_batch(self) -> Any:
        """Hand out the next one."""
        self.last = self._batches.next_batch()
        return self.last


class GuardedRecords(fetcher.PartitionRecords):
    """Takes fetched batches apart, and passes over those that cannot be."""

    def __init__(self, tp: Any, records: Any, *rest: Any) -> None:
        super().__init__(tp, Batches(records), *rest)
        self.next_fetch_offset: int
        self._delivered = 0

    def _unpack_records(self) -> Iterator[ConsumerRecord]:
        read_to_the_end = False
        while not read_to_the_end:
            try:
                yield from self._within(super()._unpack_records())
                read_to_the_end = True
            except (CorruptRecordException, UnsupportedCodecError, ValueError) as error:
                if READ_AGAIN in str(error):
                    raise
                yield from self._pass_over(str(error))

    def _within(self, records: Iterator[ConsumerRecord]) -> Iterator[ConsumerRecord]:
        """Yield records until they are more than a fetch may hold; what follows is fetched again."""
        for record in records:
            self._delivered += len(record.value or b"")
            yield record
            if self._delivered >= FETCH_BYTES:
                return

    def _pass_over(self, why: str) -> Iterator[ConsumerRecord]:
        """Yield a record for those of the last batch that were not delivered, if there are any."""
        tp, first, behind = self._tp, self.next_fetch_offset, self._records.last.next_offset
        self.next_fetch_offset = max(first, behind)
        if first < behind:
            reason = f"offsets {first} to {behind - 1} came in a batch that cannot be read: {why}"
            yield ConsumerRecord(
                tp.topic, tp.partition, behind - 1, -1, 0, None, Spoilt.because(reason), None, -1, 0, ()
            )
