"""Posts from CSV and TSV: mapping, times and numbers, and rows that are broken in the ways rows break."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.posts import MAX_POST_BYTES, Unreadable, decode
from streams.readers.tables import MappingError, parse_mapping, rows

HEADER = b"id,source,text,created_at\n"
GOOD = b"1,x,good,2026-01-02T17:00:00Z\n"


def table(content: bytes, *, tabs: bool = False, **mapping: str) -> list[tuple[int, bytes]]:
    return list(rows(io.BytesIO(content), mapping, tabs=tabs))


def texts(content: bytes) -> list[tuple[int, str | None]]:
    """The number and text of each row; None for a dead letter."""
    found: list[tuple[int, str | None]] = []
    for number, record in table(content):
        try:
            found.append((number, decode(record).text))
        except Unreadable:
            found.append((number, None))
    return found


def test_mapped_columns_constants_and_own_names() -> None:
    ((number, record),) = table(
        b"tweet_id,author,retweets,created_at,text\n"
        b'567591480085463040,CPoutloud,12,2015-02-16 23:48:48 -0800,"@united yes, ""we"" waited\nan hour"\n',
        id="tweet_id",
        source="=twitter",
        reach="retweets",
    )
    post = decode(record)

    assert number == 2
    assert (post.id, post.source, post.author, post.reach) == ("567591480085463040", "twitter", "CPoutloud", 12)
    assert post.text == '@united yes, "we" waited\nan hour'
    assert post.created_at == datetime(2015, 2, 17, 7, 48, 48, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_that_of_the_first_row(delimiter: str) -> None:
    header = delimiter.join(["id", "source", "text", "created_at"])
    content = header + "\n" + delimiter.join(["1", "x", '"a,b;c"', "1767369600"])

    assert texts(content.encode()) == [(2, "a,b;c")]


def test_byte_order_mark_and_spaced_names() -> None:
    assert texts(b"\xef\xbb\xbfid, source, text, created_at\n1,x,a,1767369600\n") == [(2, "a")]


def test_quotation_marks_are_letters_in_tsv() -> None:
    ((_, record),) = table('id\tsource\ttext\tcreated_at\n1\tx\t"Wstyd" i "hańba\t1767369600\n'.encode(), tabs=True)

    assert decode(record).text == '"Wstyd" i "hańba'


def test_empty_cells_are_absent() -> None:
    ((_, record),) = table(b"id,source,text,created_at,lang,reach\n1,x,a,1767369600,,\n")

    assert set(json.loads(record)) == {"id", "source", "text", "created_at"}


@pytest.mark.parametrize(
    "bad",
    [
        b"1,x\n",  # too short
        b"1,x,a,b,2026-01-02T17:00:00Z\n",  # a comma not quoted
        b"1,x,a,yesterday\n",
        b"1,x,a,2026-01-02 17:00\n",  # no zone
        b"1,x,\xb3\xf3d\xbc,2026-01-02T17:00:00Z\n",  # not UTF-8
        b'1,x,"a"b,2026-01-02T17:00:00Z\n',
        b"1,x," + b"a" * 200_000 + b",2026-01-02T17:00:00Z\n",  # longer than a cell may be
        b"1,x," + b"a" * (2 * MAX_POST_BYTES) + b",2026-01-02T17:00:00Z\n",  # longer than a line may be
    ],
)
def test_bad_row_costs_only_itself(bad: bytes) -> None:
    assert texts(HEADER + GOOD + bad + GOOD) == [(2, "good"), (3, None), (4, "good")]


@pytest.mark.parametrize("after", [3, 20_000])
def test_open_quote_swallows_no_neighbours(after: int) -> None:
    found = texts(HEADER + GOOD + b'1,x,"never closed,2026-01-02T17:00:00Z\n' + GOOD * after)

    assert found == [(2, "good"), (3, None), *((number, "good") for number in range(4, 4 + after))]


def test_bad_row_is_handed_on_whole() -> None:
    bad = b'7,x,"a"b,\xff\n'

    assert table(HEADER + bad) == [(2, bad.rstrip())]


def test_number_that_is_none_is_left_for_the_contract() -> None:
    ((_, record),) = table(b"id,source,text,created_at,reach\n1,x,a,1767369600,many\n")

    with pytest.raises(Unreadable, match="reach"):
        decode(record)


def test_constant_is_converted_as_a_cell_would_be() -> None:
    ((_, record),) = table(HEADER + GOOD, reach="=5")

    assert decode(record).reach == 5


@pytest.mark.parametrize("option", ["id", "id=", "id==", "=id", "words=text"])
def test_mapping_option_that_makes_no_sense(option: str) -> None:
    with pytest.raises(MappingError, match=option):
        parse_mapping([option])


cell = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=30)


@given(st.lists(st.tuples(cell, cell), max_size=8))
def test_what_a_csv_writer_writes_is_read(posts: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["id", "source", "text", "created_at"])
    writer.writerows((identifier, "x", text, "1767369600") for identifier, text in posts)

    read = [decode(record) for _, record in table(written.getvalue().encode())]

    assert [(post.id, post.text) for post in read] == posts


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    for _, record in table(HEADER + content):
        assert isinstance(record, bytes)
