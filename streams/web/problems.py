"""What is answered where something is wrong: a page for people, problem details (RFC 9457) for programs."""

from __future__ import annotations

import http
import logging
from collections.abc import Callable, Mapping, Sequence
from html import escape

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from streams.intake import RETRY_AFTER_SECONDS, UnavailableError
from streams.web.paths import OPEN, for_program

KEPT = ("Allow", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate")  # of the headers of an error

log = logging.getLogger("larum")
Draw = Callable[[web.Request, int, str], web.Response]


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with one part of a request: `at` names it, as a query's parameter, a header or a JSON pointer."""

    at: str
    detail: str


class UnfitError(web.HTTPException):
    """A request whose parts are not as they must be."""

    def __init__(self, at: str, detail: str) -> None:
        super().__init__(text=f"{at}: {detail}")
        self.wrong = [Wrong(at, detail)]


class UnfitQueryError(UnfitError):
    """Something in the address or the headers."""

    status_code = 400


class UnfitBodyError(UnfitError):
    """Something in the body."""

    status_code = 422


class UnfitNowError(UnfitError):
    """Something that is right in itself, and does not fit what there is."""

    status_code = 409


class Problem(msgspec.Struct, frozen=True):
    """Problem details: what went wrong, in general and here."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[Wrong] | msgspec.UnsetType = msgspec.UNSET


def plain_page(request: web.Request, status: int, detail: str) -> web.Response:
    """Draw a page that says what is wrong, in plain HTML."""
    title = f"{status} {http.HTTPStatus(status).phrase}"
    text = f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
    return web.Response(status=status, text=f"{text}<p>{escape(detail)}</p></html>", content_type="text/html")


DRAW: web.AppKey[Draw] = web.AppKey("draw", Callable)  # type: ignore[arg-type] # how errors become pages


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, wrong: Sequence[Wrong] = ()
) -> web.Response:
    r"""Answer a program that something is wrong.

    Examples
    --------
    >>> problem(404, "no incident is 'c0ffee'").text
    '{"title":"Not Found","status":404,"detail":"no incident is \'c0ffee\'","type":"about:blank"}'
    """
    told = Problem(http.HTTPStatus(status).phrase, status, detail, errors=list(wrong) or msgspec.UNSET)
    return web.Response(
        status=status, body=msgspec.json.encode(told), headers=headers, content_type="application/problem+json"
    )


@web.middleware
async def sane(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever a handler raises in the form that is asked for, and never with what is inside."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < http.HTTPStatus.BAD_REQUEST or request.path in OPEN:
            raise
        headers = {name: error.headers[name] for name in KEPT if name in error.headers}
        wrong = error.wrong if isinstance(error, UnfitError) else ()
        return _told(request, error.status, _detail(error), headers, wrong)
    except UnavailableError as error:
        return _told(request, 503, str(error), {"Retry-After": str(RETRY_AFTER_SECONDS)})
    except Exception:  # whatever it is: the log has it whole, and who asked is told that it is ours
        log.exception("%s %s failed", request.method, request.match_info.route.resource)
        return _told(request, 500, "larum failed; its log says how", {})


def _told(
    request: web.Request, status: int, detail: str, headers: Mapping[str, str], wrong: Sequence[Wrong] = ()
) -> web.Response:
    if for_program(request):
        return problem(status, detail, headers, wrong)
    answer = request.app[DRAW](request, status, detail)
    answer.headers.update(headers)
    return answer


def _detail(error: web.HTTPException) -> str:
    """Give what there is to say beside the status, which aiohttp says again where it is told nothing."""
    text = error.text or ""
    return "" if text == f"{error.status}: {error.reason}" else text
