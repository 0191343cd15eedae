"""What somebody typed into a form that could not be taken, so that it is not lost with the answer."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from streams.web.guarding import same_origin

SHOWN = ("text", "link", "owner")  # fields that people write
FORM = web.RequestKey("form", Mapping)  # of what was sent, by field


async def remember(request: web.Request, address: str | None) -> None:
    """Remember what was typed into a form of ours; what a page of somebody else's sends is never shown as larum's.

    Parameters
    ----------
    request
        Whose body is there.
    address
        Where people reach larum, as ``web.address`` says.
    """
    if request.method == "POST" and same_origin(request, address):
        request[FORM] = await request.post()


def unkept(request: web.Request) -> list[str]:
    """Give what was typed, for a page that says that it was not taken."""
    sent = request.get(FORM) or {}
    return [value for name in SHOWN if isinstance(value := sent.get(name), str) and value.strip()]
