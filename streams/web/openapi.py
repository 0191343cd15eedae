"""The description of the API, OpenAPI 3.1, made of its routes and of the types of what they take and give.

References
----------
OpenAPI Specification 3.1.1; RFC 9457, Problem Details for HTTP APIs.
"""

from __future__ import annotations

import http
import inspect
from typing import Any

import msgspec
from aiohttp import web

from streams.web.api import ROUTES, Route
from streams.web.examples import EXAMPLES
from streams.web.problems import Problem
from streams.web.reading import KEY
from streams.web.roles import ROLES

PATH, EVENTS = "/api/v1/openapi.json", "/api/v1/events"
REFERENCE = "#/components/schemas/{name}"
ALWAYS = (401, 403, 421, 429, 500, 503)
DESCRIPTION = (
    "What larum knows of crises of brands, and what people do about them. Who asks shows a token ('Authorization: "
    "Bearer …'), or comes by the session of a browser; then what is not GET needs the session's X-CSRF-Token too. "
    "Times are RFC 3339 in UTC. Errors are problem details; `errors` name what is wrong. What follows a GET by its "
    "ETag (If-None-Match) is answered 304 where nothing has changed."
)


def document(cookie: str = "__Host-larum") -> dict[str, Any]:
    """Describe the API.

    Parameters
    ----------
    cookie
        Name of the session's cookie, which is another one where there is no TLS.

    Examples
    --------
    >>> described = document()
    >>> described["openapi"], described["paths"]["/api/v1/status"]["get"]["operationId"]
    ('3.1.0', 'getStatus')
    """
    answers = [route.gives for route in ROUTES] + [route.takes for route in ROUTES if route.takes] + [Problem]
    queries = [route.query for route in ROUTES if route.query]
    schemas, components = msgspec.json.schema_components([*answers, *queries], ref_template=REFERENCE)
    gives, takes = schemas[: len(ROUTES)], schemas[len(ROUTES) : len(answers) - 1]
    problem, bodies = schemas[len(answers) - 1], iter(takes)
    asked = {query: components.pop(query.__name__) for query in queries}
    paths: dict[str, dict[str, Any]] = {}
    for route, shown in zip(ROUTES, gives, strict=True):
        body = next(bodies) if route.takes else None
        parameters = _parameters(asked[route.query] if route.query else {}, "{id}" in route.path, post=body is not None)
        operation = _operation(route, shown, problem)
        operation |= {"parameters": parameters} if parameters else {}
        operation |= {"requestBody": _body(body)} if body else {}
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    paths[EVENTS] = {"get": _stream(problem)}
    paths[PATH] = {"get": _itself(problem)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "larum", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
    }


class Description:
    """Serves the description.

    Parameters
    ----------
    cookie
        Name of the session's cookie.
    """

    def __init__(self, cookie: str) -> None:
        self._body = msgspec.json.encode(document(cookie))

    def install(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_route("GET", PATH, self._show)

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(body=self._body, content_type="application/json")


def _operation(route: Route, shown: Any, problem: Any) -> dict[str, Any]:
    told = inspect.cleandoc(route.handler.__doc__ or "")
    summary, _, rest = told.partition("\n\n")
    need = ROLES[route.method, route.path]
    return {
        "operationId": route.name,
        "summary": summary.rstrip("."),
        "description": f"{rest} Needs the role `{need}`.".strip().replace("\n", " "),
        "responses": _answers(route, shown) | _problems(route, problem),
    }


def _answers(route: Route, shown: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": shown, "examples": {"one": {"value": EXAMPLES[route.name]}}}}
    if route.method == "POST":
        where = {"Location": {"description": "The incident.", "schema": {"type": "string"}}}
        return {
            "201": {"description": "Done.", "content": content, "headers": where},
            "200": {"description": "It was done before, by the same key.", "content": content, "headers": where},
        }
    tag = {"ETag": {"description": "Of this answer.", "schema": {"type": "string"}}}
    return {
        "200": {"description": "So it is.", "content": content, "headers": tag},
        "304": {"description": "Nothing has changed.", "headers": tag},
    }


def _problems(route: Route, problem: Any) -> dict[str, Any]:
    numbers = set(ALWAYS)
    numbers |= {404} if "{id}" in route.path else set()
    numbers |= {400} if route.query else set()
    numbers |= {400, 408, 409, 413, 415, 422} if route.takes else set()
    return _of_numbers(sorted(numbers), problem)


def _of_numbers(numbers: list[int], problem: Any) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": problem}}
    wait = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return {
        str(number): {"description": f"{http.HTTPStatus(number).phrase}.", "content": content}
        | ({"headers": wait} if number in {429, 503} else {})
        for number in numbers
    }


def _parameters(query: dict[str, Any], of_one: bool, *, post: bool) -> list[dict[str, Any]]:
    found = [_parameter("id", "path", {"type": "string", "minLength": 1}, required=True)] if of_one else []
    for name, schema in query.get("properties", {}).items():
        kept = {key: value for key, value in schema.items() if key != "description"}
        found.append(_parameter(name, "query", kept, description=schema.get("description")))
    if post:
        key = _parameter("Idempotency-Key", "header", {"type": "string", "pattern": KEY})
        csrf = _parameter("X-CSRF-Token", "header", {"type": "string"}, description="Of the session, with a cookie.")
        found += [key | {"description": "What comes again with the same one, counts once."}, csrf]
    return found


def _parameter(
    name: str, where: str, schema: Any, *, required: bool = False, description: str | None = None
) -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"name": name, "in": where, "required": required, "schema": schema, **told}


def _body(schema: Any) -> dict[str, Any]:
    examples = {name: {"value": value} for name, value in EXAMPLES["bodies"].items()}
    return {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}


def _stream(problem: Any) -> dict[str, Any]:
    told = (
        "An event's name says what changed: `incident` (its data is which one), `brands` (their counts), `sight` (what "
        "larum does not hear) or `everything`. Whoever comes back with `Last-Event-ID` is told what they missed. A "
        "line that begins with a colon comes every 15 seconds. Needs the role `read`."
    )
    content = {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLES["events"]}}
    since = _parameter("since", "query", {"type": "string"}, description="The id of the last event, as a parameter.")
    return {
        "operationId": "followEvents",
        "summary": "Be told what changes, as it changes, by server-sent events",
        "description": told,
        "parameters": [since],
        "responses": {"200": {"description": "A stream.", "content": content}} | _of_numbers([*ALWAYS], problem),
    }


def _itself(problem: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "describe",
        "summary": "Show this description",
        "description": "Needs no role.",
        "security": [],
        "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}}
        | _of_numbers([421, 429, 500, 503], problem),
    }
