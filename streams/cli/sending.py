"""What commands share that talk to a running larum over HTTP."""

from __future__ import annotations

from streams.cli.common import fail
from streams.core.settings import Server

SECONDS = 30.0  # to wait for an answer


async def send(server: Server, url: str | None, path: str, lines: bytes) -> None:
    """Post JSON Lines to a path of a running larum, or end with what it says against them.

    Parameters
    ----------
    server
        Where it listens, and its token.
    url
        Where it listens if not there.
    path
        Without a slash in front.
    lines
        A record a line.
    """
    import aiohttp
    from yarl import URL

    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104 - read, not bound
    headers = {"Content-Type": "application/x-ndjson"}
    if server.token:
        headers["Authorization"] = f"Bearer {server.token.get_secret_value()}"
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        base = URL(url or f"http://{host}:{server.port}")
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(base / path, data=lines, headers=headers) as answer,
        ):
            status, told = answer.status, await answer.text()
    except (aiohttp.ClientError, OSError, ValueError) as error:
        fail(
            f"no 'larum watch' answers at {url or base}: {error}. It may run elsewhere (--url), or on Kafka (--kafka)."
        )
    if status != 202:
        fail(f"{base} refused: {status} {told.strip()}")
