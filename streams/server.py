"""The one port of a process: metrics, health and, where wanted, posts and labels."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from streams.core.labels import Label
from streams.core.posts import Post
from streams.health import Health, Verdict
from streams.intake import MAX_BODY_BYTES, Intake

STOP_SECONDS = 10.0  # for requests that are under way


log = logging.getLogger("larum.server")


def _of_ours(record: logging.LogRecord) -> bool:
    """Pass over what is no HTTP: it is refused, and whoever sends it is not to fill the log with it."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


log.addFilter(_of_ours)


class Server:
    """A started server; `stop` ends it after the requests under way are answered.

    Attributes
    ----------
    host, port
        Where it listens: the real port where 0 was asked for.
    """

    def __init__(self, runner: web.AppRunner) -> None:
        self._runner = runner
        self.host, self.port = runner.addresses[0][:2]

    async def stop(self) -> None:
        """Close the port."""
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
    runner = web.AppRunner(app, access_log=None, logger=log, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Server(runner)


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
