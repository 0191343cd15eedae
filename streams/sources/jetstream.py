"""The connection to Jetstream, Bluesky's stream of public events as JSON over WebSocket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import cycle
from random import Random
from urllib.parse import urlsplit

import aiohttp

from streams.core.settings import Bluesky as Settings
from streams.sources.backoff import delays

log = logging.getLogger(__name__)

COLLECTION = "app.bsky.feed.post"
MAX_FRAME_BYTES = 1 << 20
CLOSE_SECONDS = 2.0  # for a server to say goodbye

Cursor = Callable[[], int | None]
Put = Callable[[str | bytes], Awaitable[None]]


class Jetstream:
    """Keeps a subscription alive: connects, notices a dead connection, waits, goes on to the next host.

    Parameters
    ----------
    hosts
        ``ws://`` or ``wss://`` addresses, tried in turn. Their clocks agree well enough for one cursor to serve all.
    idle_seconds
        A connection on which nothing came for so long is dead: all of Bluesky is never silent for half a minute.
    heartbeat_seconds
        Between pings; an answer is waited for half as long.
    sleep, random
        Waits between tries, and their chance; tests give their own.

    References
    ----------
    https://github.com/bluesky-social/jetstream
    """

    def __init__(
        self,
        hosts: Sequence[str] = Settings().hosts,
        *,
        idle_seconds: float = 30.0,
        heartbeat_seconds: float = 20.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Random | None = None,
    ) -> None:
        if not hosts:
            raise ValueError("Jetstream needs at least one host")
        self.hosts = tuple(hosts)
        self._idle = idle_seconds
        self._heartbeat = heartbeat_seconds
        self._sleep = sleep
        self._random = random or Random()  # noqa: S311 - spreads reconnects, guards nothing

    async def run(self, cursor: Cursor, put: Put) -> None:
        """Hand on frames until cancelled.

        Parameters
        ----------
        cursor
            Asked at each connection where to begin, in microseconds since the epoch; None is now.
        put
            Takes a frame. While it waits nothing more is read, and TCP makes the server wait.
        """
        waits = delays(self._random)
        async with aiohttp.ClientSession() as session:
            for host in cycle(self.hosts):
                try:
                    async with aclosing(self._frames(session, host, cursor())) as frames:
                        async for frame in frames:
                            waits = delays(self._random)
                            await put(frame)
                except LostError as lost:
                    wait = next(waits)
                    log.warning("no more from %s: %s; next try in %.1f s", _name(host), lost, wait)
                    await self._sleep(wait)

    async def _frames(
        self, session: aiohttp.ClientSession, host: str, cursor: int | None
    ) -> AsyncGenerator[str | bytes, None]:
        async with _losing(self._idle):
            socket = await session.ws_connect(
                host,
                params=_query(cursor),
                heartbeat=self._heartbeat,
                max_msg_size=MAX_FRAME_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
        log.info("reading posts from %s", _name(host))
        try:
            while True:
                # The socket's own time-out begins anew with every ping, and a server may ping and yet be stuck.
                async with _losing(self._idle):
                    message = await socket.receive()
                if message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                    raise LostError(f"closed with code {socket.close_code}")
                yield message.data
        finally:
            await socket.close()


class LostError(Exception):
    """A connection that ended or did not come about; says why."""


@asynccontextmanager
async def _losing(seconds: float) -> AsyncIterator[None]:
    """Make of all ways in which a network fails the one that is waited out, and of a wait beyond `seconds` too."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise LostError(f"silent for {seconds:g} s") from error
    except aiohttp.WSServerHandshakeError as error:
        raise LostError(f"refused with HTTP status {error.status}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise LostError(type(error).__name__) from error


def _query(cursor: int | None) -> list[tuple[str, str]]:
    query = [("wantedCollections", COLLECTION), ("maxMessageSizeBytes", str(MAX_FRAME_BYTES))]
    return query if cursor is None else [*query, ("cursor", str(cursor))]


def _name(host: str) -> str:
    """Name host and port alone: an address may carry a key, and logs are read by many."""
    return urlsplit(host).netloc.rpartition("@")[2]
