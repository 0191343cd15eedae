"""``GET /changes`` and ``GET /api/v1/events``: what changes as it changes, by server-sent events.

An event's name is what changed (`streams.web.board.Change`), its data says of which incident, and its id lets a client
that comes back be told at once what it missed: browsers send it as ``Last-Event-ID``, and a page can say by ``?since=``
as of when it was made (`mark`).

References
----------
WHATWG HTML Living Standard, 9.2: Server-sent events.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

import msgspec
from aiohttp import web

from streams.core.settings import Web
from streams.web.access import PERSON
from streams.web.board import END, Board, Change
from streams.web.webmetrics import WebMetrics

BEAT_SECONDS = 15.0  # proxies close what is silent for a minute
RETRY_MILLISECONDS = 2_000
WRITE_SECONDS = 10.0  # who takes nothing for so long is let go, and may come back
LIFE_SECONDS = 3_600.0  # then a client has to come again, and to show that it still may
BUSY_SECONDS = 30
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Streams:
    """The streams that are open, not more than there may be.

    Parameters
    ----------
    board
        Whose changes are told.
    metrics
        Shows how many there are.
    """

    def __init__(self, board: Board, metrics: WebMetrics) -> None:
        self._board = board
        self._metrics = metrics
        self._open: dict[asyncio.Transport, str] = {}

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and end all streams when the application does."""
        for path in ("/changes", "/api/v1/events"):
            app.router.add_get(path, self.stream, allow_head=False)
        app.on_shutdown.append(self._end)

    async def _end(self, _: web.Application) -> None:
        self._board.end()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Tell what changes until the client goes, the process ends, or it is time to come again."""
        since = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        response = web.StreamResponse(headers=HEADERS)
        with self._place(request, self._board.settings.web):
            async with self._board.listening() as changes:
                await response.prepare(request)
                begin = f"retry: {RETRY_MILLISECONDS}\nid: {mark(self._board)}\n\n"
                try:
                    await _write(response, begin + told(self._board, _missed(self._board, since)))
                    async for news in _batches(changes):
                        await _write(response, told(self._board, news) or ":\n\n")
                except (ConnectionError, TimeoutError):
                    pass  # it is gone, or as good as
        return response

    @contextmanager
    def _place(self, request: web.Request, most: Web) -> Iterator[None]:
        who, way = name_of(request), request.transport
        self._open = {other: name for other, name in self._open.items() if not other.is_closing()}
        if (
            way is None
            or len(self._open) >= most.max_streams
            or Counter(self._open.values())[who] >= most.max_streams_each
        ):
            raise web.HTTPTooManyRequests(
                headers={"Retry-After": str(BUSY_SECONDS)}, text="too many pages and programs listen at once"
            )
        self._open[way] = who
        self._metrics.set_streams(len(self._open))
        try:
            yield
        finally:
            self._open.pop(way, None)
            self._metrics.set_streams(len(self._open))


def name_of(request: web.Request) -> str:
    """Give the name of the person who asks."""
    person = request.get(PERSON)
    return person.name if person else str(request.remote)


def mark(board: Board) -> str:
    """Say what a board has come to, for whoever wants to be told what changed since."""
    return f"{board.name}-{board.number}"


def told(board: Board, news: Iterable[Change]) -> str:
    r"""Write changes as events.

    Examples
    --------
    >>> from streams.core.settings import Brand, Settings
    >>> board = Board(Settings(brands=(Brand(id="orlen", name="Orlen"),)))
    >>> board.name = "1f2e"
    >>> told(board, [Change(7, "incident", "c0ffee")])
    'id: 1f2e-7\nevent: incident\ndata: {"incident":"c0ffee"}\n\n'
    """
    return "".join(
        f"id: {board.name}-{one.number}\nevent: {one.what}\n"
        f"data: {msgspec.json.encode({'incident': one.incident}).decode()}\n\n"
        for one in news
    )


def _missed(board: Board, since: str) -> list[Change]:
    name, dash, number = since.rpartition("-")
    if not dash:
        return []
    return board.since(name, int(number) if number.isascii() and number.isdecimal() and len(number) < 20 else -1)


async def _batches(changes: asyncio.Queue[Change]) -> AsyncIterator[list[Change]]:
    """Give what has changed, each thing once; nothing, now and then, to show that there is nothing."""
    end = time.monotonic() + LIFE_SECONDS
    while time.monotonic() < end:
        news: dict[tuple[str, str | None], Change] = {}
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                change = await changes.get()
        except TimeoutError:
            yield []
            continue
        while True:
            if change.what == END:
                return
            news.pop(change[1:], None)
            news[change[1:]] = change
            if changes.empty():
                break
            change = changes.get_nowait()
        yield list(news.values())


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(text.encode())
