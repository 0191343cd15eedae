"""Calls that leave the house: where to, and what is said of them."""

from __future__ import annotations

import pytest

from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.outgoing import outgoing
from tests.streams.notify.recorder import recording

SECRET = "T00000000/B00000000/verysecret"


@pytest.mark.parametrize("host", ["127.0.0.1:9", "[::1]:9", "169.254.169.254", "localhost:9"])
async def test_private_addresses_are_refused_by_number_and_by_name(host: str) -> None:
    async with outgoing(allow_private=False) as calls:
        with pytest.raises(RefusedError, match="private address"):
            await calls.post(f"http://{host}/x", b"", {})


async def test_private_addresses_are_called_where_that_is_allowed() -> None:
    async with recording() as server, outgoing(allow_private=True) as calls:
        assert await calls.post(f"{server.url}/in", b"{}", {"X": "1"}) == b"ok"
    assert server.posted[0].headers["X"] == "1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_to_another_host_is_followed(status: int) -> None:
    async with recording() as there, recording() as server, outgoing(allow_private=True) as calls:
        server.answers, server.headers = [status], {"Location": f"{there.url}/in"}
        with pytest.raises(RefusedError):
            await calls.post(f"{server.url}/in", b"{}", {"Authorization": "Bearer secret"})
    assert not there.posted


async def test_a_redirect_within_the_host_is_followed_with_the_body() -> None:
    async with recording() as server, outgoing(allow_private=True) as calls:
        server.answers, server.headers = [308], {"Location": "/there"}
        await calls.post(f"{server.url}/here", b"{1}", {})
    assert [(one.path, one.body) for one in server.posted] == [("/here", b"{1}"), ("/there", b"{1}")]


async def test_a_circle_of_redirects_ends() -> None:
    async with recording() as server, outgoing(allow_private=True) as calls:
        server.answers, server.headers = [307] * 20, {"Location": "/round"}
        with pytest.raises(RefusedError, match="circle"):
            await calls.post(f"{server.url}/round", b"", {})


@pytest.mark.parametrize(("status", "kind"), [(400, RefusedError), (404, RefusedError), (500, DeliveryError)])
async def test_an_answer_is_told_without_what_is_secret_in_the_address(status: int, kind: type[DeliveryError]) -> None:
    async with recording() as server, outgoing(allow_private=True) as calls:
        server.answers, server.text = [status], f"Cannot POST /services/{SECRET}"
        with pytest.raises(kind) as raised:
            await calls.post(f"{server.url}/services/{SECRET}", b"", {})
    assert type(raised.value) is kind
    assert f"answers {status}: Cannot POST" in str(raised.value)
    assert not any(part in str(raised.value) for part in SECRET.split("/"))


async def test_nobody_there_is_told_without_the_address() -> None:
    async with outgoing(allow_private=True) as calls:
        with pytest.raises(DeliveryError, match="does not answer") as raised:
            await calls.post(f"http://127.0.0.1:9/services/{SECRET}", b"", {})
    assert "verysecret" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_a_receiver_says_when_to_come_again() -> None:
    async with recording() as server, outgoing(allow_private=True) as calls:
        server.answers, server.headers = [429], {"Retry-After": "17"}
        with pytest.raises(DeliveryError) as raised:
            await calls.post(server.url, b"", {})
    assert raised.value.retry_after == 17.0
