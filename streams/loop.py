"""The event loop of a worker: uvloop, which waits for the other side of a TLS connection no longer than it has to."""

from __future__ import annotations

from typing import Any

import uvloop

TLS_CLOSE_SECONDS = 1.0


class Loop(uvloop.Loop):
    """An event loop whose TLS connections are closed within a second of being told so.

    Nobody has to answer a closing alert, and a Kafka broker does not where it reads the alert together with the last
    request: it answers the request, and waits for the connection to be cut. The client, which has nothing more to say
    or to hear, would wait for the alert: 30 s, as long as a worker has for its whole end.
    """

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, *, ssl: Any = None, **options: Any
    ) -> Any:
        """Connect, with a limit to how long a TLS connection may take to be closed."""
        if ssl:
            options.setdefault("ssl_shutdown_timeout", TLS_CLOSE_SECONDS)
        return await super().create_connection(protocol_factory, host, port, ssl=ssl, **options)
