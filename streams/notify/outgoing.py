"""HTTP to receivers: no private addresses unless allowed, no redirects to elsewhere, no secrets in errors."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from streams.notify.errors import DeliveryError, RefusedError

TIMEOUT_SECONDS = 15.0
MOST_REDIRECTS = 3
SECRET_CHARACTERS = 8  # of a part of an address that may be a secret
SHOWN = 200  # characters of an answer that says what is wrong
SAME_METHOD = frozenset({307, 308})
FOR_NOW = frozenset({408, 425, 429})  # and whatever is 500 or more


class PrivateAddressError(OSError):
    """A host name stands for an address that must not be called."""


class Guard(AbstractResolver):
    """Resolves host names to public addresses only: what is checked is what is called, whatever names do meanwhile."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve, or raise `PrivateAddressError` if any address is not public."""
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise PrivateAddressError(f"{host} is at a private address")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet.

    Examples
    --------
    >>> [is_public(one) for one in ("1.1.1.1", "10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.7")]
    [True, False, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_global and not (mapped or found).is_multicast)


class Outgoing:
    """Calls receivers.

    Parameters
    ----------
    session
        Made by `outgoing`.
    allow_private
        Whether private and local addresses may be called.
    """

    def __init__(self, session: aiohttp.ClientSession, *, allow_private: bool) -> None:
        self._session = session
        self._allow_private = allow_private

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Post, and give the beginning of the answer.

        Raises
        ------
        RefusedError
            The answer says that this will never be taken, or the address must not be called.
        DeliveryError
            Nobody answered, or the answer says that it may be taken later.
        """
        target = URL(url)
        for _ in range(MOST_REDIRECTS + 1):
            self._check(target)
            status, answer, said = await self._post(target, body, headers)
            if status not in SAME_METHOD:
                return _judged(target, status, answer, said)
            there = target.join(URL(said.get("Location", "")))
            if there.origin() != target.origin():
                raise RefusedError(f"{target.host} redirects to {there.host}, which is not followed")
            target = there
        raise RefusedError(f"{target.host} redirects in a circle")

    def _check(self, target: URL) -> None:
        host = target.host or ""
        if self._allow_private:
            return
        try:
            public = is_public(host)
        except ValueError:  # a name: the resolver looks
            return
        if not public:
            raise RefusedError(f"{host} is a private address: allow_private lets larum call it")

    async def _post(self, target: URL, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, Mapping[str, Any]]:
        try:
            async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as response:
                return response.status, await response.content.read(4_096), dict(response.headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error.__cause__, PrivateAddressError) or isinstance(error, PrivateAddressError):
                raise RefusedError(f"{target.host} is at a private address: allow_private lets larum call it") from None
            # The text of an error may hold the whole address, and with it a secret.
            raise DeliveryError(f"{target.host} does not answer: {type(error).__name__}") from None


@asynccontextmanager
async def outgoing(*, allow_private: bool) -> AsyncIterator[Outgoing]:
    """Give what calls receivers, for as long as it is needed."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=None if allow_private else Guard()),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        headers={"User-Agent": "larum"},
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield Outgoing(session, allow_private=allow_private)


def _judged(target: URL, status: int, answer: bytes, headers: Mapping[str, Any]) -> bytes:
    if 200 <= status < 300:
        return answer
    words = _without(target, " ".join(answer[:SHOWN].decode(errors="replace").split()))
    message = f"{target.host} answers {status}{': ' + words if words else ''}"
    if status in FOR_NOW or status >= 500:
        wait = str(headers.get("Retry-After", ""))
        raise DeliveryError(message, float(wait) if wait.isdigit() else None)
    raise RefusedError(message)


def _without(target: URL, words: str) -> str:
    """Take what may be secret of an address out of an answer: some servers repeat the path that they do not know."""
    for part in (*target.parts, target.query_string):
        if len(part) >= SECRET_CHARACTERS:
            words = words.replace(part, "…")
    return words
