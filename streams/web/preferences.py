"""What whoever looks at the pages prefers: a language and a theme, kept in cookies."""

from __future__ import annotations

from typing import NamedTuple, TypeGuard

from aiohttp import web
from yarl import URL

from streams.report.words import LANGS, Lang

THEMES = ("light", "dark")
YEAR = 31_536_000


class Preferences(NamedTuple):
    """In which language and theme pages are shown; None lets the device choose the theme."""

    lang: Lang
    theme: str | None


def preferences(request: web.Request) -> Preferences:
    """Read them from the cookies; the language else from what the browser asks for."""
    lang = request.cookies.get("lang")
    theme = request.cookies.get("theme")
    chosen = lang if _is_lang(lang) else accepted(request.headers.get("Accept-Language", ""))
    return Preferences(chosen, theme if theme in THEMES else None)


def remembering(request: web.Request) -> web.Response | None:
    """Where ``?lang=`` or ``?theme=`` asks for it, remember it and send back to the same page without it."""
    lang, theme = request.query.get("lang"), request.query.get("theme")
    if not (_is_lang(lang) or theme in {*THEMES, "auto"}):
        return None
    rest = [(name, value) for name, value in request.query.items() if name not in {"lang", "theme"}]
    answer = web.Response(status=303, headers={"Location": str(address_of(request).with_query(rest))})
    for name, value in (("lang", lang if _is_lang(lang) else None), ("theme", theme)):
        if value == "auto":
            answer.del_cookie(name, path="/")
        elif value:
            answer.set_cookie(name, value, path="/", max_age=YEAR, httponly=True, samesite="Lax", secure=request.secure)
    return answer


def address_of(request: web.Request) -> URL:
    """Give the address of a page as a path of ours: one that begins with two slashes would name another host."""
    path = "/" + request.rel_url.raw_path.lstrip("/\\")
    return URL.build(path=path, query_string=request.rel_url.raw_query_string, encoded=True)


def accepted(header: str) -> Lang:
    """Choose between the languages that there are, as ``Accept-Language`` ranks them; English where it names none.

    Examples
    --------
    >>> accepted("de, pl;q=0.8, en;q=0.7"), accepted("en-GB,pl;q=0.9"), accepted("pl;q=0, fr"), accepted("")
    ('pl', 'en', 'en', 'en')
    """
    ranked: list[tuple[float, Lang]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";")
        lang = tag.strip()[:2].lower()
        if _is_lang(lang):
            ranked.append((_weight(weight), lang))
    best = max(ranked, key=lambda one: one[0], default=(0.0, LANGS[1]))
    return best[1] if best[0] > 0 else "en"


def _weight(text: str) -> float:
    name, _, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _is_lang(name: str | None) -> TypeGuard[Lang]:
    return name in LANGS
