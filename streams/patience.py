"""Connections that are opened and never come to a request are closed: aiohttp has no limit for that."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

HEAD_SECONDS = 20.0  # for the head of a first request; between requests `KEPT_SECONDS`
KEPT_SECONDS = 75.0  # longer than most proxies keep an idle connection


class Patience:
    """Makes the protocols of a server, and closes those by which no request has come in good time."""

    def __init__(self) -> None:
        self._silent: set[web.RequestHandler] = set()

    @web.middleware
    async def heard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note that a request has come."""
        self._silent.discard(request.protocol)
        return await handler(request)

    def protocol(self, server: web.Server) -> web.RequestHandler:
        """Make the protocol of a connection."""
        made = server()
        self._silent.add(made)
        asyncio.get_running_loop().call_later(HEAD_SECONDS, self._look, made)
        return made

    def _look(self, protocol: web.RequestHandler) -> None:
        if protocol in self._silent:
            self._silent.discard(protocol)
            if protocol.transport is not None:
                protocol.transport.abort()
