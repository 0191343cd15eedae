"""The journal: every minute of late is judged again exactly as it was, whatever happened to the watch meanwhile."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.cli.rebaseline import order
from streams.core.readings import Reading
from streams.core.sentinel import Closed, Sentinel
from streams.core.settings import Brand, Settings
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.past import JournalError, Past
from streams.storage import Store
from streams.tables import VERSION
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

HOUR, DAY = 3_600, 86_400
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du")
STRICT = {"bucket_seconds": 300, "timezone": "Europe/Warsaw"}
CRISIS = range(30 * 12, 33 * 12)  # buckets


def settings(days: int = 28, **detection: object) -> Settings:
    given = {"brands": [{"id": "orlen", "name": "Orlen"}], "detection": STRICT | detection, "journal": {"days": days}}
    return Settings.model_validate(given)


def records(first: int, last: int) -> list[tuple[bytes, str]]:
    """Some voices every five minutes; forty more, all angry, in three hours of the second day."""
    made = []
    for bucket in range(first, last):
        for turn in range(3 + bucket % 4 + 40 * (bucket in CRISIS)):
            number = bucket * 100 + turn
            words = " ".join(
                "".join(SYLLABLES[int(digit)] for digit in f"{number * prime % 99_991:05d}")
                for prime in (7, 31, 101, 997)
            )
            text = f"Orlen {'wstyd ' if bucket in CRISIS and turn > 4 else ''}{words}"
            post = {"id": str(number), "source": "x", "text": text, "created_at": MONDAY + 300 * bucket + turn}
            made.append((json.dumps(post).encode(), "x:1"))
    return made


class Witnessed(Sentinel):
    """Keeps all that it makes of its buckets."""

    def close(self, *args: object, **named: object) -> Closed:
        closed = super().close(*args, **named)  # type: ignore[arg-type]
        self.__dict__.setdefault("all", {})[args[0]] = closed
        return closed


@contextmanager
def watching(path: Path, rules: Settings) -> Iterator[tuple[Embedded, Callable[[int, int], list[Reading]]]]:
    """A watch on a store, that commits after every two hours of posts."""
    with Store(path) as store:
        runtime = Embedded(rules, Keyword(), DeadLetterList(), store=store)

        def watch(first: int, last: int) -> list[Reading]:
            readings = []
            for start in range(first, last, 24):
                readings += runtime.take_records(records(start, min(last, start + 24))).readings
                runtime.commit()
            return readings

        yield runtime, watch


def again(path: Path, moment: float) -> tuple[Past, Witnessed]:
    with Store(path) as store:
        past = Past(store, "orlen", moment)
    sentinel = Witnessed(past.detection, past.brands, past.countries)
    past.replay(sentinel)
    return past, sentinel


def agree(reading: Reading, closed: Closed) -> bool:
    findings = closed.findings
    return (
        closed.bands.voices == reading.voices
        and closed.bands.hour == reading.hour
        and findings.volume.surprise == reading.volume_surprise
        and max(findings.tone.surprise, findings.anger.surprise) == reading.negativity_surprise
    )


def test_every_bucket_is_judged_again_as_it_was_over_a_crisis_a_restart_and_an_order(tmp_path: Path) -> None:
    path, rules = tmp_path / "larum.sqlite", settings()
    with watching(path, rules) as (_, watch):
        readings = watch(0, 500)
    with watching(path, rules) as (runtime, watch):
        readings += watch(500, 800)
        command = order("orlen", MONDAY + 300 * 800)
        readings += runtime.take_posts([(command, "x")]).readings + watch(800, 1_100)
    assert max(reading.severity for reading in readings) >= 2
    assert readings[-1].severity == 0
    assert [one.bucket for one in readings if one.counted.rebaselined] == [MONDAY + 300 * 800]
    compared = 0
    with sqlite3.connect(path) as connection:
        starts = [bucket for (bucket,) in connection.execute("SELECT bucket FROM snapshots ORDER BY bucket")]
    assert len(starts) > 3  # the first, and one a day
    live = {reading.bucket: reading for reading in readings}
    for end in (*(start - 300 for start in starts[1:]), readings[-1].bucket):
        past, sentinel = again(path, end)
        judged: dict[int, Closed] = sentinel.__dict__["all"]
        assert past.bucket == max(judged) == end
        assert all(agree(live[bucket], closed) for bucket, closed in judged.items())
        assert sentinel.life.severity == live[end].severity
        compared += len(judged)
    assert compared >= len(readings)  # together they reach from the first bucket to the last


def test_what_was_judged_by_other_rules_is_judged_by_those_again(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings(false_pages_per_month=7)) as (_, watch):
        watch(0, 100)
    with watching(path, settings(min_negatives=99)) as (_, watch):
        watch(100, 150)
    before, _ = again(path, MONDAY + 300 * 50)
    after, _ = again(path, MONDAY + 300 * 140)
    assert (before.detection.false_pages_per_month, before.detection.min_negatives) == (7, 15)
    assert (after.detection.false_pages_per_month, after.detection.min_negatives) == (1, 99)


def test_what_is_older_than_the_days_to_keep_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings(days=2)) as (_, watch):
        watch(0, 6 * 288)
    with Store(path) as store:
        first, last = store.journalled("orlen") or (0, 0)
        end = MONDAY + 6 * DAY
        assert end - 4 * DAY <= first <= end - 2 * DAY
        assert end - HOUR <= last
        snapshot = store.snapshot("orlen", first)
        assert snapshot is not None
        assert snapshot.bucket == first  # so all that is kept can be judged again
        with pytest.raises(JournalError, match="begins later"):
            Past(store, "orlen", first - 1)
        with pytest.raises(JournalError, match="goes from 2026-"):
            Past(store, "orlen", end + DAY)


def test_no_days_keep_nothing_and_drop_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    for days in (28, 0):
        with watching(path, settings(days=days)) as (_, watch):
            watch(200 * (days == 0), 200 + 200 * (days == 0))
    with Store(path) as store:
        assert store.journalled("orlen") is None
        assert store.snapshot("orlen", 1 << 40) is None


def test_a_store_of_before_the_journal_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings()) as (_, watch):
        watch(0, 100)
    with sqlite3.connect(path) as connection:
        gone = ("counted", "snapshots", "labels", "models", "outbox", "actions", "audit")
        connection.executescript("".join(f"DROP TABLE {table};" for table in gone) + "PRAGMA user_version = 1;")
    with watching(path, settings()) as (_, watch):
        live = {reading.bucket: reading for reading in watch(100, 200)}
    end = max(live)
    _, sentinel = again(path, end)
    assert all(agree(live[bucket], closed) for bucket, closed in sentinel.__dict__["all"].items())
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_what_another_version_has_learned_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings()) as (_, watch):
        watch(0, 50)
    monkeypatch.setattr("streams.core.brandstate.VERSION", 99)
    with pytest.raises(JournalError, match="state version"):
        again(path, MONDAY + 300 * 40)


def test_a_day_of_a_brand_is_small(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with watching(path, settings(bucket_seconds=60)) as (_, watch):
        watch(0, 3 * 288)
    with Store(path) as store:
        first, last = store.journalled("orlen") or (0, 0)
        rows = store.counted("orlen", first, last)
        counted = sum(len(record) + len(seen or b"") + 24 for _, record, seen in rows)  # with its row's frame
        snapshot = store.snapshot("orlen", last)
    assert snapshot is not None
    assert counted / ((last - first) / DAY) + len(snapshot.state) < 100_000


def test_a_brand_that_is_new_in_the_configuration_begins_a_journal_of_its_own(tmp_path: Path) -> None:
    path, before = tmp_path / "larum.sqlite", settings()
    with watching(path, before) as (_, watch):
        watch(0, 50)
    more = before.model_copy(update={"brands": (*before.brands, Brand(id="bp", name="Orlen"))})
    with watching(path, more) as (_, watch):
        watch(50, 100)
    with Store(path) as store:
        assert Past(store, "bp", MONDAY + 300 * 80).brands == 2
        with pytest.raises(JournalError, match="goes from"):
            Past(store, "bp", MONDAY + 300 * 20)
