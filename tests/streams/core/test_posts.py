"""Anything may arrive at the door: it is a post within its limits, or it is refused with a reason."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.posts import EARLIEST, LATEST, MAX_POST_BYTES, Post, Unreadable, decode

POST: dict[str, Any] = {"id": "1", "source": "x", "text": "Wstyd", "created_at": 1767369600}

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
moments = st.floats(EARLIEST, LATEST) | st.floats(EARLIEST, LATEST).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
)


def refuse(**fields: Any) -> str:
    with pytest.raises(Unreadable) as error:
        decode(json.dumps({**POST, **fields}).encode())
    return str(error.value)


@given(texts, moments, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100))
def test_a_post_survives_its_json(text: str, created_at: float | str, name: str) -> None:
    post = decode(json.dumps({**POST, "text": text, "created_at": created_at, "id": name}).encode())
    assert (post.text, post.id) == (text, name)
    assert EARLIEST <= post.timestamp <= LATEST


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_anything_is_a_post_or_unreadable(record: bytes) -> None:
    with suppress(Unreadable):
        post = decode(record)
        assert post.text
        assert EARLIEST <= post.timestamp <= LATEST


@pytest.mark.parametrize("field", ["id", "source", "created_at"])
def test_a_missing_field_is_named(field: str) -> None:
    record = {key: value for key, value in POST.items() if key != field}
    with pytest.raises(Unreadable, match=field):
        decode(json.dumps(record).encode())


@pytest.mark.parametrize(
    "created_at",
    [-1, 0, 1e300, "9999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-01-02T17:00:00", "yesterday", None],
)
def test_a_time_out_of_range_or_without_offset_is_refused(created_at: object) -> None:
    assert "created_at" in refuse(created_at=created_at)


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "x" * 20_001), ("id", "x" * 513), ("id", ""), ("source", "two words"), ("source", "x" * 65),
     ("reach", -1),
     ("url", "x" * 2_049), ("author", "x" * 513), ("lang", "!"), ("kind", "edit")],
)  # fmt: skip
def test_every_field_has_a_limit(field: str, value: object) -> None:
    assert field in refuse(**{field: value})


def test_a_post_needs_words_but_a_deletion_does_not() -> None:
    assert "text" in refuse(text="")
    deletion = decode(json.dumps({**POST, "text": "", "kind": "delete"}).encode())
    assert deletion.identity == decode(json.dumps(POST).encode()).identity


def test_a_record_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Unreadable, match="bytes"):
        decode(b" " * (MAX_POST_BYTES + 1))


def test_unknown_fields_are_ignored() -> None:
    assert decode(json.dumps({**POST, "likes": 3}).encode()) == decode(json.dumps(POST).encode())


def test_identity_tells_sources_apart() -> None:
    later = datetime.now(UTC) - timedelta(days=1)
    posts = [
        Post(id=name, source=source, text="x", created_at=later)
        for source, name in (("a", "1"), ("b", "1"), ("a", "2"))
    ]
    assert len({post.identity for post in posts}) == 3
