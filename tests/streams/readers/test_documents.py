"""JSON documents are cut at the same places where a JSON parser would."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.posts import MAX_POST_BYTES
from streams.readers import documents as module
from streams.readers.documents import documents

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
objects = st.dictionaries(st.text(max_size=4), values, max_size=4)


def cut(text: str) -> list[tuple[int, bytes]]:
    return list(documents(io.BytesIO(text.encode())))


@pytest.fixture(params=[1, 7, 65_536], autouse=True, scope="module")
def chunk(request: pytest.FixtureRequest) -> object:
    """Run everything with chunks so small that every record is cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", request.param)
        yield request.param


@given(st.lists(values, max_size=5), st.sampled_from([None, 0, 2]), st.booleans())
def test_array(elements: list[object], indent: int | None, escaped: bool) -> None:
    records = cut(json.dumps(elements, indent=indent, ensure_ascii=escaped))

    assert [json.loads(record) for _, record in records] == elements
    assert not any(b"\n" in record for _, record in records)


@given(st.lists(objects, max_size=5), st.sampled_from([None, 2]), st.sampled_from(["", " ", "\n", "\r\n\r\n"]))
def test_one_after_another(elements: list[object], indent: int | None, between: str) -> None:
    assert [json.loads(r) for _, r in cut(between.join(json.dumps(e, indent=indent) for e in elements))] == elements


def test_lines_are_counted() -> None:
    assert [number for number, _ in cut('\n[\n\n{"a":\n1},{"b": 2}\n,\n{}]')] == [4, 5, 7]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"id": 1}, oops, {"id": 2}]', [b'{"id": 1}', b"oops", b'{"id": 2}']),
        ('oops {"id": 2}', [b"oops", b'{"id": 2}']),
        ('[{"id": 1}, {"id": "2', [b'{"id": 1}', b'{"id": "2']),
        ('[{"id": 1}]]} {"id": 2}', [b'{"id": 1}', b'{"id": 2}']),
        ("", []),
        ("[]", []),
    ],
)
def test_broken_record_costs_only_itself(text: str, expected: list[bytes]) -> None:
    assert [record for _, record in cut(text)] == expected


def test_endless_record_is_cut() -> None:
    (first, long), (second, good) = cut('["' + "x" * (3 * MAX_POST_BYTES) + '",\n{"id": 1}]')

    assert (first, len(long)) == (1, MAX_POST_BYTES + 1)
    assert (second, good) == (2, b'{"id": 1}')
