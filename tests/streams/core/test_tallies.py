"""Tallies merge as sets: neither order nor repetition of deliveries matters."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import Error
from streams.core.tallies import VERSION, Excerpt, Mention, TallyBatch, decode, encode, merge
from tests.streams.core.mentions import MONDAY, batch, mention, tally

mentions = st.builds(
    Mention,
    post=st.integers(0, 6),
    time=st.sampled_from([0.0, 1.5]),
    text=st.integers(0, 2),
    author=st.integers(0, 2),
    negative=st.sampled_from([None, 0.2, 0.9]),
    source=st.just("x"),
    lang=st.just("pl"),
    reach=st.integers(0, 2),
    excerpt=st.none() | st.builds(Excerpt, id=st.just("1"), text=st.sampled_from(["a", "b"])),
)
deliveries = st.lists(st.lists(mentions, max_size=5), max_size=6)


def merged(parts: list[list[Mention]]) -> dict[int, Mention]:
    held: dict[int, Mention] = {}
    for part in parts:
        merge(held, part)
    return held


@given(deliveries, st.randoms(use_true_random=False))
def test_order_never_matters(parts: list[list[Mention]], chance: object) -> None:
    shuffled = [list(part) for part in parts]
    for part in shuffled:
        chance.shuffle(part)  # type: ignore[attr-defined]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merged(shuffled) == merged(parts)


@given(deliveries, st.data())
def test_repetition_never_matters(parts: list[list[Mention]], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(parts))) if parts else []
    assert merged(parts + repeats) == merged(parts)


@given(deliveries)
def test_every_post_counts_once(parts: list[list[Mention]]) -> None:
    assert merged(parts).keys() == {one.post for part in parts for one in part}


def test_a_batch_survives_its_encoding() -> None:
    sent = batch(-1.5, tally(mention(2**64 - 1, MONDAY + 0.25, negative=None)), number=3, inputs=4, deleted=(2**63,))
    assert decode(encode(sent)) == sent


def test_the_models_errors_survive_the_encoding() -> None:
    sent = msgspec.structs.replace(batch(0.0), errors={"pl": Error(0.6, 0.1, 0.002, 0.001)})
    assert decode(encode(sent)).errors["pl"].sensitivity == 0.6
    assert decode(encode(sent)) == sent


def test_a_newer_encoding_is_refused() -> None:
    sent = batch(0.0)
    newer = TallyBatch(VERSION + 1, sent.input, sent.inputs, sent.watermark, sent.idle, sent.tallies, sent.deleted)
    with pytest.raises(ValueError, match=f"version {VERSION + 1}"):
        decode(encode(newer))
