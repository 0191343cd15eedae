"""What pages and API are guarded by: headers for browsers, the name that larum is asked by, bounds of bodies."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from streams.web.paths import OPEN

MAX_BODY_BYTES = 128 * 1024  # a form, or an action: a text of 10,000 letters is 40,000 bytes, or 120,000 as a form
BODY_SECONDS = 10.0
FORM = "application/x-www-form-urlencoded"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers call the origin of our own forms 'null'
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that a handler has not set by itself, before an answer goes out."""
    if request.path not in OPEN:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "larum"  # and not of which version its parts are


def named(host: str, address: str | None) -> Middleware:
    """Make the check of the name that larum is asked by.

    A page of somebody else's can have its name resolve to 127.0.0.1, and then asks larum from inside the browser as if
    it were its own; but it asks by that name.

    Parameters
    ----------
    host
        The address that larum listens on; only on the loopback names are checked.
    address
        Where people reach it, if that is another name: by a proxy.
    """
    ours = {"localhost"} | ({urlsplit(address).hostname} if address else set())

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in OPEN and is_loopback(host):
            try:
                name = urlsplit(f"//{request.host}").hostname or ""
            except ValueError:
                name = ""
            if name not in ours and not is_loopback(name):
                raise web.HTTPMisdirectedRequest(text="larum is not called so; web.address says how it is called")
        return await handler(request)

    return check


@web.middleware
async def small(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let no part read more of a request than `MAX_BODY_BYTES`; all that comes later, errors too, is about this one."""
    ours = request.path not in OPEN and request.body_exists
    return await handler(request.clone(client_max_size=MAX_BODY_BYTES) if ours else request)


@web.middleware
async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body of a request, which may be neither large nor slow, before anything else is done about it."""
    if request.path not in OPEN and request.body_exists:
        if request.content_type.startswith("multipart/"):
            raise web.HTTPUnsupportedMediaType(text="larum takes no files")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPUnsupportedMediaType(text="larum takes nothing that is compressed")
        if not _is_utf8(request.charset):
            raise web.HTTPUnsupportedMediaType(text="larum takes UTF-8 alone")
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, request.content_length or 0)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except web.RequestPayloadError as error:
            raise web.HTTPBadRequest(text="the body is cut or damaged") from error
        except TimeoutError as error:
            raise web.HTTPRequestTimeout(text=f"the body did not come within {BODY_SECONDS:.0f} s") from error
        if request.content_type == FORM and not _is_text(body):
            raise web.HTTPBadRequest(text="the form is no UTF-8")
    return await handler(request)


def same_origin(request: web.Request, address: str | None) -> bool:
    """Tell whether a browser asks from one of our own pages; a form elsewhere, or a link, can say no such thing.

    Parameters
    ----------
    request
        That came.
    address
        Where people reach larum, if that is another name than it was asked by: by a proxy.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = {address, f"{request.scheme}://{request.host}"}
    if site is not None:
        return site == "same-origin" and origin in {None, "null", *ours}
    return origin is not None and origin in ours


def _is_utf8(charset: str | None) -> bool:
    return charset is None or charset.lower() in {"utf-8", "utf8"}


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether an address or a name is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
