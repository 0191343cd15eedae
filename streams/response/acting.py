"""How what somebody does becomes an action, in one place: for the command line, the forms of the pages and the API."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from streams.core.actions import Action, Kind, decode, encode
from streams.core.incident import Incident
from streams.core.incidents import Incidents
from streams.core.posts import Unreadable

_place = re.compile(r"^(?P<reason>.*) - at `\$\.(?P<field>\w+)[^`]*`$", re.DOTALL)


class FieldError(ValueError):
    """What somebody said of an incident cannot be written down.

    Attributes
    ----------
    field
        Which part of it is wrong; None where the parts do not fit each other.
    reason
        Why.
    """

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field, self.reason = field, reason


def made(
    incidents: Incidents,
    name: str,
    kind: Kind,
    by: str,
    at: float,
    *,
    id: str | None = None,  # noqa: A002 - it becomes the field of that name
    **what: Any,
) -> Action:
    """Make an action of what somebody does about an incident.

    Parameters
    ----------
    incidents
        Those that are known.
    name
        Of the incident, as `Incidents.find` takes it.
    kind
        What is done.
    by
        Who does it.
    at
        When, epoch seconds.
    id
        Unique; an action that is made twice, as by a double tap or a retry, has the same one, and counts once.
    what
        The other fields of an action; None where there is nothing to say. ``into`` is a name as well.

    Returns
    -------
    Action
        One that whoever reads the log can read.

    Raises
    ------
    LookupError
        There is no such incident, or more than one.
    FieldError
        A field is not as it must be, or nothing may be merged into what ``into`` names.

    Examples
    --------
    >>> made(Incidents(), "c0ffee", "acknowledged", "Ola", 1767369600.0)
    Traceback (most recent call last):
    LookupError: no incident is 'c0ffee': none is open
    """
    incident = incidents.find(name)
    if what.get("into") is not None:
        what["into"] = _whole(incidents, incident, what["into"]).id
    said = {key: value for key, value in what.items() if value is not None}
    try:
        action = Action(id=id or uuid4().hex, incident=incident.id, kind=kind, at=at, by=by, **said)
        return decode(encode(action))  # as strictly as the log is read
    except (Unreadable, ValueError) as error:
        place = _place.match(str(error))
        raise FieldError(place["field"] if place else None, place["reason"] if place else str(error)) from error


def _whole(incidents: Incidents, part: Incident, name: str) -> Incident:
    """Find what an incident is to be a part of; parts of each other, or of what is over, are lost from sight."""
    try:
        whole = incidents.find(name)
    except LookupError as error:
        raise FieldError("into", str(error)) from error
    if whole is part:
        return whole
    above = _above(incidents, whole)
    if part in above:
        raise FieldError("into", f"{whole.id} is a part of {part.id} itself")
    if part.is_open and not above[-1].is_open:
        raise FieldError("into", f"{whole.id} is not open: what goes on would be lost from sight in it")
    return whole


def _above(incidents: Incidents, part: Incident) -> list[Incident]:
    """Give an incident, what it is a part of, what that is a part of, and so on."""
    above = [part]
    while (whole := incidents.known.get(above[-1].into or "")) and whole not in above:
        above.append(whole)
    return above
