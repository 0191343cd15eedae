"""The course of a brand between two moments: what was seen beside what was expected, from wherever it is known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from aiokafka import TopicPartition

from streams import past
from streams.bucketcounts import BucketCount, count_of, decode
from streams.core.brandwatch import SLEEP_SECONDS
from streams.core.crises import CrisisEvent
from streams.core.malformed import MALFORMED
from streams.core.settings import Kafka
from streams.core.times import epoch
from streams.core.watch import shard_of
from streams.fromstart import from_start
from streams.rights import check
from streams.series import HOUR_SECONDS, Band, Floats, Series, last_hours, series
from streams.storage import Store
from streams.wire import Right

Source = Literal["journal", "counts", "events"]
SLACK_SECONDS = 2 * HOUR_SECONDS  # by which buckets may be written out of their order after a crash


class Course(NamedTuple):
    """What is known of a brand over a while.

    Parameters
    ----------
    source
        Where it is known from: the ``journal`` of `larum watch`, the topic of ``counts``, or, where neither reaches,
        the ``events`` of the crisis alone, which say at each of their steps what was seen and expected in a window of
        its own.
    series
        For charts.
    counts
        The buckets that have mentions; none where only events are known.
    """

    source: Source
    series: Series
    counts: Sequence[BucketCount] = ()


def at_path(path: Path, brand: str, start: float, end: float, events: Iterable[CrisisEvent]) -> Course:
    """Tell the course of a brand by a state file, which a `larum watch` may be writing; for a thread of its own.

    Parameters
    ----------
    path
        The state file.
    brand
        Its identifier.
    start, end
        Epoch seconds.
    events
        Of the crisis that is asked about, told by where nothing else is known.

    Raises
    ------
    StorageError
        The file cannot be read.
    """
    with Store(path) as store:
        return by_journal(store, brand, start, end) or by_events(brand, events)


async def at_topics(kafka: Kafka, brand: str, start: float, end: float, events: Iterable[CrisisEvent]) -> Course:
    """Tell the course of a brand by the topic of counts; else as `at_path`.

    Parameters
    ----------
    kafka
        The broker and the names of topics.
    brand
        Its identifier.
    start, end
        Epoch seconds.
    events
        Of the crisis that is asked about, told by where nothing else is known.

    Raises
    ------
    AccessError
        The broker does not let larum in, or does not let it read the counts.
    KafkaError
        The broker went away.
    """
    lines = counted(kafka, shard_of(brand, kafka.partitions), start - HOUR_SECONDS, end)
    found = {one.bucket: one async for one in lines if one.brand == brand}
    return by_counts(brand, list(found.values()), start, end) or by_events(brand, events)


def by_journal(store: Store, brand: str, start: float, end: float) -> Course | None:
    """Tell a course by the journal, exactly as it was; None where the journal knows nothing of that time."""
    readings = list(past.readings(store, brand, start - HOUR_SECONDS, end))
    counts = [count_of(one) for one in readings if one.mentions]
    return _cut("journal", series(readings)[brand], counts, start, end) if readings else None


def by_counts(brand: str, counts: Sequence[BucketCount], start: float, end: float) -> Course | None:
    """Tell a course by lines of the topic of counts in any order, some before `start`; None where there are none.

    Between buckets with mentions the expectation is interpolated; what was seen is counted.
    """
    ordered = sorted(counts, key=begin)
    return _cut("counts", _filled(brand, ordered), ordered, start, end) if ordered else None


def by_events(brand: str, events: Iterable[CrisisEvent]) -> Course:
    """Tell a course by the steps of a crisis alone: each is a point, over a window of its own."""
    steps = [(epoch(one.time), one.data) for one in sorted(events, key=lambda one: (one.time, one.number))]

    def band(name: Literal["voices", "negativity"]) -> Band:
        rows = [msgspec.structs.astuple(getattr(data, name))[:4] for _, data in steps]
        return Band(*np.array(rows, float).reshape(-1, 4).T)

    time, voices = np.array([at for at, _ in steps], float), band("voices")
    return Course("events", Series(brand, time, voices.seen, voices, band("negativity")))  # repeats have other windows


async def counted(kafka: Kafka, shard: int, start: float, end: float) -> AsyncIterator[BucketCount]:
    """Yield the lines of a partition of the topic of counts for the buckets from `start` to `end`, epoch seconds.

    Lines are written behind their buckets, so what was written before that is passed over. After a crash of a worker
    some come again.
    """
    await check(kafka, {kafka.counts_topic: frozenset({Right.READ})})
    partition = TopicPartition(kafka.counts_topic, shard)
    async with aclosing(from_start(kafka, partition, since=start)) as records:
        async for record in records:
            lines = _lines(record.value)
            for line in lines:
                if start <= begin(line) <= end:
                    yield line
            if lines and begin(lines[-1]) > end + SLACK_SECONDS:
                return


def _lines(record: bytes | None) -> list[BucketCount]:
    try:
        return decode(record or b"")
    except MALFORMED:
        return []  # by somebody else: larum writes whole lines


def _cut(source: Source, whole: Series, counts: Sequence[BucketCount], start: float, end: float) -> Course | None:
    one = whole.between(start, end, 2 * len(whole.time))
    within = [count for count in counts if start <= begin(count) < end]
    return Course(source, one, within) if len(one.time) else None


def _filled(brand: str, counts: Sequence[BucketCount]) -> Series:
    """Make a series of buckets with mentions and of those between, but not of weeks in which a brand slept."""
    width = counts[-1].seconds
    alike = [one for one in counts if one.seconds == width]
    at = np.array([begin(one) for one in alike])
    place = ((at - at[0]) // width).astype(int)
    grid = at[0] + width * np.arange(place[-1] + 1.0)
    watched = grid - at[np.searchsorted(at, grid, side="right") - 1] <= SLEEP_SECONDS

    def spread(numbers: Iterable[float]) -> Floats:
        row = np.zeros(len(grid))
        row[place] = list(numbers)
        return row

    def band(name: Literal["hour", "negativity"], between: Floats | None = None) -> Band:
        unknown = (np.nan,) * 4
        rows = [msgspec.structs.astuple(one)[:4] if (one := getattr(count, name)) else unknown for count in alike]
        columns = [np.interp(grid, at, column) for column in np.array(rows, float).T]
        if between is not None:
            known = np.isin(np.arange(len(grid)), place) & ~np.isnan(columns[0])
            columns[0] = np.where(known, columns[0], between)
        return Band(*(column[watched] for column in columns))

    mentions = last_hours(spread(one.mentions for one in alike), width)
    voices = last_hours(spread(one.voices for one in alike), width)
    return Series(brand, grid[watched] + width, mentions[watched], band("hour", voices), band("negativity"))


def begin(count: BucketCount) -> float:
    """Say when a bucket begins, epoch seconds."""
    return epoch(count.bucket)
