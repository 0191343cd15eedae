"""Every line of a body is either taken or told, and no body, however broken, is answered with an error of ours."""

from __future__ import annotations

import contextlib
import json

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from streams.core.labels import decode as decode_label
from streams.core.posts import decode
from streams.intake import LINES, ONE_DOCUMENT, records_of

posts = st.integers(0, 999).map(
    lambda number: json.dumps({"id": str(number), "source": "x", "text": "Wstyd!", "created_at": 1767369600}).encode()
)
damaged = st.binary(max_size=50).filter(lambda line: b"\n" not in line and bool(line.strip()))
strangers = (st.none() | st.integers() | st.text() | st.lists(st.integers())).map(
    lambda value: json.dumps(value).encode()
)
blank = st.sampled_from([b"", b" ", b"\t", b"\r"])


@given(st.lists(posts | damaged | blank), st.sampled_from(sorted(LINES)))
def test_every_line_is_taken_or_told_in_its_place(lines: list[bytes], content_type: str) -> None:
    taken, told = records_of(content_type, b"\n".join(lines), decode)
    places = [int(origin.removeprefix("http:")) for _, origin in taken] + [rejection.line for rejection in told]
    assert sorted(places) == [place for place, line in enumerate(lines, start=1) if line.strip()]


@given(st.lists(posts | strangers))
def test_every_item_of_an_array_is_taken_or_told_in_its_place(items: list[bytes]) -> None:
    taken, told = records_of("application/json", b"[" + b",".join(items) + b"]", decode)
    places = [int(origin.removeprefix("http:")) for _, origin in taken] + [rejection.line for rejection in told]
    assert sorted(places) == list(range(1, len(items) + 1))
    assert len(taken) == len([item for item in items if item.startswith(b'{"id"')])


@given(st.binary(), st.sampled_from(sorted(LINES | ONE_DOCUMENT)) | st.text(max_size=20))
def test_any_body_of_any_type_is_read_or_refused(body: bytes, content_type: str) -> None:
    for decode_one in (decode, decode_label):
        with contextlib.suppress(web.HTTPClientError):
            records_of(content_type, body, decode_one)
