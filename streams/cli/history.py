"""What commands that run a history share: its options, its records in order of time, and the run itself."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast, get_args

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.common import errors, fail
from streams.core.posts import Unreadable, decode
from streams.readers import Format, InputError, parse_mapping, read
from streams.readers.tables import MappingError

if TYPE_CHECKING:
    from streams.core.watch import Outcome
    from streams.embedded import Embedded

BATCH = 2_000
Record = tuple[bytes, str]

Files = Annotated[
    list[str], typer.Argument(help="JSON Lines, JSON, CSV or TSV, plain or .gz; '-': standard input.")
]  # fmt: skip
Mapping = Annotated[
    list[str] | None, typer.Option("--map", help="For tables: field=column, or field==constant. Repeat it.")
]
Form = Annotated[str, typer.Option("--format", help="auto, jsonl, json, csv, tsv, or jetstream.")]
Sort = Annotated[bool, typer.Option("--sort", help="Sort the posts by time first (in memory).")]


class History(NamedTuple):
    """Files of posts and how to read them, as the command line names them."""

    files: list[str]
    mapping: list[str]
    form: str
    sort: bool

    def records(self) -> Iterator[Record]:
        """Give the records of all files in order of time.

        Raises
        ------
        InputError, MappingError
            A file cannot be read at all, now or while it is read.
        """
        form, mapping = _format(self.form), parse_mapping(self.mapping)
        return ordered([read(name, form, mapping) for name in self.files], sort=self.sort)


def play(runtime: Embedded, history: History, note: Callable[[Outcome], bool | None]) -> int:
    """Run a history through the runtime; end with what is wrong where it cannot be read.

    Parameters
    ----------
    runtime
        Takes the records, a batch at a time.
    history
        What to read.
    note
        Takes what came of each batch; the run ends early where it returns True.

    Returns
    -------
    int
        How many records were read.
    """
    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    count = 0
    try:
        records = history.records()
        with Progress(*columns, console=errors, transient=True) as progress:
            task = progress.add_task("posts", total=None)
            while batch := list(islice(records, BATCH)):
                count += len(batch)
                if note(runtime.take_records(batch)):
                    return count
                progress.advance(task, len(batch))
    except (InputError, MappingError) as error:
        fail(str(error))
    note(runtime.finish())
    return count


def ordered(sources: list[Iterator[Record]], *, sort: bool) -> Iterator[Record]:
    """Give the records of all sources in order of time; a single source as it stands, unless it is to be sorted."""
    if sort:
        return iter(
            [record for _, record in sorted((pair for source in sources for pair in _timed(source)), key=_time)]
        )
    if len(sources) == 1:
        return sources[0]
    return (record for _, record in heapq.merge(*map(_timed, sources), key=_time))


def _timed(records: Iterable[Record]) -> Iterator[tuple[float, Record]]:
    """Pair records with their time; one that cannot be read keeps its place behind the one before it."""
    latest = 0.0
    for record in records:
        with suppress(Unreadable):  # it will be refused, and told of, at the door
            latest = decode(record[0]).timestamp
        yield latest, record


def _time(pair: tuple[float, Record]) -> float:
    return pair[0]


def _format(name: str) -> Format:
    if name not in get_args(Format):
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(get_args(Format))}", param_hint="--format")
    return cast("Format", name)
