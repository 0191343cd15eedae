"""Logging in and out: a token for the cookie of a session."""

from __future__ import annotations

from aiohttp import web

from streams.web.access import NOT_OURS, Access, person_of
from streams.web.asking import ASK, back_to
from streams.web.people import Person
from streams.web.sessions import SESSION_SECONDS


class Login:
    """The pages on which people come in and leave.

    Parameters
    ----------
    access
        Knows the tokens.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def install(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/login", self._ask)
        app.router.add_post("/login", self._enter)
        app.router.add_post("/logout", self._leave)

    async def _ask(self, request: web.Request) -> web.Response:
        """Show the form; or let in who comes by the link that the process made, and send the token out of sight."""
        token = request.query.get("token")
        if token is not None:
            return await self._begin(request, await self._access.known_by(request, token, link=True), "link", "/")
        return request.app[ASK](request, 200, "", back_to(request.query.get("next")))

    async def _enter(self, request: web.Request) -> web.Response:
        if not self._access.same_origin(request):  # nobody is to be logged in by a page of somebody else's
            raise web.HTTPForbidden(text=NOT_OURS)
        form = await request.post()
        person = await self._access.known_by(request, str(form.get("token", "")).strip())
        return await self._begin(request, person, "form", back_to(form.get("next")))

    async def _begin(self, request: web.Request, person: Person, how: str, back: str) -> web.Response:
        access = self._access
        await access.audit.tell("login", "allowed", person, access.address_of(request), how)
        answer = web.Response(status=303, headers={"Location": back})
        answer.set_cookie(
            access.cookie, access.sessions.begin(person), max_age=int(SESSION_SECONDS), path="/",
            secure=access.secure, httponly=True, samesite="Strict",
        )  # fmt: skip
        return answer

    async def _leave(self, request: web.Request) -> web.Response:
        access = self._access
        await access.audit.tell("logout", "allowed", person_of(request), access.address_of(request), "form")
        answer = web.Response(status=303, headers={"Location": "/login"})
        answer.del_cookie(access.cookie, path="/", secure=access.secure, httponly=True, samesite="Strict")
        return answer
