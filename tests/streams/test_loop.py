"""The worker's event loop does not wait for an answer that need not come."""

from __future__ import annotations

import asyncio
import contextlib
import time

from streams.loop import TLS_CLOSE_SECONDS, Loop
from tests.streams.deaf import deaf, trusting


def test_a_tls_connection_closes_soon_though_nobody_answers() -> None:
    async def closed(port: int) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting())
        assert await reader.readexactly(7) == b"welcome"
        began = time.monotonic()
        writer.close()
        with contextlib.suppress(TimeoutError):  # so uvloop tells of a connection that it cut
            async with asyncio.timeout(10):
                await writer.wait_closed()
        took = time.monotonic() - began
        writer.transport.abort()
        return took

    with deaf(b"welcome") as port, asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(closed(port)) < TLS_CLOSE_SECONDS + 2
