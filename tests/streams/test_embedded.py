"""The embedded runtime: bad records are set aside whole, neighbours count, and a restart continues where it was."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from streams.core.crises import CrisisEvent
from streams.core.settings import Brand, Settings
from streams.core.times import epoch
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.metrics import Metrics
from streams.storage import StorageError, Store
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),))
Record = tuple[bytes, str]


def record(number: int, text: str, time: float) -> Record:
    post = {"id": str(number), "source": "x", "text": text, "created_at": time}
    return json.dumps(post).encode(), f"posts.jsonl:{number}"


def history(minutes: int, crisis_from: int) -> list[Record]:
    records: list[Record] = []
    for minute in range(minutes):
        for turn in range(4 + 20 * (minute >= crisis_from)):
            word = "wstyd" if turn > 2 else "jest"
            records.append(
                record(
                    len(records),
                    f"Orlen {word} {'abcdefghij'[turn % 10] * (minute + 1)} {turn}",
                    MONDAY + minute * 60 + turn,
                )
            )
    return records


def test_bad_records_go_whole_to_the_dead_letters_and_their_neighbours_count() -> None:
    letters, registry = DeadLetterList(), CollectorRegistry()
    runtime = Embedded(SETTINGS, Keyword(), letters, Metrics(registry))
    poison = [(b'{"id": "7"', "posts.jsonl:2"), (b"\xff\xfe", "posts.jsonl:3"), (b"[1]", "posts.jsonl:4")]
    runtime.take_records([record(1, "Orlen", MONDAY), *poison, record(5, "Orlen", MONDAY)])
    assert sum(reading.mentions for reading in runtime.finish().readings) == 2
    assert [(letter.origin, letter.record) for letter in letters] == [(origin, raw) for raw, origin in poison]
    assert all(letter.reason for letter in letters)
    assert registry.get_sample_value("larum_dead_letters_total", {"reason": "unreadable"}) == 3
    assert registry.get_sample_value("larum_posts_total", {"source": "x"}) == 2


def test_a_live_post_from_the_future_is_set_aside() -> None:
    letters = DeadLetterList()
    runtime = Embedded(SETTINGS, Keyword(), letters)
    runtime.take_records([record(1, "Orlen", MONDAY), record(2, "Orlen", MONDAY + 3_600)], now=MONDAY + 10.0)
    assert [json.loads(letter.record)["id"] for letter in letters] == ["2"]


@pytest.mark.parametrize("stop", [100, 3_000, 6_030])
def test_a_restart_gives_the_same_crises(tmp_path: Path, stop: int) -> None:
    records = history(1_500, crisis_from=1_400)
    through = Embedded(SETTINGS, Keyword(), DeadLetterList())
    expected = through.take_records(records).events + through.finish().events
    assert expected[0].step == "opened"

    events: list[CrisisEvent] = []
    path = tmp_path / "larum.sqlite"
    with Store(path) as store:
        first = Embedded(SETTINGS, Keyword(), DeadLetterList(), store=store)
        events += first.take_records(records[:stop]).events
        first.commit({"file": str(stop)})
        first.take_records(records[stop : stop + 50])  # lost, as by kill -9: never committed
    with Store(path) as store:
        assert store.cursor("file") == str(stop)
        second = Embedded(SETTINGS, Keyword(), DeadLetterList(), store=store)
        events += second.take_records(records[stop:]).events + second.finish().events
        second.commit()
        assert [event.id for event in store.crises()] == [event.id for event in expected]
    assert events == expected


def test_an_open_crisis_is_shown_in_the_metrics_after_a_restart(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    with Store(tmp_path / "larum.sqlite") as store:
        first = Embedded(SETTINGS, Keyword(), DeadLetterList(), store=store)
        events = first.take_records(history(1_450, crisis_from=1_400)).events
        first.commit()
        Embedded(SETTINGS, Keyword(), DeadLetterList(), Metrics(registry), store)
    severity = registry.get_sample_value("larum_crisis_severity", {"brand": "orlen", "kind": "negativity"})
    assert severity is not None
    assert severity >= 2
    told = events[-1].data
    for what, moment in (("onset", told.onset), ("detected", told.detected_at)):
        since = registry.get_sample_value(f"larum_crisis_{what}_timestamp_seconds", {"brand": "orlen"})
        assert since == epoch(moment)
    assert registry.get_sample_value("larum_alarms_total", {"urgency": "page"}) == 0  # it was counted when it was told
    assert registry.get_sample_value("larum_budget_alarms", {"urgency": "page"}) == 1


def test_a_brand_that_was_gone_goes_on_from_the_state_it_left_and_its_journal_with_it(tmp_path: Path) -> None:
    records = history(1_500, crisis_from=1_400)
    registry = CollectorRegistry()
    other = Settings(brands=(Brand(id="zabka", name="Żabka"),))
    expected = Embedded(SETTINGS, Keyword(), DeadLetterList()).take_records(records).events
    with Store(tmp_path / "larum.sqlite") as store:
        runtime = Embedded(SETTINGS, Keyword(), DeadLetterList(), Metrics(registry), store)
        events = runtime.take_records(records[:3_000]).events
        runtime.commit()
        runtime.configure(other)
        assert registry.get_sample_value("larum_voices_total", {"brand": "orlen"}) is None
        assert registry.get_sample_value("larum_voices_total", {"brand": "zabka"}) == 0
        runtime.configure(SETTINGS)
        events += runtime.take_records(records[3_000:]).events
        runtime.commit()
        assert store.snapshot("orlen", MONDAY + 1_400 * 60) is not None
    assert expected
    assert events == expected


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to be mistaken for one" * 20)
    with pytest.raises(StorageError, match=r"notes\.txt"):
        Store(path)


def test_a_store_of_a_newer_larum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with Store(path) as store:
        store._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="99"):
        Store(path)


def test_a_state_file_that_another_process_holds_is_named_and_can_be_written_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "larum.sqlite"
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0.05))
    with Store(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match=r"larum\.sqlite: database is locked"):
            store.save(cursors={"bluesky": "1"})
        other.execute("ROLLBACK")
        store.save(cursors={"bluesky": "2"})
        assert store.cursor("bluesky") == "2"
