"""The web of a process, on the port that it has anyway: pages, API, and what changes as it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web

from streams.web.board import Board
from streams.web.changes import Streams
from streams.web.guarding import bounded, harden, named, small
from streams.web.problems import DRAW, plain_page, sane
from streams.web.webmetrics import WebMetrics

BOARD = web.AppKey("board", Board)


def install(
    app: web.Application,
    board: Board,
    host: str,
    metrics: WebMetrics,
    parts: Iterable[Callable[[web.Application], None]] = (),
) -> None:
    """Add the web to an application that `streams.server.create_app` made.

    What is outermost comes first: errors become answers, the name in the request is checked, its body is read; then
    come the middlewares that the parts append, in their order.

    Parameters
    ----------
    app
        Not yet started.
    board
        What is shown, and where actions go; handlers find it as ``request.app[BOARD]``.
    host
        The address that the process listens on.
    metrics
        Count requests.
    parts
        Each adds its routes, and middlewares where it needs them: who may come in first.
    """
    app[BOARD] = board
    app[DRAW] = plain_page
    metrics.watch(board)
    app.middlewares.extend([metrics.measured, small, sane, named(host, board.settings.web.address), bounded])
    app.on_response_prepare.append(harden)
    for part in (Streams(board, metrics).add_to, *parts):
        part(app)
