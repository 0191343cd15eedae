"""Server-sent events over a real socket: told in time, resumed, bounded, and ended."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from streams.core.actions import Action
from streams.core.settings import Brand, Settings, Web
from streams.response.sight import Blind
from streams.server import Server
from streams.web import board as web_board
from streams.web import changes
from streams.web.board import Board
from streams.web.changes import mark
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.web.serving import asking, sample, served

SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"),), web=Web(max_streams=4, max_streams_each=3))


class Stream:
    """What a client was told, block by block."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def block(self) -> dict[str, str]:
        """Wait for the next one: its fields; of a comment alone, nothing."""
        async with asyncio.timeout(10):
            text = (await self._response.content.readuntil(b"\n\n")).decode()
        return dict(line.split(": ", 1) for line in text.splitlines() if line and not line.startswith(":"))


@pytest.fixture
async def board() -> Board:
    board = Board(SETTINGS)
    board.see(crisis())
    return board


@pytest.fixture
async def server(board: Board) -> AsyncIterator[Server]:
    async with served(board) as server:
        yield server


@pytest.fixture
async def client(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with asking(server) as client:
        yield client


def acted(number: int) -> Action:
    return Action(id=f"{number}", incident=crisis().subject, kind="noted", at=FRIDAY + 60, by="Ola")


@pytest.mark.parametrize("path", ["/changes", "/api/v1/events"])
async def test_what_changes_is_told_as_it_changes(client: aiohttp.ClientSession, board: Board, path: str) -> None:
    async with client.get(path) as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        stream = Stream(response)
        assert await stream.block() == {"retry": "2000", "id": f"{board.name}-1"}
        board.do(acted(1))
        board.sees(Blind("away"))
        incident = f'{{"incident":"{crisis().subject}"}}'
        assert await stream.block() == {"id": f"{board.name}-2", "event": "incident", "data": incident}
        assert await stream.block() == {"id": f"{board.name}-3", "event": "sight", "data": '{"incident":null}'}


async def test_who_comes_back_is_told_at_once_what_was_missed(client: aiohttp.ClientSession, board: Board) -> None:
    seen = mark(board)
    for number in range(3):
        board.do(acted(number))
    async with client.get("/changes", headers={"Last-Event-ID": seen}) as response:
        stream = Stream(response)
        await stream.block()
        assert (await stream.block())["id"] == mark(board)
    async with client.get("/changes", params={"since": seen}) as response:
        stream = Stream(response)
        await stream.block()
        assert (await stream.block())["event"] == "incident"


@pytest.mark.parametrize("seen", ["0badcafe-1", "0badcafe-", "{name}-999", "{name}--1", "{name}-٣", "x" * 3_000 + "-1"])
async def test_who_comes_back_from_elsewhere_is_told_to_look_at_everything(
    client: aiohttp.ClientSession, board: Board, seen: str
) -> None:
    async with client.get("/changes", params={"since": seen.format(name=board.name)}) as response:
        stream = Stream(response)
        await stream.block()
        assert (await stream.block())["event"] == "everything"


async def test_silence_is_broken_by_comments(client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "BEAT_SECONDS", 0.05)
    async with client.get("/changes") as response:
        stream = Stream(response)
        await stream.block()
        assert await stream.block() == await stream.block() == {}


async def test_a_stream_ends_after_a_while_so_that_rights_are_looked_at_anew(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(changes, "LIFE_SECONDS", 0.1)
    async with asyncio.timeout(10), client.get("/changes") as response:
        await response.read()


async def test_there_are_not_more_than_there_may_be_and_who_is_gone_counts_no_more(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [await client.get("/changes") for _ in range(3)]
    assert await sample(client, "larum_web_streams") == 3
    async with client.get("/changes") as refused:
        assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
    held.pop().close()
    async with asyncio.timeout(10):
        while (again := await client.get("/changes")).status != 200:  # noqa: ASYNC110 - it notices by itself
            await asyncio.sleep(0.01)
    assert await sample(client, "larum_web_streams") == 3
    for one in [*held, again]:
        one.close()


async def test_the_end_of_the_process_waits_for_no_stream(board: Board) -> None:
    async with served(board) as server, asking(server) as client:
        response = await client.get("/changes")
        began = time.monotonic()
        await server.stop()
        assert time.monotonic() - began < 2
        assert b"retry" in await response.read()


async def test_who_reads_nothing_is_let_go_and_keeps_nobody_waiting(
    client: aiohttp.ClientSession, server: Server, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "WRITE_SECONDS", 0.5)
    monkeypatch.setattr(web_board, "WAITING", 4)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(b"GET /changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with client.get("/changes") as response, asyncio.timeout(60):
            stream = Stream(response)
            await stream.block()
            while await sample(client, "larum_web_streams") == 2:
                for _ in range(200):
                    board.sees(Blind("waiting", float(board.number)))
                    await asyncio.sleep(0)
                assert (await stream.block())["event"] in {"sight", "everything"}
