"""Our own style, script and icon: read once, named by their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from aiohttp import web

from streams.web.templates import environment

TYPES = {"larum.css": "text/css", "live.js": "text/javascript", "larum.svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """A file as it is served."""

    body: bytes
    kind: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Read all of them; the style is a template, for its dark colours stand in it once and are needed twice."""
    folder = files(__package__) / "static"
    bodies = {name: (folder / name).read_bytes() for name in TYPES if not name.endswith(".css")}
    bodies["larum.css"] = environment().get_template("web/larum.css.j2").render().encode()
    return {name: Asset(body, TYPES[name], hashlib.sha256(body).hexdigest()[:16]) for name, body in bodies.items()}


def address(name: str) -> str:
    """Give where a page finds one.

    Examples
    --------
    >>> address("live.js").startswith("/static/live.js?v=")
    True
    """
    return f"/static/{name}?v={assets()[name].digest}"


async def static(request: web.Request) -> web.Response:
    """Serve one: to be kept for ever where it was asked for by its content."""
    asset = assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    tag = f'"{asset.digest}"'
    lasting = request.query.get("v") == asset.digest
    headers = {"ETag": tag, "Cache-Control": FOREVER if lasting else "no-cache", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    answer = web.Response(body=asset.body, content_type=asset.kind, charset="utf-8", headers=headers)
    answer.enable_compression()
    return answer
