"""The whole web of a process, put together for the command line."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry

from streams.web.app import install
from streams.web.archive import ARCHIVE, Archive
from streams.web.audit import AuditLog
from streams.web.board import Board
from streams.web.parts import parts
from streams.web.webmetrics import WebMetrics


def add_web(app: web.Application, board: Board, registry: CollectorRegistry, log: AuditLog, archive: Archive) -> str:
    """Add all of the web to an application, and say at which path people come in.

    Parameters
    ----------
    app
        Not yet started.
    board
        What is shown, and where actions go.
    registry
        Where the metrics are.
    log
        Where the audit log is kept.
    archive
        Where the past is kept.

    Returns
    -------
    str
        ``/``, or with a token in it where the process has made one for who started it: it is a secret then.

    Raises
    ------
    NobodyError
        Nobody could come in.
    """
    host = board.settings.server.host
    made = parts(board.settings, host, log)
    app[ARCHIVE] = archive
    install(app, board, host, WebMetrics(registry), made.parts)
    return f"/login?token={made.link}" if made.link else "/"
