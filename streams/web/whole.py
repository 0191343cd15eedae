"""The whole web: who may come in, pages, API, and what changes, put together."""

from __future__ import annotations

import getpass

from aiohttp import web
from prometheus_client import CollectorRegistry

from streams.web import api, forms, pages
from streams.web.access import Access
from streams.web.app import install
from streams.web.archive import ARCHIVE, Archive
from streams.web.audit import Audit, AuditLog
from streams.web.board import Board
from streams.web.login import Login
from streams.web.openapi import Description
from streams.web.people import people
from streams.web.webmetrics import WebMetrics

NAMELESS = "admin"


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
    settings = board.settings
    known = people(settings.tokens, settings.server.host, _user())
    access = Access(known, Audit(log), settings.web.address, settings.web.proxies)
    app[ARCHIVE] = archive
    parts = (
        access.install,
        Login(access).install,
        pages.install,
        forms.install,
        api.install,
        Description(access.cookie).install,
    )
    install(app, board, settings.server.host, WebMetrics(registry), parts)
    return f"/login?token={known.link}" if known.link else "/"


def _user() -> str:
    """Name who started the process; a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return NAMELESS
