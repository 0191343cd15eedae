"""One way to read posts from a file or from standard input, whatever their form."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import tzinfo
from io import BufferedReader
from pathlib import Path
from typing import Literal, cast

from streams.readers.documents import documents
from streams.readers.lines import Peekable, lines
from streams.readers.recordings import recordings
from streams.readers.tables import MappingError, rows

Format = Literal["auto", "jsonl", "json", "csv", "tsv", "jetstream"]

_SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
}


class InputError(ValueError):
    """An input that cannot be read at all; the message names it and, where there is one, the line."""


def read(
    path: str | Path,
    format: Format = "auto",  # noqa: A002 - what users call it
    mapping: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
) -> Iterator[tuple[bytes, str]]:
    """Read records and the place each comes from, a few at a time however large the file.

    Parameters
    ----------
    path
        File, plain or gzipped; ``-`` is standard input.
    format
        ``jsonl`` (one post a line), ``json`` (an array of posts, or one), ``csv``, ``tsv``, or ``jetstream`` (recorded
        frames of Bluesky's firehose). Of all but the last, the ending of the name tells; where it does not, a mapping
        means a table, and else the first character decides.
    mapping
        For tables: field of a post to column, or to ``=`` and a constant (see `parse_mapping`). A field not named here
        takes the column of its own name.
    zone
        For tables: where times are meant that name neither offset nor zone.

    Yields
    ------
    record : bytes
        JSON of one post, not yet decoded. What can be no post is handed on too, for the dead letters; what is too long
        for one is cut a byte or two beyond what a post may have.
    origin : str
        ``file:line``.

    Raises
    ------
    InputError
        The file is missing (found out at once, before the first record), damaged, or lacks a column.

    Examples
    --------
    >>> read("absent.csv")
    Traceback (most recent call last):
    ...
    streams.readers.files.InputError: absent.csv: no such file
    """
    require_file(path)
    return _read(path, format, mapping, zone)


def require_file(path: str | Path) -> None:
    """Raise `InputError` where there is no such file."""
    if str(path) != "-":
        if not Path(path).exists():
            raise InputError(f"{path}: no such file")
        if Path(path).is_dir():
            raise InputError(f"{path}: a folder, not a file")


def _read(
    path: str | Path, form: Format, mapping: Mapping[str, str] | None, zone: tzinfo | None
) -> Iterator[tuple[bytes, str]]:
    name = "stdin" if str(path) == "-" else str(path)
    number = 0
    try:
        with opened(path) as file:
            for number, record in _records(file, form if form != "auto" else _form(path, file, mapping), mapping, zone):
                yield record, f"{name}:{number}"
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{name}:{number}: {reason}") from error
    except MappingError as error:
        raise InputError(f"{name}: {error}") from error


@contextmanager
def opened(path: str | Path) -> Iterator[Peekable]:
    """Open a file, or standard input for ``-``; what is gzipped is unpacked."""
    with ExitStack() as stack:
        file = (
            cast("BufferedReader", sys.stdin.buffer) if str(path) == "-" else stack.enter_context(Path(path).open("rb"))
        )
        zipped = file.peek(2)[:2] == b"\x1f\x8b"
        yield stack.enter_context(gzip.GzipFile(fileobj=file)) if zipped else file


def _form(path: str | Path, file: Peekable, mapping: Mapping[str, str] | None) -> Format:
    suffixes = [suffix.lower() for suffix in Path(path).suffixes if suffix.lower() != ".gz"]
    if suffixes and suffixes[-1] in _SUFFIXES:
        return _SUFFIXES[suffixes[-1]]
    if mapping:
        return "csv"
    return "json" if file.peek(1).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[" else "jsonl"


def _records(
    file: Peekable, form: Format, mapping: Mapping[str, str] | None, zone: tzinfo | None
) -> Iterator[tuple[int, bytes]]:
    if form in {"csv", "tsv"}:
        return rows(file, mapping or {}, tabs=form == "tsv", zone=zone)
    if mapping:
        raise MappingError(f"a column mapping is for csv and tsv; this is {form}")
    readers = {"json": documents, "jsonl": lines, "jetstream": recordings}
    return readers[form](file)
