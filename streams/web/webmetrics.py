"""What the web tells Prometheus of itself."""

from __future__ import annotations

import time

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge

from streams.definitions import Definitions
from streams.web.board import Board
from streams.web.paths import OPEN

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
NOWHERE = "none"  # the route of what is not there


class WebMetrics:
    """Counts requests and streams, and shows whether the board sees what happens.

    Parameters
    ----------
    registry
        Where the metrics are.

    Attributes
    ----------
    catalogue
        Each metric's name, type, labels and help, in the order of their definition.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        definitions = Definitions(registry)
        self.catalogue, new = definitions.catalogue, definitions.new
        self._requests = new(
            Counter, "larum_web_requests_total", "Requests for pages and of the API, by route.", "route", "status"
        )
        self._seconds = definitions.histogram(
            "larum_web_request_seconds", "From a request to its answer; streams left out.", "route", buckets=SECONDS
        )
        self._streams = new(Gauge, "larum_web_streams", "Pages and programs that listen to what changes.")
        self._newest = new(
            Gauge, "larum_web_newest_count_timestamp_seconds", "Event time of the newest bucket that pages show."
        )
        self._blind = new(
            Gauge, "larum_web_blind", "1 while pages may not show what happens now, and say so; 0 while they do."
        )

    def watch(self, board: Board) -> None:
        """Show whether a board sees what happens."""
        self._newest.set_function(lambda: board.newest)
        self._blind.set_function(lambda: board.blind is not None)

    def set_streams(self, count: int) -> None:
        """Export how many streams are open."""
        self._streams.set(count)

    @web.middleware
    async def measured(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count a request by how it was answered."""
        if request.path in OPEN:
            return await handler(request)
        begin = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource else NOWHERE
            self._requests.labels(route, str(status)).inc()
            if status != 200 or response.content_type != "text/event-stream":
                self._seconds.labels(route).observe(time.perf_counter() - begin)
        return response
