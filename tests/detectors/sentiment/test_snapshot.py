from __future__ import annotations

import pytest

from detectors.sentiment import SentimentModel
from detectors.sentiment.snapshot import MAGIC
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
