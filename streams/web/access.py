"""Who comes in, and as whom: by a token in a header or by a session's cookie, to what their role may see and do."""

from __future__ import annotations

import hmac
from collections.abc import MutableMapping
from hashlib import sha256
from ipaddress import ip_network
from math import ceil
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler

from streams.core.tokens import Role
from streams.web.addresses import asked_from, net_of
from streams.web.asking import ASK, ask, plain_form
from streams.web.audit import Audit
from streams.web.guarding import same_origin
from streams.web.guesses import Guesses
from streams.web.limits import Buckets, Rate, Taken
from streams.web.paths import OPEN, for_program
from streams.web.people import People, Person
from streams.web.roles import ANYBODY, ROLES
from streams.web.sessions import Session, Sessions
from streams.web.unkept import remember

__all__ = ["AUDIT", "PERSON", "Access", "Person", "address_of", "csrf_of", "person_of", "require"]

PERSON = web.RequestKey("person", Person)
CSRF = web.RequestKey("csrf", str)
ADDRESS = web.RequestKey("address", str)
LIMIT = web.RequestKey("limit", tuple[Rate, Taken])
AUDIT = web.AppKey("audit", Audit)
NOT_OURS = "this was not sent by a page of larum; behind a proxy, web.address has to say how larum is reached"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSALS = frozenset({401, 403, 429})


class Rates(NamedTuple):
    """How often somebody may ask.

    Parameters
    ----------
    address
        From one address, whoever it is: many people may be behind one.
    person
        In one name.
    guess
        Wrong tokens from one address.
    guesses
        Wrong tokens from everywhere.
    """

    address: Rate = Rate(400, 0.02)
    person: Rate = Rate(120, 0.1)
    guess: Rate = Rate(10, 30.0)
    guesses: Rate = Rate(200, 1.0)


