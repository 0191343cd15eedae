"""The pages on a real port, in a thread of their own, so that a browser can look at them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.settings import Settings
from streams.core.times import rfc3339
from streams.health import Health
from streams.server import Server, create_app, serve
from streams.web import app as web_app
from streams.web import forms, pages
from streams.web.board import Board
from streams.web.login import Login
from streams.web.webmetrics import WebMetrics
from tests.streams.notify.made import crisis
from tests.streams.web.entering import SETTINGS, Memory, entrance

AGO = 8 * 60.0  # since the alarm


class Site:
    """What is served, and the way to change it from outside of its thread.

    Attributes
    ----------
    board
        What is shown.
    kept
        The actions that were written.
    """

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self.kept: list[Action] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.board = self.call(lambda: Board(settings, self._keep))
        self._server: Server | None = None
        self.port = 0
        self.open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, what: Callable[[], Any]) -> Any:
        """Do something in the thread of the site."""

        async def done() -> Any:
            return what()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)

    def open(self) -> None:
        """Open the port: any free one first, then the same again."""

        async def start() -> Server:
            registry = CollectorRegistry()
            app = create_app(registry, Health(60.0, time.monotonic))
            access = entrance(Memory())
            parts = (access.install, Login(access).install, pages.install, forms.install)
            web_app.install(app, self.board, "127.0.0.1", WebMetrics(registry), parts)
            return await serve(app, "127.0.0.1", self.port)

        self._server = asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)
        self.port = self._server.port

    def shut(self) -> None:
        """Close the port."""
        if self._server:
            asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(20)
            self._server = None

    def end(self) -> None:
        """End the thread."""
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _keep(self, action: Action) -> None:
        self.kept.append(action)


@contextmanager
def site(*events: CrisisEvent, settings: Settings = SETTINGS) -> Iterator[Site]:
    """Serve a site with incidents: one that has just begun, where none are given."""
    served = Site(settings)
    try:
        for event in events or [recent(crisis())]:
            served.call(partial(served.board.see, event))
        yield served
    finally:
        served.end()


def recent(event: CrisisEvent, ago: float = AGO, **changed: Any) -> CrisisEvent:
    """Let a crisis be noticed so many seconds ago, and begin eight minutes before."""
    at = time.time() - ago
    posts = [msgspec.structs.replace(post, created_at=rfc3339(at - 60)) for post in event.data.telling_posts]
    data = msgspec.structs.replace(
        event.data,
        onset=rfc3339(at - 480),
        detected_at=rfc3339(at),
        time=rfc3339(at),
        **{"telling_posts": posts, "first_posts": posts[:1]} | changed,
    )
    return msgspec.structs.replace(event, time=rfc3339(at), data=data)


INCIDENT = crisis().subject


def did(number: int, kind: str, ago: float = 0.0, by: str = "ula", **what: Any) -> Action:
    """Make what somebody did about the incident so many seconds ago."""
    told = {"id": f"{number}", "incident": INCIDENT, "kind": kind, "at": time.time() - ago, "by": by}
    return msgspec.convert(told | what, Action)
