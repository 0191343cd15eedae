"""Labels in a state file: the same model as from any other log, before and after a restart, whatever is damaged."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from streams import tutor
from streams.cli.lessons import taught
from streams.core.labels import Label, encode
from streams.core.pupil import Pupil
from streams.core.settings import Brand, Settings
from streams.metrics import Metrics
from streams.storage import Store
from streams.tutor import Tutor
from tests.streams.pupils import Scribe

TEXTS = ["Karuzela", "Kawa", "Kolejka", "Kasa"]
SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),))

verdicts = st.sampled_from([True, False, None])
labels = st.builds(lambda text, negative: Label(text=text, negative=negative), st.sampled_from(TEXTS), verdicts)


def label(text: str, negative: bool | None = True) -> Label:
    return Label(text=text, negative=negative, lang="pl")


def learned(of: Tutor) -> list[tuple[str, bool]]:
    assert isinstance(of.pupil.model, Scribe)
    return of.pupil.model.learned


def plainly(said: list[Label]) -> list[tuple[str, bool]]:
    """What counts of labels, in order: where the same is said again, it stays where it was."""
    counts: dict[str, bool] = {}
    for one in said:
        if one.negative is None:
            counts.pop(one.text, None)
        elif counts.get(one.text) is not one.negative:
            counts.pop(one.text, None)
            counts[one.text] = one.negative
    return list(counts.items())


@given(st.lists(labels, max_size=20), st.integers(1, 20))
def test_the_model_is_what_the_last_labels_say_now_and_after_a_restart(said: list[Label], every: int) -> None:
    with Store(":memory:") as store:
        first = Tutor(store, Pupil(Scribe()))
        for start in range(0, len(said), every):
            first.add(said[start : start + every])
            first.keep()
        first.settle()
        assert learned(first) == plainly(said)
        again = Tutor(store, Pupil(Scribe()))
        assert learned(again) == plainly(said)
        assert again.pupil.lessons.digest() == first.pupil.lessons.digest()


def test_a_start_reads_the_snapshot_and_what_came_after_it(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    with Store(tmp_path / "larum.sqlite") as store:
        first = Tutor(store, Pupil(Scribe()))
        first.add([label("Karuzela"), label("Kawa", negative=False)])
        first.keep()
        first.add([label("Kolejka")])
    with Store(tmp_path / "larum.sqlite") as store:
        again = Tutor(store, Pupil(Scribe()), Metrics(registry))
        assert learned(again) == [("Karuzela", True), ("Kawa", False), ("Kolejka", True)]
    assert registry.get_sample_value("larum_model_snapshots_total", {"fate": "read"}) == 1


def test_a_damaged_snapshot_is_refused_and_all_labels_are_learned(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "larum.sqlite"
    with Store(path) as store:
        first = Tutor(store, Pupil(Scribe()))
        first.add([label("Karuzela"), label("Kawa", negative=False)])
        first.keep()
        whole = bytearray(store.model() or b"")
        whole[-1] ^= 1
        store.keep_model(bytes(whole))
    with caplog.at_level(logging.WARNING), Store(path) as store:
        assert learned(Tutor(store, Pupil(Scribe()))) == [("Karuzela", True), ("Kawa", False)]
    assert f"{path}: its snapshot of the model is not used: it is damaged" in caplog.text


async def test_it_goes_on_as_it_was_while_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tutor, "TURN_SECONDS", 0.0)
    with Store(":memory:") as store:
        one = Tutor(store, Pupil(Scribe()))
        await one.accept([(label(str(number)), "") for number in range(50)])
        following = asyncio.create_task(one.follow())
        before = one.pupil.version
        await one.accept([(label("7", negative=None), "")])
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(learned(one)) == 50
        assert one.pupil.version == before
        await one.accept([(label("50"), "")])  # comes while the new model is being made, and is in it
        async with asyncio.timeout(10):
            while one.pupil.behind:  # noqa: ASYNC110 - it has its turns in between
                await asyncio.sleep(0)
        following.cancel()
        assert learned(one) == [(str(number), True) for number in range(51) if number != 7]


def test_a_state_file_of_before_labels_were_kept_is_taken_on(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with Store(path) as store:
        store.save(cursors={"bluesky": "17"})
    with sqlite3.connect(path) as connection:
        gone = ("labels", "models", "outbox", "actions", "audit")
        dropped = [*(f"DROP TABLE {table}" for table in gone), "ALTER TABLE counted DROP COLUMN seen"]
        connection.executescript(";".join([*dropped, "PRAGMA user_version = 2;"]))
    connection.close()
    with Store(path) as store:
        assert store.cursor("bluesky") == "17"
        Tutor(store, Pupil(Scribe())).add([label("Karuzela")])


def test_of_a_file_that_has_grown_only_what_is_new_is_taken(tmp_path: Path) -> None:
    """Who corrects by HTTP what a file says is not overruled by the same file at the next start."""
    file = tmp_path / "labels.jsonl"
    file.write_bytes(encode(label("Karuzela")) + b"\n")
    with Store(tmp_path / "larum.sqlite") as store:
        taught(SETTINGS, file, store).add([label("Karuzela", negative=False)])
        file.write_bytes(file.read_bytes() + encode(label("Kawa")) + b"\n")
        again = taught(SETTINGS, file, store)
        assert again.pupil.model.version == taught(SETTINGS, None, store).pupil.model.version
        assert again.pupil.lessons.says(label("Karuzela").key) == label("Karuzela", negative=False).said
        assert again.pupil.lessons.says(label("Kawa").key) == label("Kawa").said
        file.write_bytes(encode(label("Karuzela")) + b"\n" + encode(label("Kolejka")) + b"\n")
        changed = taught(SETTINGS, file, store)
        assert changed.pupil.lessons.says(label("Karuzela").key) == label("Karuzela").said
