"""What commands that run a history share: its options, its records in order of time, and the run itself."""

from __future__ import annotations

import gc
import heapq
from collections import abc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast, get_args

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.common import errors, fail
from streams.cli.lessons import taught
from streams.core.posts import Unreadable, decode
from streams.readers import Format, InputError, parse_mapping, read
from streams.readers.tables import MappingError

if TYPE_CHECKING:
    from pathlib import Path

    from streams.core.brandwatch import BrandWatch
    from streams.core.settings import Settings
    from streams.core.watch import Outcome
    from streams.counting import Counting
    from streams.counts import Counts
    from streams.deadletters import DeadLetterBox
    from streams.embedded import Embedded

BATCH = 2_000
SELDOM = 200_000  # objects made between two searches for cycles
Record = tuple[bytes, str]

Files = Annotated[
    list[str], typer.Argument(help="JSON Lines, JSON, CSV or TSV, plain or .gz; '-': standard input.")
]  # fmt: skip
Mapping = Annotated[
    list[str] | None, typer.Option("--map", help="For tables: field=column, or field==constant. Repeat it.")
]
Form = Annotated[str, typer.Option("--format", help="auto, jsonl, json, csv, tsv, or jetstream.")]
Sort = Annotated[bool, typer.Option("--sort", help="Sort the posts by time first (in memory).")]
ByCounts = Annotated[
    bool, typer.Option("--counts", help="The files are tables of counts: time, brand, mentions, negatives, scored.")
]


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


class Run(NamedTuple):
    """A history that is ready to run.

    Parameters
    ----------
    settings
        As given, but for the width of a bucket where counts are coarser.
    brands
        What watches each brand.
    go
        Runs it: calls its argument with what came of each batch, ends early where that returns True, and returns how
        many records were read.
    """

    settings: Settings
    brands: abc.Mapping[str, BrandWatch]
    go: Callable[[Callable[[Outcome], bool | None]], int]


def prepare(
    settings: Settings, history: History, box: DeadLetterBox, labels: Path | None = None, *, by_counts: bool = False
) -> Run:
    """Make a history ready to run; end with what is wrong where it, or the labels, cannot be read.

    Parameters
    ----------
    settings
        Brands and detection.
    history
        What to read.
    box
        Takes what cannot be read as a post.
    labels
        To teach the sentiment model first.
    by_counts
        The files hold counts, not posts.
    """
    from streams.counting import Counting
    from streams.embedded import Embedded

    if by_counts:
        with _few_cycles():
            counting = Counting(settings, _counts(settings, history))
        return Run(counting.settings, counting.brands, lambda note: _count(counting, note))
    runtime = Embedded(settings, taught(settings, labels).pupil, box)
    return Run(settings, runtime.pipeline.watch.brands, lambda note: _play(runtime, history, note))


def _play(runtime: Embedded, history: History, note: Callable[[Outcome], bool | None]) -> int:
    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    count = 0
    try:
        records = history.records()
        with Progress(*columns, console=errors, transient=True) as progress, _few_cycles():
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


def _count(counting: Counting, note: Callable[[Outcome], bool | None]) -> int:
    with _few_cycles():
        for outcome in counting.run():
            if note(outcome):
                break
    return counting.rows


@contextmanager
def _few_cycles() -> Iterator[None]:
    """Let Python seldom look for cycles: a history makes millions of objects, nearly all without any."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _counts(settings: Settings, history: History) -> Counts:
    from streams.counts import Count, read_counts

    brands, width = [one.id for one in settings.brands], settings.detection.bucket_seconds
    try:
        mapping = parse_mapping(history.mapping, Count.__struct_fields__, "a count")
        return read_counts(history.files, brands, width, mapping)
    except (InputError, MappingError) as error:
        fail(str(error))


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
