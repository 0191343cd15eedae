"""The pages: what larum sees, incidents, brands, and one incident with all that somebody needs who was woken by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web

from streams.core.incident import Incident
from streams.intake import UnavailableError
from streams.report.accounting import Case, account_of
from streams.report.incident import render
from streams.report.words import Words
from streams.response import statements
from streams.web import assets
from streams.web.app import BOARD
from streams.web.archive import ARCHIVE
from streams.web.asking import ASK
from streams.web.board import Board
from streams.web.drafting import drafted
from streams.web.errors import error_page, login_page
from streams.web.incidentview import brief_of, view_of
from streams.web.keeping import REPORTS, Kept
from streams.web.lastday import counted_until
from streams.web.pictures import picture_of_brand, picture_of_incident
from streams.web.plots import PLOTS, Plots
from streams.web.problems import DRAW
from streams.web.recoveryview import recovering
from streams.web.rendering import page, texts
from streams.web.sparkline import sparkline
from streams.web.startview import BRANDS, INCIDENTS, brand_told, brands_of, incidents_of, paged, silences_of
from streams.web.templates import compile_all
from streams.web.texts import Texts
from streams.web.typed import Typed

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
REPORT_SECONDS = 60.0  # for so long the report of what goes on is good
T = TypeVar("T")
NEXT_MINUTES = (30.0, 60.0, 120.0, 240.0, 720.0, 1_440.0)


def install(app: web.Application) -> None:
    """Add the pages, and let what is wrong and who is unknown have pages too."""
    compile_all()
    statements.compile_all()
    app[DRAW], app[ASK] = error_page, login_page
    app.cleanup_ctx.append(_drawing)
    for path, handler in (
        ("/", start),
        ("/incidents", incidents),
        ("/incidents/{id}", incident),
        ("/incidents/{id}/statement", statement),
        ("/incidents/{id}/report", report),
        ("/brands/{id}", brand),
        ("/static/{name}", assets.static),
    ):
        app.router.add_get(path, handler)


async def start(request: web.Request) -> web.Response:
    """Show whether larum sees, what is open, and the brands."""
    board, t, names = _all(request)
    wanted = request.query.get("q", "")
    chosen = brands_of(board.settings.brands, board.incidents, board.traces, wanted, t.now)
    shown, pager = paged(chosen, request.query.get("page"), BRANDS, _at(request))
    return page(
        request, "start", t=t, here="start",
        blind=board.blind,
        silences=silences_of(board.silences.values()),
        incidents=[brief_of(one, board.duties, names, t) for one in board.incidents.open],
        brands=[brand_told(one, severity, board.traces, counted_until(board, t.now)) for one, severity in shown],
        found=len(chosen), q=wanted, pager=pager,
    )  # fmt: skip


async def incidents(request: web.Request) -> web.Response:
    """Show all incidents, a page at a time."""
    board, t, names = _all(request)
    wanted, state = request.query.get("q", ""), request.query.get("state", "any")
    chosen = incidents_of(board.incidents, names, wanted, state)
    shown, pager = paged(chosen, request.query.get("page"), INCIDENTS, _at(request))
    told = [brief_of(one, board.duties, names, t) for one in shown]
    return page(
        request, "incidents", t=t, here="incidents",
        incidents=told, found=len(chosen), q=wanted, state=state, pager=pager,
    )  # fmt: skip


async def incident(request: web.Request) -> web.Response:
    """Show one incident."""
    return await incident_page(request, Typed())


async def incident_page(request: web.Request, typed: Typed) -> web.Response:
    """Show one incident, with a form as it was sent where that could not be kept."""
    board, t, names = _all(request)
    found = found_in(board, request)
    one = view_of(found, board.incidents, board.duties, names, t)
    (plot, soon), (after, later) = await asyncio.gather(
        _patient(picture_of_incident(request, found, one, t)), recovering(request, found, t)
    )
    return page(
        request, "incident", t=t, status=422 if typed.errors else 200, plot=plot, soon=soon or later, after=after,
        one=one, typed=typed, next_minutes=NEXT_MINUTES,
        draft=drafted(found, board, t, {}),
    )  # fmt: skip


async def statement(request: web.Request) -> web.Response:
    """Show the draft of a public word, of any kind, language and length."""
    board, t, names = _all(request)
    found = found_in(board, request)
    one = brief_of(found, board.duties, names, t)
    shown: dict[str, Any] = one._asdict() | {"open": found.is_open, "next": "word"}
    draft = drafted(found, board, t, request.query)
    return page(request, "statement", t=t, one=shown, draft=draft, next_minutes=NEXT_MINUTES)


async def report(request: web.Request) -> web.Response:
    """Show the report of an incident: it stands alone, and has its style in it."""
    board, t, names = _all(request)
    found = found_in(board, request)
    if ARCHIVE not in request.app:
        raise web.HTTPNotFound(text="no report can be made here")
    plots, archive, known = request.app[PLOTS], request.app[ARCHIVE], list(board.incidents.known.values())

    def drawn(case: Case) -> str:
        account = account_of(case, board.duties, names.get(found.brand, found.brand), t.now)
        return render(account, case.course, Words(t.lang, t.zone))

    async def make() -> str:
        return await plots.in_thread(drawn, await archive.case(board.settings, found, known, t.now))

    until = t.now // REPORT_SECONDS if found.is_open or not found.calm_since else 0.0
    logs = len(known), *(len(one.log) for one in known if found.id in {one.id, one.into})
    text = await request.app[REPORTS].get(("report", found.id, found.last.id, logs, t.lang, until), make)
    answer = web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})
    answer.enable_compression()
    return answer


async def brand(request: web.Request) -> web.Response:
    """Show one brand: its last day, and its incidents."""
    board, t, names = _all(request)
    name = request.match_info["id"]
    one = next((one for one in board.settings.brands if one.id == name), None)
    if one is None:
        raise web.HTTPNotFound(text="no brand of that name is watched")
    its = [incident for incident in board.incidents.known.values() if incident.brand == name]
    its.sort(key=lambda incident: -incident.onset)
    shown, pager = paged(its, request.query.get("page"), INCIDENTS, _at(request))
    plot, soon = await _patient(picture_of_brand(request, one, t))
    return page(
        request, "brand", t=t, plot=plot, soon=soon,
        brand={"id": one.id, "name": one.name, "words": _words(one)},
        line=sparkline(board.traces, name, counted_until(board, t.now)),
        incidents=[brief_of(incident, board.duties, names, t) for incident in shown], pager=pager,
    )  # fmt: skip


def found_in(board: Board, request: web.Request) -> Incident:
    """Give the incident that a path names.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        There is none.
    """
    found = board.incidents.known.get(request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="no incident is called that")
    return found


async def _patient(wanted: Awaitable[T | None]) -> tuple[T | None, bool]:
    """Give what takes a while, or say that it will be there soon."""
    try:
        return await wanted, False
    except TimeoutError:
        return None, True
    except UnavailableError:
        return None, False  # everything else can be shown


async def _drawing(app: web.Application) -> AsyncIterator[None]:
    app[PLOTS] = plots = Plots()
    app[REPORTS] = Kept()
    yield
    plots.close()


def _all(request: web.Request) -> tuple[Board, Texts, dict[str, str]]:
    board = request.app[BOARD]
    return board, texts(request), {one.id: one.name for one in board.settings.brands}


def _at(request: web.Request) -> Callable[[int], str]:
    return lambda number: str(request.rel_url.update_query(page=str(number)))


def _words(one: Any) -> list[str]:
    return [one.name, *one.aliases, *(f"#{tag}" for tag in one.hashtags), *(f"@{name}" for name in one.handles)]
