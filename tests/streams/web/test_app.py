"""What every page and answer is guarded by, asked over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from streams.core.settings import Brand, Settings, Web
from streams.intake import UnavailableError
from streams.web import guarding
from streams.web.app import BOARD
from streams.web.board import Board
from tests.streams.web.serving import asking, sample, served

FORM = "application/x-www-form-urlencoded"
SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"),), web=Web(address="https://larum.example.org"))


async def echo(request: web.Request) -> web.Response:
    assert request.app[BOARD].settings is SETTINGS
    return web.Response(text=str(len(await request.read())))


async def form(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.post())))


async def spill(_: web.Request) -> web.Response:
    raise RuntimeError("planted-secret")


async def full(_: web.Request) -> web.Response:
    raise UnavailableError("the broker does not answer")


def routes(app: web.Application) -> None:
    for path in ("/echo", "/api/v1/echo"):
        app.router.add_post(path, echo)
    app.router.add_post("/form", form)
    app.router.add_get("/spill", spill)
    app.router.add_get("/api/v1/full", full)


@pytest.fixture
async def port() -> AsyncIterator[aiohttp.ClientSession]:
    async with served(Board(SETTINGS), routes) as server, asking(server) as session:
        yield session


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/echo", 405), ("GET", "/spill", 500), ("GET", "/a%00b", 404)],
)
async def test_what_is_wrong_is_told_as_a_page_or_as_problem_details(
    port: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with port.request(method, path, headers={"Accept": "text/html,*/*"}) as page:
        assert (page.status, page.content_type) == (status, "text/html")
        assert f"<h1>{status} " in await page.text()
    async with port.request(method, path, headers={"Accept": "application/json"}) as answer:
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
        told = json.loads(await answer.text())
        assert (told["status"], told["type"]) == (status, "about:blank")
        if status == 405:
            assert answer.headers["Allow"] == "POST"


async def test_below_the_api_it_is_always_problem_details(port: aiohttp.ClientSession) -> None:
    async with port.get("/api/v1/echo", headers={"Accept": "text/html"}) as answer:
        assert (answer.status, answer.content_type) == (405, "application/problem+json")
    async with port.get("/api/v1/full") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"
        assert json.loads(await answer.text())["detail"] == "the broker does not answer"


async def test_what_is_inside_stays_there_and_the_log_has_it(
    port: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "larum"):
        async with port.get("/spill") as answer:
            text = await answer.text()
    assert "planted" not in text
    assert "Traceback" not in text
    assert "planted-secret" in caplog.text


async def test_browsers_are_told_to_trust_nobody_else(port: aiohttp.ClientSession) -> None:
    for path in ("/echo", "/nothing"):
        async with port.post(path, data=b"x") as answer:
            assert guarding.HEADERS.items() <= answer.headers.items()
    async with port.get("/metrics") as answer:
        assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8321", 200), ("localhost", 200), ("[::1]:8321", 200), ("larum.example.org", 200),
        ("rebound.example.net", 421), ("127.0.0.1.example.net", 421), ("larum.example.org.example.net:1", 421),
        ("[", 421), ("192.0.2.1", 421),
    ],
)  # fmt: skip
async def test_on_the_loopback_larum_answers_to_its_own_name_only(
    port: aiohttp.ClientSession, host: str, status: int
) -> None:
    async with port.post("/echo", data=b"x", headers={"Host": host}) as answer:
        assert answer.status == status
    async with port.get("/healthz", headers={"Host": host}) as answer:
        assert answer.status == 200


async def test_a_body_is_neither_large_nor_slow_nor_a_file(
    port: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pieces(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 1024):
            yield b"x" * 1024

    async def never() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(60)

    for body in (b"x" * (guarding.MAX_BODY_BYTES + 1), pieces(2 * guarding.MAX_BODY_BYTES)):
        async with port.post("/echo", data=body) as answer:
            assert answer.status == 413
    async with port.post("/echo", data=b"x" * guarding.MAX_BODY_BYTES) as answer:
        assert await answer.text() == str(guarding.MAX_BODY_BYTES)
    with aiohttp.MultipartWriter("form-data") as form:
        form.append("x")
    async with port.post("/echo", data=form) as answer:
        assert answer.status == 415
    monkeypatch.setattr(guarding, "BODY_SECONDS", 0.2)
    async with port.post("/echo", data=never()) as answer:
        assert answer.status == 408


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Encoding": "gzip"}, b"no gzip", 415),
        ({"Content-Encoding": "br"}, b"no brotli", 415),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"x" * 10_000_000), 415),
        ({"Content-Type": f"{FORM}; charset=no-such"}, b"text=x", 415),
        ({"Content-Type": f"{FORM}; charset=utf-16"}, b"text=x", 415),
        ({"Content-Type": FORM}, b"text=\xff", 400),
        ({"Content-Type": f"{FORM}; charset=UTF-8"}, b"text=x", 200),
    ],
)
async def test_a_body_that_cannot_be_read_is_the_senders_fault_and_fills_no_log(
    port: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with port.post("/form", data=body, headers=headers) as answer:
        assert answer.status == status, await answer.text()
    await asyncio.sleep(0.05)  # until what is left of the body is let go
    assert not [record for record in caplog.records if record.exc_info]


async def test_requests_are_counted_by_route_and_answer(port: aiohttp.ClientSession) -> None:
    for path in ("/echo", "/echo", "/nothing", "/nothing-else"):
        async with port.post(path, data=b"x"):
            pass
    async with port.get("/spill"):
        pass
    assert await sample(port, 'larum_web_requests_total{route="/echo",status="200"}') == 2
    assert await sample(port, 'larum_web_requests_total{route="none",status="404"}') == 2
    assert await sample(port, 'larum_web_requests_total{route="/spill",status="500"}') == 1
    assert await sample(port, 'larum_web_request_seconds_count{route="/echo"}') == 2
    assert await sample(port, 'larum_web_requests_total{route="/metrics",status="200"}') is None
