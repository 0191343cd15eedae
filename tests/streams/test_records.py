import json

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from streams.core.posts import MAX_POST_BYTES
from streams.records import FUTURE_SECONDS, Read, read, split

NOW = 1_767_369_600.0


def post(number: int, **changes: object) -> bytes:
    return json.dumps({"id": str(number), "source": "test", "text": "Wstyd!", "created_at": NOW} | changes).encode()


lines = st.one_of(
    st.integers(0, 999).map(post),
    st.binary(max_size=30).map(lambda junk: junk.replace(b"\n", b"")),
    st.just(b"{}"),
)


def told(read: Read) -> list[tuple[str, str]]:
    return [(post.id, read.origins[number]) for number, post in enumerate(read.posts.posts)]


@given(st.lists(lines, max_size=8))
def test_every_line_is_told_of_once_and_good_ones_count_whatever_stands_beside_them(record: list[bytes]) -> None:
    value = b"\n".join(record)
    held = read("posts", 0, [(7, value)], NOW)
    refused = held.refused
    good = [line for line in record if line.startswith(b'{"id"')]
    bad = [line for line in record if line.strip() and not line.startswith(b'{"id"')]
    assert [name for name, _ in told(held)] == [json.loads(line)["id"] for line in good]
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
    first, second = post(1), post(2)
    length = len(first)
    values = [first, first + b"\n" + second, second + b"\n\n", first + b"\n"]
    expected = [
        ("1", "posts/3@0"),
        ("1", f"posts/3@1:0-{length}"), ("2", f"posts/3@1:{length + 1}-{2 * length + 1}"),
        ("2", f"posts/3@2:0-{length}"),
        ("1", f"posts/3@3:0-{length}"),
    ]  # fmt: skip
    assert told(read("posts", 3, list(enumerate(values)), NOW)) == expected
    beside_junk = read("posts", 3, list(enumerate([*values, b"junk"])), NOW)
    assert told(beside_junk) == expected
    assert [str(refused.place) for refused in beside_junk.refused] == ["posts/3@4"]


@given(st.lists(st.lists(lines, max_size=4).map(b"\n".join) | st.binary(max_size=9) | st.none(), max_size=6))
@example([post(1) + b"\n" + post(2), b""])
@example([post(1)[:20] + b"\n" + post(1)[20:], post(2)])
@example([b'{"id": "1", "source": "test", "text": "Wstyd!",', b'"created_at": 1767369600}'])
@example([post(1), post(2, source="a b"), post(3, lang="pl-"), post(4, text="")])
def test_records_read_together_hold_what_each_holds_by_itself(records: list[bytes | None]) -> None:
    together = read("posts", 0, list(enumerate(records)), NOW)
    each = [read("posts", 0, [one], NOW) for one in enumerate(records)]
    assert told(together) == [one for held in each for one in told(held)]
    assert list(together.refused) == [refused for held in each for refused in held.refused]
    by_hand = [spoken for held in each for spoken in held.posts.posts]
    assert [msgspec.structs.asdict(spoken) for spoken in together.posts.posts] == list(
        map(msgspec.structs.asdict, by_hand)
    )
    assert list(together.posts.sources) == [spoken.source for spoken in by_hand]
    assert list(together.posts.times) == [spoken.timestamp for spoken in by_hand]


def test_slices_hold_at_most_so_many_posts_and_bytes_each_with_its_own_origin() -> None:
    held = read("posts", 0, [(number, post(number)) for number in range(10)], NOW)
    for posts, size, largest in ((4, 10**6, 4), (100, 3 * held.size // 10, 3), (100, 1, 1)):
        slices = list(held.slices(posts, size))
        assert max(len(some.posts) for some, _ in slices) == largest
        names = [(one.id, origins[number]) for some, origins in slices for number, one in enumerate(some.posts)]
        assert names == told(held)


def test_a_post_from_the_future_is_refused_and_the_one_before_the_bound_is_not() -> None:
    soon, late = post(1, created_at=NOW + FUTURE_SECONDS), post(2, created_at=NOW + FUTURE_SECONDS + 1)
    held = read("posts", 0, [(0, soon + b"\n" + late)], NOW)
    assert [name for name, _ in told(held)] == ["1"]
    (refused,) = held.refused
    assert (refused.kind, refused.line) == ("from_the_future", late)


def test_what_is_too_large_is_told_apart_and_kept_whole() -> None:
    (refused,) = read("posts", 0, [(0, post(1, text="x" * MAX_POST_BYTES))], NOW).refused
    assert refused.kind == "too_large"
    assert len(refused.line) > MAX_POST_BYTES


def test_a_record_without_a_value_is_refused() -> None:
    (refused,) = read("posts", 0, [(0, None)], NOW).refused
    assert dict(refused.place.headers())["offset"] == b"0"
