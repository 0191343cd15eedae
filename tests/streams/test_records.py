import json

from hypothesis import given
from hypothesis import strategies as st

from streams.core.posts import MAX_POST_BYTES
from streams.records import FUTURE_SECONDS, Refused, read, split

NOW = 1_767_369_600.0


def post(number: int, **changes: object) -> bytes:
    return json.dumps({"id": str(number), "source": "test", "text": "Wstyd!", "created_at": NOW} | changes).encode()


lines = st.one_of(
    st.integers(0, 999).map(post),
    st.binary(max_size=30).map(lambda junk: junk.replace(b"\n", b"")),
    st.just(b"{}"),
)


@given(st.lists(lines, max_size=8))
def test_every_line_is_told_of_once_and_good_ones_count_whatever_stands_beside_them(record: list[bytes]) -> None:
    value = b"\n".join(record)
    items = list(read("posts", 0, 7, value, NOW))
    good = [line for line in record if line.startswith(b'{"id"')]
    bad = [line for line in record if line.strip() and not line.startswith(b'{"id"')]
    taken = [item for item in items if not isinstance(item, Refused)]
    refused = [item for item in items if isinstance(item, Refused)]
    assert [taken_post.id for taken_post, _ in taken] == [json.loads(line)["id"] for line in good]
    if good or bad:
        assert [item.line for item in refused] == bad
    else:
        assert [item.line for item in refused] == [value]
    for item in refused:
        assert value[item.place.start : item.place.end] == item.line


@given(st.binary(max_size=60))
def test_lines_are_cut_where_they_end(value: bytes) -> None:
    spans = list(split(value))
    assert spans == sorted(spans)
    assert all(b"\n" not in value[start:end] for start, end in spans) or not value.strip()


def test_the_origin_names_the_bytes_only_where_a_record_holds_several_posts() -> None:
    (alone,) = read("posts", 3, 17, post(1), NOW)
    assert not isinstance(alone, Refused)
    assert alone[1] == "posts/3@17"
    length = len(post(1))
    both = [item[1] for item in read("posts", 3, 17, post(1) + b"\n" + post(2), NOW) if not isinstance(item, Refused)]
    assert both == [f"posts/3@17:0-{length}", f"posts/3@17:{length + 1}-{2 * length + 1}"]


def test_a_post_from_the_future_is_refused_and_the_one_before_the_bound_is_not() -> None:
    soon, late = post(1, created_at=NOW + FUTURE_SECONDS), post(2, created_at=NOW + FUTURE_SECONDS + 1)
    taken, refused = read("posts", 0, 0, soon + b"\n" + late, NOW)
    assert not isinstance(taken, Refused)
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.line) == ("from_the_future", late)


def test_what_is_too_large_is_told_apart_and_kept_whole() -> None:
    (refused,) = read("posts", 0, 0, post(1, text="x" * MAX_POST_BYTES), NOW)
    assert isinstance(refused, Refused)
    assert refused.kind == "too_large"
    assert len(refused.line) > MAX_POST_BYTES


def test_a_record_without_a_value_is_refused() -> None:
    (refused,) = read("posts", 0, 0, None, NOW)
    assert isinstance(refused, Refused)
    assert dict(refused.place.headers())["offset"] == b"0"
