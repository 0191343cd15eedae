"""Pages for what went wrong, and for who is not known yet."""

from __future__ import annotations

from aiohttp import web

from streams.web.rendering import page, texts
from streams.web.unkept import unkept

UNKNOWN = 500  # whose words are shown for what has none of its own


def error_page(request: web.Request, status: int, detail: str) -> web.Response:
    """Say what went wrong, and what to do about it."""
    t = texts(request)
    told = status if t.has(f"error.title_{status}") else UNKNOWN if status >= UNKNOWN else 400
    title, why = t(f"error.title_{told}"), t(f"error.why_{told}")
    return page(request, "error", status=status, t=t, title=title, why=why, detail=detail, unkept=unkept(request))


def login_page(request: web.Request, status: int, detail: str, back: str) -> web.Response:
    """Ask for the token; `detail` is why it is asked for again."""
    wrong = request.method == "POST" and request.path == "/login" and bool(detail)
    return page(request, "login", status=status, next=back, wrong=wrong, unkept=unkept(request))
