from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from detectors.sentiment.snapshot import MAGIC, VERSION, pack, unpack
from detectors.sentiment.vocabulary import SLOTS
from tests.detectors.sentiment.test_model import trained


@pytest.fixture(scope="module")
def snapshot() -> bytes:
    return trained().to_bytes()


def test_a_restored_model_goes_on_learning_as_the_one_it_was(snapshot: bytes) -> None:
    one, other = SentimentModel.from_bytes(snapshot), trained()
    for model in (one, other):
        model.learn_one("Karuzela bez końca", True, "pl")
    assert one.to_bytes() == other.to_bytes()


def test_any_flipped_byte_is_refused(snapshot: bytes) -> None:
    for place in range(0, len(snapshot), 7):
        damaged = bytearray(snapshot)
        damaged[place] ^= 0x10
        with pytest.raises(ValueError, match="snapshot"):
            SentimentModel.from_bytes(bytes(damaged))


def test_a_torn_snapshot_is_refused(snapshot: bytes) -> None:
    for length in (0, 5, len(MAGIC) + 1, 40, len(snapshot) - 1):
        with pytest.raises(ValueError, match="snapshot"):
            SentimentModel.from_bytes(snapshot[:length])


def test_a_newer_version_is_refused_by_its_number(snapshot: bytes) -> None:
    newer = MAGIC + bytes([200]) + snapshot[len(MAGIC) + 1 :]
    with pytest.raises(ValueError, match="snapshot version 200"):
        SentimentModel.from_bytes(newer)


def test_an_older_version_is_refused_by_its_number(snapshot: bytes) -> None:
    older = MAGIC + bytes([VERSION - 1]) + snapshot[len(MAGIC) + 1 :]
    with pytest.raises(ValueError, match=f"snapshot version {VERSION - 1}, this larum reads version {VERSION}"):
        SentimentModel.from_bytes(older)


@given(st.dictionaries(st.integers(0, 2 * SLOTS - 1), st.integers(1, (1 << 63) - 1), max_size=50))
def test_packed_records_come_back(records: dict[int, int]) -> None:
    slots = np.array(sorted(records), np.int64)
    values = np.array([records[slot] for slot in sorted(records)], np.int64)
    for before, after in zip((slots, values), unpack(len(slots), pack(slots, values)), strict=True):
        assert before.tolist() == after.tolist()


def test_records_are_no_more_and_no_fewer_than_they_say() -> None:
    packed = pack(np.array([3, 5]), np.array([1, 2]))
    for count in (0, 1, 3):
        with pytest.raises(ValueError, match="snapshot"):
            unpack(count, packed)
    with pytest.raises(ValueError, match="snapshot"):
        unpack(2, packed[:-3])
    with pytest.raises(ValueError, match="snapshot"):
        unpack(2, b"no deflated bytes")
    with pytest.raises(ValueError, match="snapshot"):
        unpack(2, zlib.compress(bytes(100_000_000)))


def test_a_label_adds_a_few_bytes_for_each_new_feature() -> None:
    model = SentimentModel()
    empty = len(model.to_bytes())
    assert empty < 1_500
    for at in range(100):
        model.learn_one(" ".join(f"słowo{chr(97 + (at * word) % 26)}{word}" for word in range(10)), bool(at % 2), "pl")
    features = len(model._learner.state().hashed)
    assert model._learner.state().slots > 400
    assert features < 9 * model._learner.state().slots
    assert len(model.to_bytes()) - features < 3_500  # most of it how well it did, a histogram of which grows to 8 kB
