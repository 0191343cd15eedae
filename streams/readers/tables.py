"""Posts from the rows of a CSV or TSV table, by a mapping of columns to the fields of a post."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Literal

import msgspec

from streams.core.posts import MAX_POST_BYTES, Post
from streams.readers.lines import Readable, bounded_line
from streams.readers.moments import rfc3339

REQUIRED = ("id", "source", "text", "created_at")
FIELDS = Post.__struct_fields__


class MappingError(ValueError):
    """A column mapping that cannot be read, or does not fit the table."""


def parse_mapping(options: Iterable[str], fields: Sequence[str] = FIELDS, what: str = "a post") -> dict[str, str]:
    """Read ``FIELD=COLUMN`` and, for a constant, ``FIELD==VALUE``.

    Parameters
    ----------
    options
        As the command line gives them.
    fields, what
        The fields there are, and of what: of a post where nothing else is said.

    Raises
    ------
    MappingError
        An option has another form, or names no such field.

    Examples
    --------
    >>> parse_mapping(["id=tweet_id", "source==twitter"])
    {'id': 'tweet_id', 'source': '=twitter'}
    >>> parse_mapping(["words=text"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    streams.readers.tables.MappingError: 'words=text': a post has no field 'words'; it has id, source, created_at, ...
    """
    mapping = {}
    for option in options:
        field, equals, column = option.partition("=")
        if not equals or not column.removeprefix("="):
            raise MappingError(f"{option!r} is neither FIELD=COLUMN nor FIELD==VALUE")
        if field not in fields:
            raise MappingError(f"{option!r}: {what} has no field {field!r}; it has {', '.join(fields)}")
        mapping[field] = column
    return mapping


def rows(
    file: Readable, mapping: Mapping[str, str], *, tabs: bool = False, zone: tzinfo | None = None
) -> Iterator[tuple[int, bytes]]:
    r"""Make each row of a table a JSON record; yield it with the number of the line on which it begins.

    Parameters
    ----------
    file
        UTF-8, the first row naming the columns. The delimiter is the comma, semicolon or tab the first row has most of.
    mapping
        Field of a post to column, or to ``=`` and a constant. A field not named here takes the column of its own name.
    tabs
        The table is TSV: delimited by tabs, and a quotation mark is a letter as any other.
    zone
        Where times are meant that name neither offset nor zone.

    Notes
    -----
    A row that is not well formed (a quote left open, too many cells, a line longer than any post) is handed on as it
    stands. It is no JSON, so it ends as a dead letter, whole; the rows that an open quote swallowed are read again.

    Raises
    ------
    MappingError
        A column is missing.

    Examples
    --------
    >>> from io import BytesIO
    >>> table = BytesIO(b"tweet_id,text,retweets,created_at\n9,Wstyd!,3,2015-02-16 23:48:48 -0800\n")
    >>> next(rows(table, {"id": "tweet_id", "source": "=twitter", "reach": "retweets"}))[1].decode()
    '{"source":"twitter","id":"9","created_at":"2015-02-16T23:48:48-08:00","text":"Wstyd!","reach":3}'
    """
    source = _Lines(file)
    header = bounded_line(file).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    delimiter = "\t" if tabs else max(",;\t", key=header.count)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter, quoting=quoting), [])]
    columns, constants = _resolve(names, mapping, zone)
    for number, row in source.rows(csv.reader(source, delimiter=delimiter, quoting=quoting, strict=True)):
        if isinstance(row, bytes):
            yield number, row
        elif len(row) > len(names):  # a delimiter inside a cell: what follows stands in the wrong columns
            yield number, source.raw()
        else:
            record = dict(constants)
            for field, index in columns:
                if index < len(row) and (cell := row[index]):
                    record[field] = _value(field, cell, zone)
            yield number, _encode(record)


def _resolve(
    names: Sequence[str], mapping: Mapping[str, str], zone: tzinfo | None
) -> tuple[list[tuple[str, int]], dict[str, object]]:
    constants = {field: _value(field, column[1:], zone) for field, column in mapping.items() if column.startswith("=")}
    wanted = {field: mapping.get(field, field) for field in FIELDS if field not in constants}
    columns = [(field, names.index(column)) for field, column in wanted.items() if column in names]
    found = {field for field, _ in columns}
    for field, column in wanted.items():
        if field not in found and (field in mapping or field in REQUIRED):
            raise MappingError(
                f"no column {column!r} for the field {field!r}; the table has {', '.join(names) or 'none'}"
            )
    return columns, constants


def _value(field: str, cell: str, zone: tzinfo | None) -> object:
    if field == "created_at":
        return rfc3339(cell, zone)
    if field == "reach":
        whole = cell.strip().removesuffix(".0")
        return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 20 else cell
    return cell


def _encode(record: dict[str, object]) -> bytes:
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:  # bytes that are no UTF-8 stay what they were, for the post contract to refuse
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogateescape")


class _Lines:
    """Feeds a csv reader line by line, and remembers the lines of the row at hand."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._again: deque[bytes] = deque()
        self._row: list[bytes] = []
        self._bytes = 0
        self._number = 1  # the header

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else bounded_line(self._file)
        if not line:
            raise StopIteration
        self._number += 1
        self._row.append(line)
        self._bytes += len(line)
        if self._bytes > MAX_POST_BYTES:
            raise csv.Error("longer than a post may be")
        return line.decode("utf-8", "surrogateescape")

    def raw(self) -> bytes:
        """Return the row at hand as it stands in the file."""
        return b"".join(self._row).rstrip(b"\r\n")

    def rows(self, cells: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | bytes]]:
        """Yield rows with the numbers of their first lines: cells, or the bytes of a first line that starts no row."""
        while True:
            self._row.clear()
            self._bytes = 0
            first = self._number + 1
            try:
                row = next(cells)
            except StopIteration:
                return
            except csv.Error:
                bad, *swallowed = self._row
                self._again.extendleft(reversed(swallowed))
                self._number = first
                yield first, bad.rstrip(b"\r\n")
            else:
                if row:
                    yield first, row
