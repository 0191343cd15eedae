"""Which role each route needs. A route that does not stand here is open to nobody."""

from __future__ import annotations

from typing import Literal

from streams.core.actions import Kind
from streams.core.tokens import Role

ANYBODY: Literal["anybody"] = "anybody"
Need = Role | Literal["anybody"]

ROLES: dict[tuple[str, str], Need] = {
    ("GET", "/login"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("POST", "/logout"): "read",
    ("GET", "/static/{name}"): ANYBODY,
    ("GET", "/"): "read",
    ("GET", "/changes"): "read",
    ("GET", "/incidents"): "read",
    ("GET", "/incidents/{id}"): "read",
    ("GET", "/incidents/{id}/statement"): "read",
    ("GET", "/incidents/{id}/report"): "read",
    ("GET", "/brands/{id}"): "read",
    ("POST", "/incidents/{id}/ack"): "respond",
    ("POST", "/incidents/{id}/note"): "respond",
    ("POST", "/incidents/{id}/step"): "respond",
    ("POST", "/incidents/{id}/stated"): "respond",
    ("POST", "/incidents/{id}/close"): "respond",
    ("POST", "/incidents/{id}/reopen"): "admin",
    ("POST", "/incidents/{id}/merge"): "admin",
    ("POST", "/incidents/{id}/apart"): "admin",
    ("GET", "/api/v1/openapi.json"): ANYBODY,  # it says how to come in, and tells of nobody
    ("GET", "/api/v1/status"): "read",
    ("GET", "/api/v1/events"): "read",
    ("GET", "/api/v1/brands"): "read",
    ("GET", "/api/v1/brands/{id}"): "read",
    ("GET", "/api/v1/incidents"): "read",
    ("GET", "/api/v1/incidents/{id}"): "read",
    ("GET", "/api/v1/incidents/{id}/actions"): "read",
    ("GET", "/api/v1/incidents/{id}/statement"): "read",
    ("POST", "/api/v1/incidents/{id}/actions"): "respond",
    ("GET", "/api/v1/audit"): "admin",
}
"""By method and path; who may GET may HEAD."""

_OF_ADMINS: frozenset[Kind] = frozenset({"reopened", "merged", "split"})


def role_of(kind: Kind) -> Role:
    """Say which role a kind of action needs, wherever it is done.

    Examples
    --------
    >>> role_of("acknowledged"), role_of("merged")
    ('respond', 'admin')
    """
    return "admin" if kind in _OF_ADMINS else "respond"
