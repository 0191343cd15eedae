"""What goes into the topics fits in: dead letters are cut, tallies are split, a hostile record is not read for ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core import splitting
from streams.core.hearing import Heard
from streams.core.tallies import VERSION, Excerpt, Mention, Tally, TallyBatch, decode, encode
from streams.core.watch import Watch
from streams.letters import MOST_BYTES, letter
from streams.records import MOST_REFUSED, Place, read
from streams.topics import LARGE
from tests.kafka import story

PLACE = Place("larum.posts", 3, 17, 0, 5)


@pytest.mark.parametrize("size", [0, 10_000_000, MOST_BYTES, MOST_BYTES + 1, 40_000_000])
def test_a_dead_letter_fits_into_its_topic_and_says_if_it_was_cut(size: int) -> None:
    value, headers = letter("x" * 10_000, PLACE, bytes(size))
    named = dict(headers)
    assert len(value) + sum(len(key) + len(told) for key, told in headers) < LARGE - 1_000
    assert len(value) == min(size, MOST_BYTES)
    assert named.get("length") == (b"%d" % size if size > MOST_BYTES else None)
    assert named["origin"] == b"larum.posts/3@17"


@given(st.text(alphabet=st.characters(), max_size=600))
def test_a_reason_holds_nothing_that_steers_a_terminal_or_breaks_a_line(reason: str) -> None:
    [(_, told), *_] = letter(reason, PLACE, b"")[1]
    assert told.decode().isprintable()


def test_a_record_of_nothing_but_bad_lines_is_refused_as_a_whole_after_the_first_thousand() -> None:
    value = b"\n".join([b"no post"] * 1_000_000)
    refused = read("larum.posts", 3, [(17, value)], 0.0).refused
    assert len(refused) == MOST_REFUSED + 1
    last = refused[-1]
    assert last.line is value
    assert "those behind were not read" in last.reason
    assert str(last.place) == "larum.posts/3@17"


mentions = st.builds(
    Mention,
    post=st.integers(0, 2**64 - 1),
    time=st.floats(story.START, story.START + 7_200),
    text=st.integers(0, 2**64 - 1),
    author=st.integers(0, 2**64 - 1),
    negative=st.none() | st.floats(0, 1),
    source=st.sampled_from(["a", "b"]),
    lang=st.just("pl"),
    excerpt=st.none() | st.builds(Excerpt, id=st.just("1"), text=st.text(max_size=280)),
)
tallies = st.lists(
    st.builds(
        Tally,
        brand=st.sampled_from(story.BRANDS),
        bucket=st.integers(0, 3).map(lambda minute: story.START + 60 * minute),
        mentions=st.lists(mentions, min_size=1, max_size=20),
    ),
    max_size=8,
)
batches = st.builds(
    TallyBatch,
    version=st.just(VERSION),
    input=st.just(0),
    inputs=st.just(1),
    watermark=st.floats(story.START, story.START + 600),
    idle=st.booleans(),
    tallies=tallies,
    deleted=st.lists(st.integers(0, 2**64 - 1), max_size=100),
    rebaselined=st.lists(st.tuples(st.sampled_from(story.BRANDS), st.just(story.START)), max_size=3),
    heard=st.lists(
        st.builds(
            Heard, source=st.sampled_from(["a", "b"]), bucket=st.just(story.START), posts=st.lists(st.integers(0, 99))
        ),
        max_size=5,
    ),
)


@settings(max_examples=50, deadline=None)
@given(batch=batches, most=st.integers(100, 2_000))
def test_tallies_in_several_records_mean_what_they_mean_in_one(batch: TallyBatch, most: int) -> None:
    records = list(splitting.records(batch, most))
    parts = [decode(record) for record in records]
    for record, part in zip(records, parts, strict=True):
        single = sum(len(tally.mentions) for tally in part.tallies) + len(part.heard) + len(part.deleted) <= 1
        assert len(record) <= most or single
    assert [part.watermark for part in parts[:-1]] == [float("-inf")] * (len(parts) - 1)
    whole, pieces = (Watch(story.settings()) for _ in range(2))
    expected = whole.take(decode(encode(batch)))
    found = [pieces.take(part) for part in parts]
    assert [story.plain(event) for one in found for event in one.events] == [
        story.plain(event) for event in expected.events
    ]
    assert [reading for one in found for reading in one.readings] == expected.readings
    assert {key: pieces.dump(key) for key in story.BRANDS} == {key: whole.dump(key) for key in story.BRANDS}


def test_a_flood_is_split_before_it_is_encoded_as_a_whole() -> None:
    excerpt = Excerpt("1", "x" * 280, "https://example.org/" + "y" * 2_000)
    many = [Mention(number, 0.0, 1, 1, 0.5, "a", "pl", excerpt=excerpt) for number in range(30_000)]
    batch = TallyBatch(VERSION, 0, 1, 60.0, False, [Tally("brisko", 0, many)], [])
    sizes, posts = [], set()
    for record in splitting.records(batch):
        sizes.append(len(record))
        posts |= {mention.post for tally in decode(record).tallies for mention in tally.mentions}
    assert max(sizes) <= splitting.MOST_BYTES
    assert posts == set(range(30_000))
    assert len(sizes) < 2 * sum(sizes) / splitting.MOST_BYTES
