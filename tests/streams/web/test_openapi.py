"""Every route is described as it is, every description is of a route, and no route is open or shut by oversight."""

from __future__ import annotations

import getpass
from pathlib import Path

import jsonschema
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from streams.health import Health
from streams.server import create_app
from streams.web.api import ROUTES, Route
from streams.web.archive import StateFile
from streams.web.board import Board
from streams.web.examples import EXAMPLES
from streams.web.openapi import document
from streams.web.paths import OPEN
from streams.web.queries import ActionToDo
from streams.web.roles import ROLES
from streams.web.whole import add_web
from tests.streams.web.entering import SETTINGS, Memory


def routes() -> set[tuple[str, str]]:
    """All routes of a process with a web."""
    registry = CollectorRegistry()
    app = create_app(registry, Health(60.0, lambda: 0.0))
    add_web(app, Board(SETTINGS), registry, Memory(), StateFile(Path("larum.sqlite")))
    return {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.method != "HEAD" and route.resource is not None and route.resource.canonical not in OPEN
    }


def test_a_process_of_a_number_without_a_name_has_its_web_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert routes()


def test_of_every_route_it_is_said_who_may_go_there() -> None:
    assert routes() == ROLES.keys()


def test_every_route_of_the_api_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path) for path, operations in document()["paths"].items() for method in operations
    }  # fmt: skip
    assert described == {(method, path) for method, path in routes() if path.startswith("/api/")}
    assert described == {(method, path) for method, path in ROLES if path.startswith("/api/")}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_needs() -> None:
    operations = [one for path in document()["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for one in operations:
        assert one["summary"]
        assert "Needs the role" in one["description"] or one["operationId"] == "describe"
        assert ({"401", "403"} <= one["responses"].keys()) == (one["operationId"] != "describe")
        assert {"429", "503"} <= one["responses"].keys()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_every_example_is_what_it_is_an_example_of(route: Route) -> None:
    assert msgspec.convert(EXAMPLES[route.name], route.gives)


def test_every_example_of_an_action_can_be_done() -> None:
    for body in EXAMPLES["bodies"].values():
        msgspec.convert(body, ActionToDo)


def test_every_schema_is_one() -> None:
    described = document()
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(described | {"$ref": "#/components/schemas/IncidentPage"})
    validator.validate(EXAMPLES["listIncidents"])
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"incidents": [{"id": 7}], "next": None})


def test_the_cookie_is_the_one_of_this_process() -> None:
    assert document("larum")["components"]["securitySchemes"]["session"]["name"] == "larum"