class Access:
    """Lets people in.

    Parameters
    ----------
    people
        Who is known.
    audit
        Where logins and refusals are written.
    address
        Where people reach larum, as ``web.address`` says; cookies are sent by TLS alone where it begins with https.
    proxies
        Networks whose word is taken for whom they ask: by ``X-Forwarded-For``.
    rates
        How often somebody may ask.
    sessions
        Of browsers.
    """

    def __init__(
        self,
        people: People,
        audit: Audit,
        address: str | None = None,
        proxies: tuple[str, ...] = (),
        rates: Rates | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        rates = rates or Rates()
        self.people, self.audit = people, audit
        self.sessions = sessions or Sessions(people)
        self.secure = (address or "").startswith("https:")
        self._origin = address
        self._proxies = tuple(ip_network(proxy) for proxy in proxies)
        self._addresses, self._persons = Buckets(rates.address), Buckets(rates.person)
        self._guesses = Guesses(rates.guess, rates.guesses)

    def install(self, app: web.Application) -> None:
        """Let nobody past who may not: routes that parts add later included."""
        app[AUDIT], app[ASK] = self.audit, plain_form
        app.middlewares.append(self._watch)
        app.on_cleanup.append(self.audit.close)

    @property
    def cookie(self) -> str:
        """Name of the cookie; with TLS one that no other host can set, which browsers see to.

        Cookies know no ports: two processes that have each made a link on one machine keep apart by their tokens.
        """
        link = self.people.link
        return "__Host-larum" if self.secure else f"larum-{sha256(link.encode()).hexdigest()[:8]}" if link else "larum"

    def address_of(self, request: web.Request) -> str:
        """Say from where somebody asks."""
        return net_of(asked_from(request, self._proxies))

    async def known_by(self, request: web.Request, token: str, *, link: bool = False) -> Person:
        """Give whose token it is.

        Raises
        ------
        aiohttp.web.HTTPException
            It is nobody's, or too many wrong ones came before: then it is not even looked at.
        """
        address = self.address_of(request)
        if full := self._guesses.full(address):
            raise _too_many(request, *full, "too many wrong tokens")
        found = self.people.by_link(token) if link else self.people.by_token(token)
        if found is None:
            self._guesses.wrong(address)
            raise _unknown("the token is not known")
        self._guesses.right(address)
        return found

    def same_origin(self, request: web.Request) -> bool:
        """Tell whether a browser asks from one of our own pages; a form elsewhere, or a link, can say no such thing."""
        return same_origin(request, self._origin)

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in OPEN:
            return await handler(request)
        await remember(request, self._origin)
        try:
            await self._check(request)
            answer = await handler(request)
        except web.HTTPException as error:
            _show_limit(request, error.headers)
            if error.status in REFUSALS:
                asked = f"{error.status} {request.method} {_route(request)[1]}"
                await self.audit.refuse(request.get(PERSON), self.address_of(request), asked)
            if isinstance(error, web.HTTPUnauthorized) and not for_program(request):
                return ask(request, error)
            raise
        if not answer.prepared:
            _show_limit(request, answer.headers)
        return answer

    async def _check(self, request: web.Request) -> None:
        request[ADDRESS] = self.address_of(request)
        self._pace(request, self._addresses, request[ADDRESS])
        need = ROLES.get(_route(request))
        if need == ANYBODY or request.match_info.http_exception is not None:
            return  # where there is nothing, there is nothing to be kept from anybody
        session = await self._identify(request)
        self._pace(request, self._persons, request[PERSON].name)
        if need is None:
            raise web.HTTPForbidden(text="it is not said who may do this")
        require(request, need)
        if session and request.method not in SAFE:
            await self._protect(request, session)

    async def _identify(self, request: web.Request) -> Session | None:
        """Find out who asks; give their session where it was by one that they are known."""
        header = request.headers.get("Authorization")
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.lower() != "bearer":
                raise _unknown("Authorization must be 'Bearer' and a token")
            request[PERSON] = await self.known_by(request, token.strip())
            return None
        cookie = request.cookies.get(self.cookie)
        session = self.sessions.find(cookie) if cookie else None
        if session is None:
            raise _unknown("the session has ended" if cookie else "a token is needed")
        request[PERSON], request[CSRF] = session
        return session

    def _pace(self, request: web.Request, buckets: Buckets, key: str) -> None:
        taken = buckets.take(key)
        request[LIMIT] = buckets.rate, taken
        if not taken.allowed:
            raise _too_many(request, buckets.rate, taken, "too many requests")

    async def _protect(self, request: web.Request, session: Session) -> None:
        """Refuse what a page of somebody else's may have had a browser send with our cookie."""
        if not self.same_origin(request):
            raise web.HTTPForbidden(text=NOT_OURS)
        given = request.headers.get("X-CSRF-Token") or (await request.post()).get("csrf")
        mine = given.encode(errors="surrogatepass") if isinstance(given, str) else b""
        if not hmac.compare_digest(mine, session.csrf.encode()):
            raise web.HTTPForbidden(text="the form does not belong to this session; load the page again")


def person_of(request: web.Request) -> Person:
    """Give who asks."""
    return request[PERSON]


def address_of(request: web.Request) -> str:
    """Give from where somebody asks."""
    return request[ADDRESS]


def csrf_of(request: web.Request) -> str:
    """Give what forms carry as the hidden field ``csrf``; nothing where no browser's session asks."""
    token: str = request.get(CSRF, "")
    return token


def require(request: web.Request, role: Role) -> None:
    """Raise 403 unless who asks may do what a role may."""
    person = person_of(request)
    if not person.may(role):
        raise web.HTTPForbidden(text=f"{person.name} may {person.role}; this needs {role}")


def _route(request: web.Request) -> tuple[str, str]:
    resource = request.match_info.route.resource
    method = "GET" if request.method == "HEAD" else request.method
    return method, resource.canonical if resource else "-"


def _unknown(why: str) -> web.HTTPUnauthorized:
    return web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer realm="larum"'}, text=why)


def _too_many(request: web.Request, rate: Rate, taken: Taken, why: str) -> web.HTTPTooManyRequests:
    request[LIMIT] = rate, taken
    wait = str(max(1, ceil(taken.wait)))
    return web.HTTPTooManyRequests(headers={"Retry-After": wait}, text=f"{why}; wait {wait} s")


def _show_limit(request: web.Request, headers: MutableMapping[str, str]) -> None:
    if LIMIT in request:
        rate, taken = request[LIMIT]
        headers["RateLimit-Policy"] = f'"larum";{rate.policy}'
        full = ceil((rate.burst - taken.left) * rate.seconds)  # seconds until all of it is there again
        headers["RateLimit"] = f'"larum";r={taken.left};t={full}'
