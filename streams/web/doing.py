"""What somebody does by a form or by the API: allowed, written to the audit log, kept, and counted once."""

from __future__ import annotations

import hashlib
import logging
from typing import Any, NamedTuple

from aiohttp import web

from streams.core.actions import Action, Kind
from streams.core.incident import Incident
from streams.intake import UnavailableError
from streams.response.acting import FieldError, made
from streams.web.access import AUDIT, address_of, person_of, require
from streams.web.app import BOARD
from streams.web.roles import role_of

log = logging.getLogger("larum")


class Done(NamedTuple):
    """An action, the incident as it is now, and whether this request was the first that said it."""

    action: Action
    incident: Incident
    new: bool


class RepeatedError(FieldError):
    """A key that stands for one action came again with another."""


async def do(request: web.Request, name: str, kind: Kind, key: str | None = None, **what: Any) -> Done:
    """Do something about an incident in the name of who asks.

    It is written to the audit log, then kept: where it cannot be written there, it is not done.

    Parameters
    ----------
    request
        Of somebody known.
    name
        Of the incident, whole.
    kind
        What is done.
    key
        What a form or a program makes for each thing that it does: when it comes again, as by a double tap or a retry,
        it counts once.
    what
        The other fields of an action.

    Raises
    ------
    LookupError
        There is no such incident.
    FieldError
        A field is not as it must be; a `RepeatedError` where the key came with something else before.
    aiohttp.web.HTTPForbidden
        The role is not enough for it.
    UnavailableError
        It could not be kept.
    """
    require(request, role_of(kind))
    person, board, audit = person_of(request), request.app[BOARD], request.app[AUDIT]
    known = board.incidents.known
    if name not in known:
        raise LookupError(f"no incident is {name!r}")
    if what.get("into") is not None and what["into"] not in known:
        raise FieldError("into", f"no incident is {what['into']!r}")
    action = made(board.incidents, name, kind, person.name, board.clock(), id=_id(person.name, name, key), **what)
    before = next((one for one in known[name].log if one.id == action.id), None)
    if before is not None:
        if _said(before) != _said(action):
            raise RepeatedError(None, "this key was used for something else")
        return Done(before, known[name], new=False)
    told = (person, address_of(request), kind, name, action.id)
    await audit.tell("action", "allowed", *told)
    try:
        incident = await board.act(action)
    except UnavailableError:
        log.warning("what %s did about %s could not be kept", person.name, name)
        await audit.tell("action", "failed", *told)
        raise
    if _said(kept := next(one for one in incident.log if one.id == action.id)) != _said(action):
        await audit.tell("action", "failed", *told)
        raise RepeatedError(None, "this key was used for something else")  # at the same time, and that came first
    return Done(kept, incident, new=True)


def _id(person: str, incident: str, key: str | None) -> str | None:
    """Make a key the id of an action, which nobody else's key and no other incident's can be."""
    return key and hashlib.sha256(f"{person}\0{incident}\0{key}".encode()).hexdigest()[:32]


def _said(action: Action) -> tuple[Any, ...]:
    return (
        action.kind, action.text, action.link, action.step, action.status, action.owner, action.next_minutes,
        action.false_alarm, action.into,
    )  # fmt: skip
