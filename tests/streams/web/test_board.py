"""What the board tells of, to whom, and that an action is kept before anybody sees it."""

from __future__ import annotations

import asyncio

import pytest

from streams.core.actions import Action
from streams.core.settings import Brand, Settings
from streams.response.sight import Blind
from streams.web import board as web_board
from streams.web.board import REMEMBERED, WAITING, Board
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
    async with board.listening() as slow, board.listening() as quick, board.listening() as slow_too:
        for number in range(WAITING + 1):
            board.sees(Blind("waiting", float(number)))
            assert quick.get_nowait().what == "sight"
        for queue in (slow, slow_too):
            assert [queue.get_nowait() for _ in range(queue.qsize())] == [(WAITING + 1, "everything", None)]
        assert quick.empty()


async def test_counts_are_told_of_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_board, "COUNTED_SECONDS", 0.05)
    board = Board(SETTINGS)
    async with board.listening() as changes:
        for bucket in range(60, 600, 60):
            board.count("northquill", bucket, 3, 2.0, 60)
            board.counted()
        assert (await changes.get()).what == "brands"
        await asyncio.sleep(0.1)
        assert changes.empty()
        board.counted()
        assert (await changes.get()).what == "brands"
    assert board.newest == 540


def test_what_is_told_again_is_no_change() -> None:
    board = Board(SETTINGS)
    for _ in range(2):
        board.see(crisis())
        board.do(acknowledged())
    assert board.number == 2


async def test_who_comes_back_is_told_what_was_missed_each_thing_once() -> None:
    board = Board(SETTINGS)
    board.see(crisis())
    board.sees(Blind("away"))
    board.do(acknowledged())
    board.sees(None)
    assert board.since(board.name, 1) == [(3, "incident", crisis().subject), (4, "sight", None)]
    assert board.since(board.name, 4) == []
    anew = [(4, "everything", None)]
    assert board.since("another", 3) == board.since(board.name, 5) == board.since(board.name, -1) == anew
    for number in range(REMEMBERED):
        board.sees(Blind("waiting", float(number)))
    assert [one.what for one in board.since(board.name, 4)] == ["sight"]
    assert [one.what for one in board.since(board.name, 3)] == ["everything"]


async def test_a_silence_is_no_incident_and_ends() -> None:
    async def write(_: Action) -> None: ...

    board = Board(SETTINGS, write)
    opened, closed = silence("opened"), silence("closed")
    board.see(opened)
    assert not board.incidents.known
    assert board.silences == {opened.data.silent_source: opened}
    board.see(closed)
    assert not board.silences
