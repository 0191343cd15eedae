"""The course of a brand is what the watch saw, from the journal, from the counts, or from a crisis' events alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import numpy as np
import pytest

from streams.bucketcounts import count_of, decode, encode
from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.response.course import at_path, by_counts, by_events
from streams.series import Series, series
from streams.storage import Store
from tests.streams.core.mentions import MONDAY
from tests.streams.notify.made import crisis
from tests.streams.test_journal import settings, watching

START, END = MONDAY + 300 * 340, MONDAY + 300 * 420  # around the crisis


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Reading]]:
    path = tmp_path_factory.mktemp("course") / "larum.sqlite"
    with watching(path, settings()) as (_, watch):
        readings = watch(0, 380)
    with watching(path, settings(min_negatives=9)) as (_, watch):  # other rules from here on
        readings += watch(380, 500)
    return path, readings


def columns(one: Series) -> list[np.ndarray]:
    return [one.time, one.mentions, *one.voices, *one.negativity]


def cut(one: Series) -> Series:
    return one.between(START, END, 10_000)


def test_by_the_journal_it_is_what_was_seen_and_expected(watched: tuple[Path, list[Reading]]) -> None:
    path, readings = watched
    course = at_path(path, "orlen", START, END, [])
    assert course.source == "journal"
    expected = cut(series(readings)["orlen"])
    assert len(expected.time) == 80
    for ours, theirs in zip(columns(course.series), columns(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert list(course.counts) == [count_of(one) for one in readings if START <= one.bucket < END and one.mentions]
    assert {channel.source for count in course.counts for channel in count.channels} == {"x"}


async def test_a_thread_can_tell_it_beside_a_page(watched: tuple[Path, list[Reading]]) -> None:
    path, _ = watched
    told = await asyncio.gather(*(asyncio.to_thread(at_path, path, "orlen", START, END, []) for _ in range(3)))
    assert {course.source for course in told} == {"journal"}
    assert len({course.series.mentions.tobytes() for course in told}) == 1


def test_it_can_be_told_while_the_watch_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings()) as (_, watch):
        for end in (60, 120):
            readings = watch(end - 60, end)
            course = at_path(path, "orlen", MONDAY + 300 * (end - 60), MONDAY + 300 * end, [])
            assert course.series.time[-1] == readings[-1].bucket + 300


def test_by_the_counts_it_is_the_same_to_their_last_digit(watched: tuple[Path, list[Reading]]) -> None:
    path, readings = watched
    lines = [line for record in encode(readings) for line in decode(record)]
    course = by_counts("orlen", lines[::-1], START, END)
    assert course is not None
    assert course.source == "counts"
    by_journal = at_path(path, "orlen", START, END, [])
    for ours, theirs in zip(columns(course.series), columns(by_journal.series), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert list(course.counts) == list(by_journal.counts)


def test_between_buckets_with_mentions_what_was_seen_is_counted_and_the_expectation_lies_between(
    watched: tuple[Path, list[Reading]],
) -> None:
    path, readings = watched
    kept = [one for one in readings if one.bucket % 900 == 0]
    course = by_counts("orlen", [count_of(one) for one in kept], START, END)
    assert course is not None
    whole = at_path(path, "orlen", START, END, [])
    assert list(course.series.time) == list(whole.series.time)
    at = {one.bucket: one.mentions for one in kept}
    for time, mentions in zip(course.series.time, course.series.mentions, strict=True):
        assert mentions == sum(at.get(int(time) - 300 * back, 0) for back in range(1, 13))
    known = course.series.time % 900 == 300
    np.testing.assert_allclose(course.series.voices.seen[known], whole.series.voices.seen[known], atol=1e-4)
    np.testing.assert_allclose(course.series.voices.expected, whole.series.voices.expected, rtol=0.05)


def test_a_brand_that_slept_was_not_watched_meanwhile(watched: tuple[Path, list[Reading]]) -> None:
    _, readings = watched
    early = [count_of(one) for one in readings[:10]]
    month_later = [msgspec.structs.replace(early[0], bucket="2026-03-01T00:00:00Z")]
    course = by_counts("orlen", [*early, *month_later], 0, 1 << 32)
    assert course is not None
    gaps = np.diff(course.series.time)
    assert max(gaps) > 20 * 86_400
    assert np.sum(gaps > 300) == 1


def test_where_nothing_else_reaches_the_events_tell() -> None:
    steps: list[CrisisEvent] = [crisis(severity="warning"), crisis("raised", 1, "critical")]
    course = by_events("northquill", reversed(steps))
    assert course.source == "events"
    assert list(course.series.voices.seen) == [one.data.voices.observed for one in steps]
    assert list(course.series.negativity.upper) == [one.data.negativity.upper for one in steps]
    assert list(course.series.mentions) == list(course.series.voices.seen)  # none are shown as repeats
    assert len(by_events("northquill", []).series.time) == 0


def test_a_time_of_which_the_journal_knows_nothing_falls_back_to_the_events(
    watched: tuple[Path, list[Reading]],
) -> None:
    path, _ = watched
    assert at_path(path, "orlen", START - 90 * 86_400, END - 90 * 86_400, [crisis()]).source == "events"
    with Store(path) as store:
        assert not store.counted("bp", 0, 1 << 40)
    assert at_path(path, "bp", START, END, []).source == "events"
