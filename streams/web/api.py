"""The JSON API: what is going on, what was done about it, and doing something about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
from aiohttp import web
from msgspec import UNSET

from streams.core.incident import Incident
from streams.core.settings import Brand
from streams.response.acting import FieldError
from streams.response.drafting import drafted, facts_of
from streams.response.suggesting import next_word, suggest
from streams.web.access import AUDIT
from streams.web.app import BOARD
from streams.web.doing import RepeatedError, do
from streams.web.problems import UnfitNowError
from streams.web.queries import (
    ActionsQuery,
    ActionToDo,
    AuditQuery,
    BrandsQuery,
    IncidentsQuery,
    StatementQuery,
)
from streams.web.reading import answer, body_of, created, key_of, query_of
from streams.web.schemas import (
    ActionDone,
    ActionPage,
    AuditPage,
    BrandDetail,
    BrandPage,
    IncidentDetail,
    IncidentPage,
    StatementDraft,
    StatusItem,
)
from streams.web.showing import (
    action_item,
    audit_item,
    brand_detail,
    brand_item,
    incident_detail,
    incident_item,
    incident_page,
    open_by_brand,
    status_item,
)

_to_do: msgspec.json.Decoder[ActionToDo] = msgspec.json.Decoder(ActionToDo)


async def status(request: web.Request) -> web.Response:
    """Say whether larum sees what happens, and how many incidents there are."""
    return answer(request, status_item(request.app[BOARD], request.app[BOARD].clock()))


async def brands(request: web.Request) -> web.Response:
    """List the brands that are watched, in order of their ids."""
    query, board = query_of(request, BrandsQuery), request.app[BOARD]
    begin = query.after if query.after is not UNSET else ""
    found = sorted((one for one in board.settings.brands if one.id > begin), key=lambda one: one.id)
    shown, busy, now = found[: query.limit], open_by_brand(board), board.clock()
    items = [brand_item(one, board.traces.of(one.id, now), busy.get(one.id, ())) for one in shown]
    return answer(request, BrandPage(brands=items, next=shown[-1].id if len(found) > len(shown) else None))


async def brand(request: web.Request) -> web.Response:
    """Show a brand, with the course of its last day."""
    board, one = request.app[BOARD], _brand_of(request)
    busy = open_by_brand(board).get(one.id, ())
    return answer(request, brand_detail(one, board.traces.of(one.id, board.clock()), busy))


async def incidents(request: web.Request) -> web.Response:
    """List incidents, the newest first."""
    return answer(request, incident_page(request.app[BOARD], query_of(request, IncidentsQuery)))


async def incident(request: web.Request) -> web.Response:
    """Show an incident whole, with what the newest event of its crisis says."""
    return answer(request, incident_detail(_incident_of(request), request.app[BOARD].duties))


async def actions(request: web.Request) -> web.Response:
    """List what was done about an incident, in order of time."""
    query, log = query_of(request, ActionsQuery), _incident_of(request).log
    end = query.skip + query.limit
    shown = [action_item(one) for one in log[query.skip : end]]
    return answer(request, ActionPage(actions=shown, next=end if len(log) > end else None))


async def act(request: web.Request) -> web.Response:
    """Do something about an incident, in the name of who asks.

    With an `Idempotency-Key`, what is sent again counts once: it is answered 200 and the action as it was kept.
    """
    name = _incident_of(request).id
    key = key_of(request)
    what = msgspec.to_builtins(await body_of(request, _to_do))
    try:
        done = await do(request, name, what.pop("kind"), key, **what)
    except RepeatedError as error:
        raise UnfitNowError("Idempotency-Key", error.reason) from error
    except FieldError as error:
        raise UnfitNowError(f"#/{error.field}" if error.field else "#", error.reason) from error
    shown = ActionDone(
        action=action_item(done.action), incident=incident_item(done.incident, request.app[BOARD].duties)
    )
    return created(shown, 201 if done.new else 200, f"/api/v1/incidents/{name}")


async def statement(request: web.Request) -> web.Response:
    """Draft what to say in public, for a person to finish; nothing is sent."""
    one, query, board = _incident_of(request), query_of(request, StatementQuery), request.app[BOARD]
    guess = suggest(one.last.data)
    kind = query.kind if query.kind is not UNSET else guess.kind
    word = query.word if query.word is not UNSET else next_word(one)
    draft = drafted(kind, query.lang, query.form, facts_of(one, board.settings, board.duties, board.clock()), word)
    reason = guess.reason if query.kind is UNSET else None
    return answer(request, StatementDraft(**msgspec.structs.asdict(draft), reason=reason))


async def audit(request: web.Request) -> web.Response:
    """List who did what and who was refused, the newest first; for admins."""
    query = query_of(request, AuditQuery)
    before = query.before if query.before is not UNSET else None
    found = await request.app[AUDIT].read(before, query.limit)
    last = found[-1].number if len(found) == query.limit and found[-1].number > 1 else None
    return answer(request, AuditPage(entries=[audit_item(one) for one in found], next=last))


class Route(NamedTuple):
    """A route of the API: `name` is its operationId; `takes` and `gives` are the types of the body and the answer."""

    method: str
    path: str
    name: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    gives: Any
    query: type[msgspec.Struct] | None = None
    takes: Any = None


ROUTES = (
    Route("GET", "/api/v1/status", "getStatus", status, StatusItem),
    Route("GET", "/api/v1/brands", "listBrands", brands, BrandPage, BrandsQuery),
    Route("GET", "/api/v1/brands/{id}", "getBrand", brand, BrandDetail),
    Route("GET", "/api/v1/incidents", "listIncidents", incidents, IncidentPage, IncidentsQuery),
    Route("GET", "/api/v1/incidents/{id}", "getIncident", incident, IncidentDetail),
    Route("GET", "/api/v1/incidents/{id}/actions", "listActions", actions, ActionPage, ActionsQuery),
    Route("POST", "/api/v1/incidents/{id}/actions", "act", act, ActionDone, takes=ActionToDo),
    Route("GET", "/api/v1/incidents/{id}/statement", "draftStatement", statement, StatementDraft, StatementQuery),
    Route("GET", "/api/v1/audit", "listAudit", audit, AuditPage, AuditQuery),
)


def install(app: web.Application) -> None:
    """Add the routes of the API."""
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.handler)


def _incident_of(request: web.Request) -> Incident:
    name = request.match_info["id"]
    found = request.app[BOARD].incidents.known.get(name)
    if found is None:
        raise web.HTTPNotFound(text="there is no such incident")
    return found


def _brand_of(request: web.Request) -> Brand:
    name = request.match_info["id"]
    found = next((one for one in request.app[BOARD].settings.brands if one.id == name), None)
    if found is None:
        raise web.HTTPNotFound(text="there is no such brand")
    return found
