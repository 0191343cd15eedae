"""How people are asked who they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from posixpath import dirname

from aiohttp import web

_ours = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")

Ask = Callable[[web.Request, int, str, str], web.Response]


def plain_form(request: web.Request, status: int, detail: str, back: str) -> web.Response:
    """Draw a page that asks for a token, in plain HTML."""
    text = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>larum</title><h1>larum</h1><p role=status>{escape(detail)}</p><form method=post action=/login>"
        f"<input type=hidden name=next value='{escape(back)}'>"
        "<label>Token <input type=password name=token required autocomplete=current-password></label>"
        "<button>Log in</button></form></html>"
    )
    return web.Response(status=status, text=text, content_type="text/html")


ASK: web.AppKey[Ask] = web.AppKey("ask", Callable)  # type: ignore[arg-type] # request, status, what is wrong, next page


def ask(request: web.Request, error: web.HTTPUnauthorized) -> web.Response:
    """Ask for the token, on the page that was wanted.

    Whoever follows a link from elsewhere, from a chat or a mail, comes without the cookie, for it is strict. A page
    that loads itself again is our own asking, and gets it.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") == "navigate":
        again = escape(back_to(request.path_qs))
        text = f"<!doctype html><meta http-equiv=refresh content='0;url={again}'><a href='{again}'>larum</a>"
        return web.Response(text=text, content_type="text/html")
    wanted = request.path_qs if request.method in {"GET", "HEAD"} else dirname(request.path)
    answer = request.app[ASK](request, error.status, error.text or "", back_to(wanted))
    answer.headers["WWW-Authenticate"] = error.headers["WWW-Authenticate"]
    return answer


def back_to(wanted: object) -> str:
    """Give a page of ours to go on to, whatever a request says.

    Examples
    --------
    >>> back_to("/incidents?state=open"), back_to("//evil.example"), back_to("/login?token=x"), back_to(None)
    ('/incidents?state=open', '/', '/', '/')
    """
    ours = isinstance(wanted, str) and _ours.fullmatch(wanted) and not wanted.startswith(("/login", "/logout"))
    return wanted if isinstance(wanted, str) and ours else "/"
