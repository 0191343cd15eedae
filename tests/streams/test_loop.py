"""The worker's event loop does not wait for an answer that need not come."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
import trustme

from streams.loop import TLS_CLOSE_SECONDS, Loop

AUTHORITY = trustme.CA()


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port where one client is let in, and then neither heard nor answered, as a broker does that is done with it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    end = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def let_in() -> None:
            client, _ = listening.accept()
            with context.wrap_socket(client, server_side=True) as connection:
                connection.write(b"welcome")
                end.wait()

        thread = threading.Thread(target=let_in)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            end.set()
            thread.join()


def test_a_tls_connection_closes_soon_though_nobody_answers(deaf: int) -> None:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)

    async def closed() -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", deaf, ssl=context)
        assert await reader.readexactly(7) == b"welcome"
        began = time.monotonic()
        writer.close()
        with contextlib.suppress(TimeoutError):  # so uvloop tells of a connection that it cut
            async with asyncio.timeout(10):
                await writer.wait_closed()
        took = time.monotonic() - began
        writer.transport.abort()
        return took

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(closed()) < TLS_CLOSE_SECONDS + 2
