"""What the board tells of, to whom, and that an action is kept before anybody sees it."""

from __future__ import annotations

import pytest

from streams.core.actions import Action
from streams.core.settings import Brand, Settings
from streams.web.board import WAITING, Board
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.samples import silence

SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"),))


def acknowledged() -> Action:
    return Action(id="1", incident=crisis().subject, kind="acknowledged", at=FRIDAY + 60, by="Ola")


async def test_an_action_is_kept_before_it_is_seen() -> None:
    kept: list[str] = []

    async def write(action: Action) -> None:
        assert board.incidents.known[action.incident].state == "open"
        kept.append(action.id)

    board = Board(SETTINGS, write)
    board.see(crisis())
    async with board.listening() as changes:
        assert (await board.act(acknowledged())).state == "acknowledged"
        assert kept == ["1"]
        assert changes.get_nowait() == (2, "incident", crisis().subject)


async def test_an_action_that_could_not_be_kept_did_not_happen() -> None:
    async def write(_: Action) -> None:
        raise OSError("the disk is full")

    board = Board(SETTINGS, write)
    board.see(crisis())
    with pytest.raises(OSError, match="full"):
        await board.act(acknowledged())
    assert board.incidents.known[crisis().subject].state == "open"
    with pytest.raises(LookupError, match="no incident is 'nothing'"):
        await board.act(Action(id="2", incident="nothing", kind="acknowledged", at=FRIDAY, by="Ola"))


async def test_who_lags_behind_is_told_to_look_at_everything_anew() -> None:
    async def write(_: Action) -> None: ...

    board = Board(SETTINGS, write)
    async with board.listening() as slow, board.listening() as quick:
        for _ in range(WAITING + 1):
            board.counted()
            quick.get_nowait()
        assert [slow.get_nowait() for _ in range(slow.qsize())] == [(WAITING + 1, "everything", None)]
        assert quick.empty()


async def test_a_silence_is_no_incident_and_ends() -> None:
    async def write(_: Action) -> None: ...

    board = Board(SETTINGS, write)
    opened, closed = silence("opened"), silence("closed")
    board.see(opened)
    assert not board.incidents.known
    assert board.silences == {opened.data.silent_source: opened}
    board.see(closed)
    assert not board.silences
