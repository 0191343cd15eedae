"""Small tables of other things than posts, as CSV, TSV or JSON Lines: each row a struct, each mistake with its line."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from streams.core.malformed import MALFORMED
from streams.readers.files import InputError, opened, require_file
from streams.readers.lines import Peekable, bounded_line, lines
from streams.readers.moments import rfc3339

T = TypeVar("T", bound=msgspec.Struct)
Row = dict[str, object]
_object = msgspec.json.Decoder(Row)


def structs(
    path: str | Path, kind: type[T], times: Collection[str] = (), mapping: Mapping[str, str] | None = None
) -> Iterator[tuple[T, str]]:
    r"""Read the rows of a table, or the objects of JSON Lines, as structs; each with its place, ``file:line``.

    Parameters
    ----------
    path
        File, plain or gzipped; ``-`` is standard input. One whose name ends in ``.jsonl`` or ``.ndjson``, or that
        begins with a brace, is JSON Lines; anything else is a table delimited by comma, semicolon or tab.
    kind
        What a row is. Columns that it has no field for are passed over; an empty cell is a field left out.
    times
        Fields that are times, written in any form that `rfc3339` reads.
    mapping
        Field to column, or to ``=`` and a constant (see `streams.readers.tables.parse_mapping`).

    Raises
    ------
    InputError
        The file is missing or damaged, lacks a column, or a row is not what it should be; the message names the line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> class Point(msgspec.Struct):
    ...     x: int
    ...     y: int = 0
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "points.csv"
    ...     _ = file.write_text("x,y,note\n1,2,hello\n3,,\n")
    ...     [point for point, place in structs(file, Point)]
    [Point(x=1, y=2), Point(x=3, y=0)]
    """
    require_file(path)
    name = "stdin" if str(path) == "-" else str(path)
    number = 0
    try:
        with opened(path) as file:
            for number, cells in _rows(file, path, kind, mapping or {}):
                row = _object.decode(cells) if isinstance(cells, bytes) else cells
                for field in times:
                    if isinstance(cell := row.get(field), str):
                        row[field] = rfc3339(cell)
                yield msgspec.convert(row, kind, strict=False), f"{name}:{number}"
    except (OSError, EOFError, zlib.error, csv.Error, *MALFORMED) as error:
        raise InputError(f"{name}:{number}: {error}") from error
    except LookupError as error:
        raise InputError(f"{name}: {error.args[0]}") from error


def _rows(
    file: Peekable, path: str | Path, kind: type[msgspec.Struct], mapping: Mapping[str, str]
) -> Iterator[tuple[int, bytes | Row]]:
    suffixes = [suffix.lower() for suffix in Path(path).suffixes if suffix.lower() != ".gz"]
    if suffixes[-1:] in ([".jsonl"], [".ndjson"]) or file.peek(1).removeprefix(b"\xef\xbb\xbf")[:1] == b"{":
        return lines(file)
    return _cells(file, kind, mapping)


def _cells(file: Peekable, kind: type[msgspec.Struct], mapping: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    text = (line.decode() for line in iter(lambda: bounded_line(file), b""))
    header = next(text, "").removeprefix("\ufeff")
    delimiter = max(",;\t", key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    columns, constants = _resolve(names, kind, mapping)
    rows = csv.reader(text, delimiter=delimiter)
    for cells in rows:
        if cells:
            found = {field: cells[at] for field, at in columns.items() if at < len(cells) and cells[at].strip()}
            yield rows.line_num + 1, constants | found


def _resolve(names: list[str], kind: type[msgspec.Struct], mapping: Mapping[str, str]) -> tuple[dict[str, int], Row]:
    columns: dict[str, int] = {}
    constants: Row = {}
    for field in msgspec.structs.fields(kind):
        column = mapping.get(field.name, field.name)
        if column.startswith("="):
            constants[field.name] = column[1:]
        elif column in names:
            columns[field.name] = names.index(column)
        elif field.required or field.name in mapping:
            there = ", ".join(names) or "none"
            raise LookupError(f"no column {column!r} for the field {field.name!r}; the table has {there}")
    return columns, constants
