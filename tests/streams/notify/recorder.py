"""A server that writes down what is posted to it, and answers as it is told to."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import web


class Posted(NamedTuple):
    """One request, and when it came, epoch seconds."""

    at: float
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Recorder:
    """What was posted, and what is answered next.

    Attributes
    ----------
    answers
        Statuses that are given in turn; 200 when there are none left.
    headers, text
        Of every answer.
    """

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.text = "ok"
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Write a request down."""
        body = await request.read()
        self.posted.append(Posted(time.time(), request.path, request.query_string, dict(request.headers), body))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, text=self.text, headers=self.headers)


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    """Run a recorder on a free port of the loopback."""
    recorder = Recorder()
    app = web.Application()
    app.router.add_post("/{path:.*}", recorder.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    recorder.url = f"http://{host}:{port}"
    try:
        yield recorder
    finally:
        await runner.cleanup()
