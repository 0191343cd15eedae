from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.chunks import cut, join, read


@given(st.binary(max_size=200), st.integers(1, 64))
def test_what_was_cut_is_joined_in_whatever_order_it_comes(data: bytes, size: int) -> None:
    assert join([read(record) for record in reversed(cut(data, size))]) == data


@given(st.binary(min_size=2, max_size=200), st.data())
def test_a_part_that_is_missing_is_told(data: bytes, draw: st.DataObject) -> None:
    records = cut(data, 1)
    del records[draw.draw(st.integers(0, len(records) - 1))]
    with pytest.raises(ValueError, match="was not written to its end"):
        join([read(record) for record in records])


@given(st.binary(max_size=100), st.data())
def test_one_byte_changed_is_told(data: bytes, draw: st.DataObject) -> None:
    record = bytearray(cut(data)[0])
    changed(record, draw.draw(st.integers(0, len(record) - 1)), draw.draw(st.integers(1, 255)))


def test_of_nothing_each_byte_changed_is_told() -> None:
    for at in range(len(cut(b"")[0])):
        changed(bytearray(cut(b"")[0]), at, 1)


def changed(record: bytearray, at: int, bits: int) -> None:
    record[at] ^= bits
    with pytest.raises(ValueError, match=r"no part|version|parts are there|damaged"):
        join([read(bytes(record))])
