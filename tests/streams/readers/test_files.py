"""Reading posts from files: what comes out, where it came from, and what is said of a file that cannot be read."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from streams.core.posts import MAX_POST_BYTES, Post, Unreadable, decode
from streams.readers import InputError, read
from streams.readers.lines import lines
from streams.readers.tables import MappingError

POST = {"id": "1", "source": "x", "text": "Wstyd, Żabko! 😡", "created_at": 1767369600}
LINE = json.dumps(POST).encode()


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz", "posts.log"])
def test_lines(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = LINE + b"\r\n\n" + LINE + b"\noops"
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    assert list(read(path)) == [(LINE, f"{path}:1"), (LINE, f"{path}:3"), (b"oops", f"{path}:4")]


@pytest.mark.parametrize("name", ["posts.json", "posts.JSON", "posts.txt"])
def test_array(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps([POST, POST], indent=2))

    records = list(read(path))

    assert [decode(record).text for record, _ in records] == [POST["text"]] * 2
    assert [origin for _, origin in records] == [f"{path}:2", f"{path}:8"]


def test_one_record(tmp_path: Path) -> None:
    path = tmp_path / "post.json"
    path.write_text(json.dumps(POST, indent=1))

    assert [decode(record).id for record, _ in read(path)] == ["1"]


@pytest.mark.parametrize(
    ("form", "content"), [("auto", b"[" + LINE + b"]"), ("auto", LINE), ("csv", b"id,source,text,created_at\n1,x,a,1")]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, form: str, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))

    ((record, origin),) = read("-", "csv" if form == "csv" else "auto")

    assert json.loads(record)["id"] == "1"
    assert origin == ("stdin:2" if form == "csv" else "stdin:1")
    assert not sys.stdin.buffer.closed


def test_line_of_a_gigabyte_is_not_read_into_memory() -> None:
    class Endless(io.RawIOBase):
        """A long line, then a good one, made up as they are read."""

        left = 40 * MAX_POST_BYTES

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            size = min(len(buffer), self.left)
            if size == 0:
                return 0
            buffer[:size] = b"x" * size
            Endless.left = self.left - size
            if self.left == 0:
                buffer[size - len(LINE) - 1 : size] = b"\n" + LINE
            return size

    (first, long), (second, good) = lines(io.BufferedReader(Endless(), 1 << 20))

    assert (first, second) == (1, 2)
    assert MAX_POST_BYTES < len(long) <= MAX_POST_BYTES + 2
    with pytest.raises(Unreadable, match="bytes are more"):
        decode(long)
    assert decode(good).id == "1"


def test_bytes_that_are_no_text_reach_the_decoder(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes(LINE + b"\n" + '{"id": "2", "source": "x", "text": "Ł"}'.encode("iso-8859-2") + b"\n" + LINE)

    first, bad, last = (record for record, _ in read(path))

    assert decode(first) == decode(last)
    with pytest.raises(Unreadable, match="decode"):
        decode(bad)


def test_missing_file_is_named_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: no such file"):
        read(tmp_path / "absent.jsonl")
    with pytest.raises(InputError, match="a folder"):
        read(tmp_path)


def test_truncated_archive_gives_what_it_has_and_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    # Random ids do not compress: enough blocks that the first lines can be read.
    content = b"".join(b'{"id": "%d"}\n' % (number**9) for number in range(40_000))
    path.write_bytes(gzip.compress(content)[:100_000])
    seen: list[bytes] = []

    with pytest.raises(InputError, match=r"posts\.jsonl\.gz:\d+: .*end"):
        seen.extend(record for record, _ in read(path))

    assert seen[0] == b'{"id": "0"}'
    assert 0 < len(seen) < 40_000


def test_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("tweet_id,text,created_at\n1,a,2026-01-02T17:00:00Z\n")

    with pytest.raises(
        InputError, match=r"posts\.csv: no column 'nr' for the field 'id'; the table has tweet_id, text, created_at"
    ):
        list(read(path, mapping={"id": "nr", "source": "=x"}))
    with pytest.raises(InputError, match=r"no column 'source'"):
        list(read(path, mapping={"id": "tweet_id"}))


def test_mapping_belongs_to_tables(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(LINE)

    with pytest.raises(InputError, match="for csv and tsv; this is jsonl") as caught:
        list(read(path, mapping={"id": "nr"}))
    assert isinstance(caught.value.__cause__, MappingError)


def test_reading_is_lazy_and_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("id,source,text,created_at\n" + "1,x,a,1767369600\n" * 1_000)

    records = read(path)
    record, origin = next(records)
    del records  # an open file would warn here, and warnings are errors

    assert decode(record) == Post(id="1", source="x", text="a", created_at=1767369600.0)
    assert origin == f"{path}:2"
