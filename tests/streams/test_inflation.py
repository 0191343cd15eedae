"""Batches that swell beyond all bounds or cannot be read: passed over, told of, and their neighbours count."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import cramjam
import pytest
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from streams.inflation import DECODERS, FETCH_BYTES, MOST_BYTES, GuardedRecords, InflationError, Spoilt, guard

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip_encode,
    "snappy": snappy_encode,
    "lz4": lz4_encode,
    "zstd": zstd_encode,
}
CODECS = dict(zip(("gzip", "snappy", "lz4", "zstd"), range(1, 5), strict=True))
TP = TopicPartition("posts", 3)


@given(codec=st.sampled_from(sorted(CODECS)), payload=st.binary(max_size=100_000))
def test_what_is_within_the_bound_comes_out_as_it_went_in(codec: str, payload: bytes) -> None:
    assert DECODERS[codec](ENCODERS[codec](payload)) == payload


@given(codec=st.sampled_from(sorted(CODECS)), payload=st.binary(max_size=1_000))
def test_what_is_no_such_thing_is_one_kind_of_error(codec: str, payload: bytes) -> None:
    with suppress(InflationError):
        DECODERS[codec](payload)


@pytest.mark.parametrize("codec", sorted(CODECS))
def test_what_inflates_beyond_the_bound_is_refused(codec: str) -> None:
    assert len(DECODERS[codec](ENCODERS[codec](bytes(MOST_BYTES)))) == MOST_BYTES
    with pytest.raises(InflationError, match="inflates to more than"):
        DECODERS[codec](ENCODERS[codec](bytes(MOST_BYTES + 1)))


def test_several_members_of_gzip_are_one_and_bounded_together() -> None:
    assert DECODERS["gzip"](gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"
    with pytest.raises(InflationError):
        DECODERS["gzip"](gzip.compress(bytes(MOST_BYTES)) * 2)


def test_snappy_of_one_block_is_read_too() -> None:
    assert DECODERS["snappy"](bytes(cramjam.snappy.compress_raw(b"Wstyd!"))) == b"Wstyd!"


def batch(
    base: int, values: Sequence[bytes], codec: str | None = None, spoil: tuple[bytes, bytes] = (b"", b"")
) -> bytes:
    """Write a batch as a broker would hand it over; what is to be spoilt is replaced after it was written."""
    builder = DefaultRecordBatchBuilder(2, CODECS[codec] if codec else 0, False, -1, -1, -1, 1 << 30)
    for number, value in enumerate(values):
        builder.append(number, number, None, value, [("header", b"")])
    raw = bytearray(bytes(builder.build()).replace(*spoil))
    raw[:8] = struct.pack(">q", base)
    raw[17:21] = struct.pack(">I", calc_crc32c(bytes(raw[21:])))
    return bytes(raw)


def records(*batches: bytes, begin: int = 0) -> Iterator[ConsumerRecord]:
    guard()
    return iter(GuardedRecords(TP, MemoryRecords(b"".join(batches)), None, begin, None, None, True, 0))


@pytest.mark.parametrize("codec", [None, *sorted(CODECS)])
def test_batches_are_read_as_before(codec: str | None) -> None:
    found = list(records(batch(0, [b"a", b"b"], codec), batch(2, [b"c"], codec), begin=1))
    assert [(one.offset, one.value) for one in found] == [(1, b"b"), (2, b"c")]


@pytest.mark.parametrize("codec", sorted(CODECS))
def test_one_record_stands_for_a_bomb_and_its_neighbours_come(codec: str) -> None:
    bomb = batch(1, [b"x", bytes(MOST_BYTES), b"y"], codec)
    assert len(bomb) < 2_000_000
    found = list(records(batch(0, [b"a"]), bomb, batch(4, [b"b"], codec)))
    assert [(one.offset, one.value) for one in found] == [(0, b"a"), (3, b""), (4, b"b")]
    spoilt = found[1].value
    assert isinstance(spoilt, Spoilt)
    assert "offsets 1 to 3 came in a batch that cannot be read" in spoilt.reason
    assert "inflates to more than" in spoilt.reason


@pytest.mark.parametrize(
    ("spoil", "codec", "offsets"),
    [
        ((b"header", b"\xff\xfe\xfd\xfc\xfb\xfa"), None, [0, 2, 3]),  # the key of a header, which need not be UTF-8
        ((b"\x1f\x8b", b"\x00\x00"), "gzip", [0, 2, 3]),
        ((b"\x06one", b"\x0eone"), None, [0, 2, 3]),  # a value that is longer than its record
    ],
)
def test_a_batch_that_cannot_be_taken_apart_does_not_stop_the_reading(
    spoil: tuple[bytes, bytes], codec: str | None, offsets: list[int]
) -> None:
    found = list(records(batch(0, [b"a"]), batch(1, [b"one", b"two"], codec, spoil), batch(3, [b"b"])))
    assert [one.offset for one in found] == offsets
    assert [isinstance(one.value, Spoilt) for one in found] == [False, True, False]


def test_what_was_damaged_on_the_way_is_not_passed_over() -> None:
    raw = bytearray(batch(0, [b"a"]))
    raw[-3] ^= 1
    with pytest.raises(CorruptRecordException):
        list(records(bytes(raw)))


def test_a_fetch_of_many_large_batches_ends_when_it_is_large_enough_and_the_next_goes_on() -> None:
    large = bytes(FETCH_BYTES // 2)
    fetched = [batch(3 * number, [large, b"between", large], "zstd") for number in range(4)]
    first = list(records(*fetched))
    assert [one.offset for one in first] == [0, 1, 2]
    second = list(records(*fetched[1:], begin=first[-1].offset + 1))
    assert [one.offset for one in second] == [3, 4, 5]
    within = list(records(*fetched[1:], begin=4))
    assert [one.offset for one in within] == [4, 5, 6]
