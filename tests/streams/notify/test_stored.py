"""The outbox: each receiver hears of each event once, whatever ends in between."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from streams.notify.stored import StoredSource
from streams.storage import Store
from tests.streams.notify.made import FRIDAY, crisis

RECEIVERS = ["chat", "on-call"]


async def following(store: Store, receiver: str) -> str:
    """Tell a receiver of one event."""
    source = StoredSource(store, receiver)
    event = await anext(source.events())
    await source.done(event)
    return event.id


async def test_each_receiver_goes_at_its_own_pace() -> None:
    steps = [crisis("opened", 0), crisis("raised", 1)]
    with Store(":memory:") as store:
        store.save(events=steps, receivers=RECEIVERS)
        assert [await following(store, "chat") for _ in steps] == [step.id for step in steps]
        assert store.unsent("chat") is None
        assert await following(store, "on-call") == steps[0].id


async def test_what_was_not_done_comes_again_after_a_restart(tmp_path: Path) -> None:
    path, step = tmp_path / "larum.sqlite", crisis()
    with Store(path) as store:
        store.save(events=[step], receivers=RECEIVERS)
        assert (await anext(StoredSource(store, "chat").events())).id == step.id
    with Store(path) as store:
        assert await following(store, "chat") == step.id
    with Store(path) as store:
        assert store.unsent("chat") is None


async def test_an_event_that_is_kept_again_is_not_told_again() -> None:
    with Store(":memory:") as store:
        store.save(events=[crisis()], receivers=RECEIVERS)
        await following(store, "chat")
        store.save(events=[crisis()], receivers=RECEIVERS)
        assert store.unsent("chat") is None


async def test_crises_that_are_open_and_were_told_are_known_after_a_restart() -> None:
    first, second = crisis("opened", 0), crisis("opened", 0, onset=FRIDAY + 3_600)
    with Store(":memory:") as store:
        store.save(events=[first, crisis("raised", 1), second], receivers=RECEIVERS)
        source = StoredSource(store, "chat")
        assert not await source.told()
        await following(store, "chat")
        assert [event.id for event in await source.told()] == [first.id]
        await following(store, "chat")
        await following(store, "chat")
        assert [event.id for event in await source.told()] == [crisis("raised", 1).id, second.id]
        store.save(events=[crisis("closed", 2)], receivers=RECEIVERS)
        assert len(await source.told()) == 2  # the end is not told yet
        await following(store, "chat")
        assert [event.id for event in await source.told()] == [second.id]


def test_a_state_file_without_an_outbox_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "larum.sqlite"
    with Store(path) as store:
        store.save(events=[crisis()])
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TABLE outbox; DROP TABLE actions; DROP TABLE audit; ALTER TABLE counted DROP COLUMN seen;"
        "PRAGMA user_version = 3;"
    )
    connection.close()
    with Store(path) as store:
        assert store.unsent("chat") is None
        assert [event.id for event in store.crises()] == [crisis().id]
