"""How the API reads what is asked and writes what it answers."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
import xxhash
from aiohttp import web

from streams.core.malformed import MALFORMED
from streams.web.problems import UnfitBodyError, UnfitQueryError

T = TypeVar("T")

KEY = r"^[!-~]{1,200}$"
_place = re.compile(r"^(?P<reason>.*) - at `\$(?P<path>[^`]*)`$", re.DOTALL)
_unknown = re.compile(r"^Object contains unknown field `(?P<name>.*)`$", re.DOTALL)


def query_of(request: web.Request, wanted: type[T]) -> T:
    """Read the query of a request.

    Raises
    ------
    UnfitQueryError
        A parameter is unknown, given more than once, or not as it must be.
    """
    given = request.query
    for name in given:
        if len(given.getall(name)) > 1:
            raise UnfitQueryError(name, "is given more than once")
    try:
        return msgspec.convert(dict(given), wanted, strict=False)
    except MALFORMED as error:
        at, reason = _told(str(error))
        raise UnfitQueryError(at.removeprefix(".") or "query", reason) from error


def key_of(request: web.Request) -> str | None:
    """Read the header by which what comes again counts once.

    Raises
    ------
    UnfitQueryError
        It is not as it must be.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.search(KEY, key):
        raise UnfitQueryError("Idempotency-Key", "must be 1 to 200 visible characters of ASCII")
    return key


async def body_of(request: web.Request, decoder: msgspec.json.Decoder[T]) -> T:
    """Read the body of a request; only as JSON, which no page elsewhere can have a browser send unasked.

    Raises
    ------
    aiohttp.web.HTTPException
        It is no JSON, or an `UnfitBodyError` where it is not as it must be.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="the body must be application/json")
    try:
        return decoder.decode(await request.read())
    except msgspec.ValidationError as error:
        at, reason = _told(str(error))
        raise UnfitBodyError(f"#{at.replace('.', '/').replace('[', '/').replace(']', '')}", reason) from error
    except MALFORMED as error:
        raise web.HTTPBadRequest(text=f"the body is no JSON: {error}") from error


def answer(request: web.Request, shown: msgspec.Struct) -> web.Response:
    """Answer with JSON, or that it is as it was; whoever asks again by its tag is spared the rest."""
    body = msgspec.json.encode(shown)
    tag = xxhash.xxh3_128_hexdigest(body)
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if any(one.value in {tag, "*"} for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers=headers, content_type="application/json")


def created(shown: msgspec.Struct, status: int, location: str) -> web.Response:
    """Answer what was made of a request, and where it is to be seen."""
    body: Any = msgspec.json.encode(shown)
    return web.Response(status=status, body=body, headers={"Location": location}, content_type="application/json")


def _told(message: str) -> tuple[str, str]:
    """Take apart where something is wrong, and what."""
    place = _place.match(message)
    at, reason = (place["path"], place["reason"]) if place else ("", message)
    unknown = _unknown.match(reason)
    return (f"{at}.{unknown['name']}", "is unknown") if unknown else (at, reason)
