"""What somebody typed is shown to them again where it was not taken, and to nobody else's page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from streams.core.actions import Action
from streams.intake import UnavailableError
from streams.web import forms, pages
from streams.web.access import Access
from streams.web.board import Board
from tests.streams.notify.made import crisis
from tests.streams.web.entering import OLA, SETTINGS, Memory, bearer, entrance, serving

PATH = f"/incidents/{crisis().subject}/note"
TYPED = "Der Laborbericht <b>kommt</b> um acht"
SHOWN = "Der Laborbericht &lt;b&gt;kommt&lt;/b&gt; um acht"
OWN = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


@pytest.fixture
def access() -> Access:
    return entrance(Memory())


@pytest.fixture
async def client(access: Access) -> AsyncIterator[aiohttp.ClientSession]:
    async def away(_: Action) -> None:
        raise UnavailableError("the broker has not confirmed it for 10 s")

    board = Board(SETTINGS, away)
    board.see(crisis())
    async with serving(access, pages.install, forms.install, board=board) as client:
        yield client


async def answered(client: aiohttp.ClientSession, status: int, headers: dict[str, str]) -> str:
    async with client.post(PATH, data={"text": TYPED, "csrf": "of before"}, headers=headers) as answer:
        assert answer.status == status
        return await answer.text()


async def test_what_is_sent_after_the_session_ended_is_shown_beside_the_login(client: aiohttp.ClientSession) -> None:
    page = await answered(client, 401, OWN)
    assert SHOWN in page
    assert "This token is not known" not in page
    assert 'id="token-wrong"' not in page  # nobody has shown any


async def test_what_is_sent_from_a_page_of_an_older_session_is_shown(
    client: aiohttp.ClientSession, access: Access
) -> None:
    page = await answered(client, 403, OWN | {"Cookie": f"{access.cookie}={access.sessions.begin(OLA)}"})
    assert SHOWN in page
    assert "/logout" in page  # it is known who sent it


async def test_what_cannot_be_kept_now_is_shown_and_not_said_to_be_lost_for_sure(client: aiohttp.ClientSession) -> None:
    page = await answered(client, 503, OWN | bearer(OLA))
    assert SHOWN in page
    assert "may not have been kept" in page


async def test_what_a_page_elsewhere_sends_is_not_shown_as_ours(client: aiohttp.ClientSession) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert "Laborbericht" not in await answered(client, 401, headers)
