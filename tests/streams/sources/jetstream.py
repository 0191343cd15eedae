"""A Jetstream of our own: plays one script for each connection, and remembers what it was asked for."""

import json
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class Mark(Enum):
    """What a server can do besides sending frames."""

    REFUSE = auto()  # answer the handshake with an error
    DROP = auto()  # the connection breaks
    GOODBYE = auto()  # the connection is closed in good order


Script = Sequence[str | bytes | Mark]
Play = Script | Callable[[int | None], Script]  # as it stands, or as the cursor asks

START = 1_783_175_888_000_000


def frame(rkey: str, text: str = "Wstyd!", *, time_us: int = START, operation: str = "create", **record: Any) -> str:
    """Write a frame as Jetstream would."""
    commit: dict[str, Any] = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey, "rev": "3m"}
    if operation != "delete":
        commit |= {"record": {"$type": "app.bsky.feed.post", "text": text, "langs": ["pl"], **record}, "cid": "bafy"}
    return json.dumps({"did": "did:plc:author", "time_us": time_us, "kind": "commit", "commit": commit})


class JetstreamServer:
    """Plays a script to each connection; when that is over it says nothing more, but answers pings."""

    def __init__(self, *scripts: Play) -> None:
        self.scripts = scripts
        self.cursors: list[int | None] = []
        self.queries: list[dict[str, str]] = []
        app = web.Application()
        app.router.add_get("/subscribe", self._serve)
        self._server = TestServer(app)

    async def __aenter__(self) -> "JetstreamServer":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/subscribe")).replace("http", "ws", 1)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        play = self.scripts[len(self.queries)] if len(self.queries) < len(self.scripts) else []
        self.queries.append(dict(request.query))
        self.cursors.append(int(request.query["cursor"]) if "cursor" in request.query else None)
        script = play(self.cursors[-1]) if callable(play) else play
        if Mark.REFUSE in script:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for step in script:
            if step is Mark.DROP:
                assert request.transport is not None
                request.transport.abort()
            elif step is Mark.GOODBYE:
                return socket
            elif isinstance(step, bytes):
                await socket.send_bytes(step)
            elif isinstance(step, str):
                await socket.send_str(step)
        async for _ in socket:
            pass
        return socket
