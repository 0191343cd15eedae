"""Which paths are whose."""

from __future__ import annotations

from aiohttp import web

OPEN = frozenset({"/metrics", "/healthz", "/readyz", "/posts", "/labels"})  # as they are where there is no web
API = "/api/"


def for_program(request: web.Request) -> bool:
    """Tell whether a program asks: below `API`, or who wants JSON and no HTML."""
    accepted = request.headers.get("Accept", "")
    return request.path.startswith(API) or ("json" in accepted and "html" not in accepted)
