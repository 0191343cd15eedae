from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.labels import Label, decode, encode, key_of, record_key
from streams.core.posts import Unreadable
from streams.core.posts import decode as decode_post


def read(**fields: object) -> Label:
    return decode(json.dumps(fields).encode())


def test_a_post_that_is_named_is_known_by_its_name_whatever_its_text() -> None:
    one = read(source="x", id="1", text="Wstyd", negative=True)
    assert one.key == read(source="x", id="1", text="Wstyd! (edited)", negative=False).key
    assert one.key == read(source="x", id="1", negative=None).key
    post = decode_post(b'{"id": "1", "source": "x", "text": "a", "created_at": 1767369600}')
    assert one.key == post.identity


def test_a_text_alone_is_known_by_itself_and_never_by_the_name_of_a_post() -> None:
    assert read(text="Wstyd", negative=True).key == read(text="Wstyd", negative=None, by="ola").key
    assert read(text="x\0" + "1", negative=True).key != read(source="x", id="1", text="a", negative=True).key


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "Wstyd"}, "missing required field `negative`"),
        ({"text": "Wstyd", "negative": 1}, r"Expected `bool \| null`, got `int` - at `\$.negative`"),
        ({"negative": True}, "needs a text"),
        ({"negative": None}, "needs a text"),
        ({"negative": True, "source": "x", "id": "1"}, "needs a text"),
        ({"text": "a", "negative": True, "id": "1"}, "one of them is missing"),
        ({"text": "a", "negative": True, "source": "x"}, "one of them is missing"),
        ({"text": "a", "negative": True, "source": "no such name", "id": "1"}, r"\$.source"),
        ({"text": "a" * 20_001, "negative": True}, r"\$.text"),
    ],
)
def test_what_is_no_label_is_told_with_its_field(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(**fields)


def test_what_is_written_is_read_again() -> None:
    label = Label(text="Wstyd", negative=None, lang="pl", source="x", id="1", by="ola", at=1767369600.0)
    assert decode(encode(label)) == label


@given(st.integers(0, 2**64 - 1))
def test_a_key_is_read_as_it_is_written(key: int) -> None:
    assert key_of(record_key(key)) == key


@given(st.binary(max_size=20))
def test_what_is_no_key_is_none(record: bytes) -> None:
    key = key_of(record)
    assert key is None or record_key(key) == record
