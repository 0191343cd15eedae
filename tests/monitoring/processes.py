"""A server of somebody else's on the loopback: started, waited for, and ended with the test."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp

PATIENCE_SECONDS = 30.0


def free_address() -> str:
    """A loopback address that nobody listens on."""
    return f"127.0.0.1:{free_port()}"


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextlib.asynccontextmanager
async def serving(command: Sequence[str], ready: str, log: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Run a command until the `ready` address answers, and give a session to ask it with."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output)
    try:
        async with aiohttp.ClientSession() as session:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await _answers(session, ready):
                    assert process.returncode is None, f"{command[0]} has ended; it wrote {log}"
                    await asyncio.sleep(0.1)
            yield session
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.ok
    except aiohttp.ClientConnectionError:
        return False
