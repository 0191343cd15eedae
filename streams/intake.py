"""``POST /posts`` and ``POST /labels``: what arrives over HTTP."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import msgspec
from aiohttp import web

from streams.core.malformed import MALFORMED
from streams.core.posts import Unreadable

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_RECORDS = 10_000
MAX_REASONS = 100
RETRY_AFTER_SECONDS = 5
BODY_SECONDS = 30.0  # who sends a body more slowly keeps others from sending theirs
MAX_UNDER_WAY_BYTES = 4 * MAX_BODY_BYTES  # of all requests together, before more are refused

# A page in somebody's browser can send text/plain anywhere without asking; it cannot send these.
ONE_DOCUMENT = frozenset({"application/json"})
LINES = frozenset({"application/x-ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines"})

T = TypeVar("T")
Decode = Callable[[bytes | memoryview], T]
Sink = Callable[[Sequence[tuple[T, str]]], Awaitable[None]]


class UnavailableError(RuntimeError):
    """What came cannot be taken now, as the message says; it may come again."""


class Rejection(msgspec.Struct, frozen=True):
    """Why one record was not taken; `line` counts the lines of the body, or the items of a JSON array, from 1."""

    line: int
    reason: str


class Receipt(msgspec.Struct, frozen=True):
    """What became of the records of one request; at most `MAX_REASONS` rejections are told."""

    accepted: int
    rejected: int
    rejections: list[Rejection]


class Intake(Generic[T]):
    """Take posts or labels over HTTP and hand them on, all the readable ones of a request together.

    Parameters
    ----------
    decode
        Reads one record; raises `Unreadable`.
    sink
        Takes (record, origin) pairs and returns when they are safe; raises `UnavailableError` to refuse them all.
    token
        The bearer token that every request must show; None lets everybody in who reaches the port.
    """

    def __init__(self, decode: Decode[T], sink: Sink[T], token: str | None = None) -> None:
        self._decode = decode
        self._sink = sink
        self._token = None if token is None else token.encode()
        self._under_way = 0

    async def post(self, request: web.Request) -> web.Response:
        """Answer 202 with a receipt, 422 with one where no record could be read, 503 where too much waits already."""
        self._authorise(request)
        size = request.content_length or MAX_BODY_BYTES  # none is told of a body in chunks
        if self._under_way and self._under_way + size > MAX_UNDER_WAY_BYTES:
            raise _unavailable("too many wait")
        self._under_way += size
        try:
            return await self._take(request)
        finally:
            self._under_way -= size

    async def _take(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout(text=f"the body did not come within {BODY_SECONDS:.0f} s") from error
        taken, rejections = records_of(request.content_type, body, self._decode)
        if not taken and not rejections:
            raise web.HTTPBadRequest(text="the body holds no record")
        if taken:
            await self._hand_on(taken)
        receipt = Receipt(len(taken), len(rejections), rejections[:MAX_REASONS])
        status = web.HTTPAccepted if taken else web.HTTPUnprocessableEntity
        return web.Response(
            status=status.status_code, body=msgspec.json.encode(receipt), content_type="application/json"
        )

    def _authorise(self, request: web.Request) -> None:
        if self._token is None:
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(errors="surrogateescape"), self._token)
        if scheme.lower() != "bearer" or not right:
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"}, text="a valid bearer token is required")

    async def _hand_on(self, taken: Sequence[tuple[T, str]]) -> None:
        try:
            await self._sink(taken)
        except UnavailableError as error:
            raise _unavailable(str(error)) from error


def _unavailable(why: str) -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)}, text=f"{why}; send all of these again later"
    )


def records_of(content_type: str, body: bytes, decode: Decode[T]) -> tuple[list[tuple[T, str]], list[Rejection]]:
    """Read what a request's body holds, each with its origin, and say which records are of no use.

    Parameters
    ----------
    content_type
        One of `ONE_DOCUMENT` (a record or an array of them) or `LINES` (a record a line; blank ones are passed over).
    body
        UTF-8 JSON.
    decode
        Reads one record; raises `Unreadable`.

    Raises
    ------
    aiohttp.web.HTTPException
        The type is another one, the array cannot be cut into items, or there are more than `MAX_RECORDS`.

    Examples
    --------
    >>> from streams.core.posts import decode
    >>> records_of("application/x-ndjson", b'{"id": "1"}', decode)
    ([], [Rejection(line=1, reason='Object missing required field `source`')])
    """
    taken: list[tuple[T, str]] = []
    rejections: list[Rejection] = []
    for line, record in enumerate(_records(content_type, body), start=1):
        if not bytes(record).strip():
            continue
        try:
            taken.append((decode(record), f"http:{line}"))
        except Unreadable as error:
            rejections.append(Rejection(line, str(error)))
    return taken, rejections


def _records(content_type: str, body: bytes) -> list[bytes | memoryview]:
    """Cut a body into records; blank lines stay, so that the others keep their numbers."""
    if content_type in LINES:
        records: list[bytes | memoryview] = list(body.split(b"\n", MAX_RECORDS + 1))
    elif content_type in ONE_DOCUMENT:
        records = _items(body)
    else:
        known = ", ".join(sorted(ONE_DOCUMENT | LINES))
        raise web.HTTPUnsupportedMediaType(text=f"Content-Type {content_type} is none of {known}")
    if len(records) > MAX_RECORDS + 1:
        raise web.HTTPRequestEntityTooLarge(MAX_RECORDS, len(records), text=f"more than {MAX_RECORDS} records")
    return records


def _items(body: bytes) -> list[bytes | memoryview]:
    if not body.lstrip().startswith(b"["):
        return [body]
    try:
        return [memoryview(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except MALFORMED as error:
        raise web.HTTPBadRequest(text=f"the body is no JSON array: {error}") from error
