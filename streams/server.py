"""The one port of a process: metrics, health and, where wanted, posts and labels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from streams.core.labels import Label
from streams.core.posts import Post
from streams.health import Health, Verdict
from streams.intake import MAX_BODY_BYTES, Intake
from streams.patience import KEPT_SECONDS, Patience

STOP_SECONDS = 10.0  # for requests that are under way


log = logging.getLogger("larum.server")


def _of_ours(record: logging.LogRecord) -> bool:
    """Pass over what is no HTTP: it is refused, and whoever sends it is not to fill the log with it."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError)


log.addFilter(_of_ours)


class Server:
    """A started server; `stop` ends it after the requests under way are answered.

    Attributes
    ----------
    host, port
        Where it listens: the real port where 0 was asked for.
    """

    def __init__(self, runner: web.AppRunner, listener: asyncio.Server) -> None:
        self._runner = runner
        self._listener = listener
        self.host, self.port = listener.sockets[0].getsockname()[:2]

    async def stop(self) -> None:
        """Close the port."""
        self._listener.close()
        await self._runner.cleanup()


def create_app(
    registry: CollectorRegistry,
    health: Health,
    posts: Intake[Post] | None = None,
    labels: Intake[Label] | None = None,
) -> web.Application:
    """Build the web application.

    Parameters
    ----------
    registry
        What ``/metrics`` shows, as Prometheus text or as OpenMetrics, whichever the request prefers.
    health
        What ``/healthz`` and ``/readyz`` answer from: 200 or 503, and JSON that says why.
    posts, labels
        What takes ``POST /posts`` and ``POST /labels``; without one there is no such path.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/metrics", make_aiohttp_handler(registry))
    app.router.add_get("/healthz", _probe(health.verdict))
    app.router.add_get("/readyz", _probe(health.readiness))
    if posts is not None:
        app.router.add_post("/posts", posts.post)
    if labels is not None:
        app.router.add_post("/labels", labels.post)
    return app


async def serve(app: web.Application, host: str, port: int) -> Server:
    """Start serving `app`; port 0 takes any free one.

    Raises
    ------
    OSError
        The port is taken or the address is not of this machine.
    """
    patience = Patience()
    app.middlewares.insert(0, patience.heard)
    runner = web.AppRunner(
        app, access_log=None, logger=log, shutdown_timeout=STOP_SECONDS, keepalive_timeout=KEPT_SECONDS
    )
    await runner.setup()
    protocol = partial(patience.protocol, cast("web.Server", runner.server))  # which `setup` has made
    try:
        listener = await asyncio.get_running_loop().create_server(protocol, host, port)
    except OSError:
        await runner.cleanup()
        raise
    return Server(runner, listener)


def _probe(ask: Callable[[], Verdict]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        verdict = ask()
        return web.Response(
            status=200 if verdict.ok else 503,
            body=msgspec.json.encode(verdict),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    return answer
