"""A page for somebody who asked: in their language and theme, with what every page has."""

from __future__ import annotations

from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from streams.web import assets
from streams.web.access import PERSON, Person, csrf_of
from streams.web.app import BOARD
from streams.web.changes import mark
from streams.web.preferences import address_of, preferences, remembering
from streams.web.templates import environment
from streams.web.texts import Texts
from streams.web.typed import Typed


def texts(request: web.Request) -> Texts:
    """Give the words for whoever asks."""
    board = request.app[BOARD]
    return Texts(preferences(request).lang, ZoneInfo(board.settings.detection.timezone), board.clock())


def page(
    request: web.Request, name: str, *, status: int = 200, t: Texts | None = None, **values: object
) -> web.Response:
    """Render a page.

    Parameters
    ----------
    request
        Who asks for it, and how.
    name
        Of the template, without its end.
    status
        Of the answer.
    t
        Words, where they were needed before.
    values
        What is filled in.
    """
    answer = remembering(request) if request.method == "GET" else None
    if answer is not None:
        return answer
    person: Person | None = request.get(PERSON)
    shown = {
        "t": t or texts(request),
        "theme": preferences(request).theme,
        "person": person,
        "may_respond": person is not None and person.may("respond"),
        "csrf": csrf_of(request),
        "since": mark(request.app[BOARD]),
        "here": "",
        "soon": False,
        "status": status,
        "typed": Typed(),
        "asset": assets.address,
        "ids": lambda: uuid4().hex,
        "prefer": lambda **chosen: _preferring(request, chosen),
    } | values
    text = environment().get_template(f"web/{name}.html.j2").render(shown)
    answer = web.Response(status=status, text=text, content_type="text/html")
    answer.headers["Vary"] = "Cookie, Accept-Language"
    answer.headers["Content-Language"] = shown["t"].lang  # type: ignore[attr-defined]
    answer.enable_compression()
    return answer


def _preferring(request: web.Request, chosen: dict[str, str]) -> str:
    """Give the address of this page with another language or theme; a form's own address cannot be got."""
    address = address_of(request)
    return str((address if request.method == "GET" else address.parent).update_query(chosen))
