"""The port of a process, asked over a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from streams import patience
from streams.core.labels import Label
from streams.core.labels import decode as decode_label
from streams.core.posts import Post, decode
from streams.health import Health
from streams.intake import MAX_BODY_BYTES, MAX_REASONS, MAX_RECORDS, Intake, UnavailableError
from streams.metrics import Metrics
from streams.server import Server, create_app, serve
from tests.streams.samples import crisis

JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}


class Recorder:
    """A sink that keeps what it is given, up to `room` posts."""

    def __init__(self, room: int = MAX_RECORDS) -> None:
        self.taken: list[tuple[Post, str]] = []
        self.room = room
        self.gate: asyncio.Event | None = None
        self.waiting = 0

    async def __call__(self, posts: Sequence[tuple[Post, str]]) -> None:
        if self.gate:
            self.waiting += 1
            await self.gate.wait()
        if len(posts) > self.room - len(self.taken):
            raise UnavailableError("too many posts wait")
        self.taken.extend(posts)

    @property
    def ids(self) -> list[str]:
        return [post.id for post, _ in self.taken]


class Port:
    """A served application and a client for it."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self._base = f"http://{server.host}:{server.port}"
        self._session = session

    async def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        async with self._session.get(self._base + path, headers=headers) as response:
            return response.status, response.headers["Content-Type"], await response.text()

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        return await self.send(io.BytesIO(body), headers)

    async def send(self, body: io.BytesIO | AsyncIterator[bytes], headers: dict[str, str]) -> tuple[int, str]:
        async with self._session.post(self._base + "/posts", data=body, headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def health() -> Health:
    return Health(stall_seconds=60, clock=iter(range(0, 10_000, 100)).__next__)


@pytest.fixture
def sink() -> Recorder:
    return Recorder()


@pytest.fixture
def token() -> str | None:
    return None


@pytest.fixture
async def port(registry: CollectorRegistry, health: Health, sink: Recorder, token: str | None) -> AsyncIterator[Port]:
    server = await serve(create_app(registry, health, Intake(decode, sink, token)), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Port(server, session)
    await server.stop()


def record(name: str) -> bytes:
    return json.dumps({"id": name, "source": "x", "text": "Wstyd!", "created_at": 1767369600}).encode()


async def test_metrics_are_prometheus_text_by_default(port: Port, registry: CollectorRegistry) -> None:
    Metrics(registry).count_posts("bluesky", 3, newest=1767369600.0)
    status, content_type, body = await port.get("/metrics")
    assert status == 200
    assert content_type.startswith("text/plain")
    samples = {(s.name, s.labels.get("source")): s.value for family in parse_text(body) for s in family.samples}
    assert samples["larum_posts_total", "bluesky"] == 3


async def test_metrics_are_openmetrics_for_those_who_ask(port: Port, registry: CollectorRegistry) -> None:
    event = crisis("opened", "warning", "negativity")
    Metrics(registry).brands.observe_event(event)
    _, content_type, body = await port.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    families = {family.name: family for family in parse_openmetrics(body)}  # type: ignore[no-untyped-call]
    assert "larum_build_info" in families
    (counted,) = families["larum_crises"].samples
    assert counted.exemplar.labels == {"crisis": event.subject}


async def test_health_fails_with_a_reason_when_work_stands_still(port: Port, health: Health) -> None:
    status, _, body = await port.get("/healthz")
    assert (status, json.loads(body)["ok"]) == (200, True)
    health.busy(True)
    status, _, body = await port.get("/healthz")
    assert status == 503
    assert "none of it got done" in json.loads(body)["reason"]


async def test_readiness_follows_the_runtime(port: Port, health: Health) -> None:
    assert (await port.get("/readyz"))[0] == 503
    health.ready()
    assert (await port.get("/readyz"))[0] == 200


async def test_one_record_an_array_and_lines_are_all_taken(port: Port, sink: Recorder) -> None:
    assert (await port.post(record("1"), JSON))[0] == 202
    assert (await port.post(b" [" + record("2") + b"," + record("3") + b"]", JSON))[0] == 202
    assert (await port.post(record("4") + b"\r\n\n" + record("5") + b"\n", LINES))[0] == 202
    assert sink.ids == ["1", "2", "3", "4", "5"]
    assert [origin for _, origin in sink.taken] == ["http:1", "http:1", "http:2", "http:1", "http:3"]


async def test_a_bad_line_is_told_and_its_neighbours_are_taken(port: Port, sink: Recorder) -> None:
    status, body = await port.post(record("1") + b"\n{]\n" + record("2"), LINES)
    receipt = json.loads(body)
    assert status == 202
    assert (receipt["accepted"], receipt["rejected"]) == (2, 1)
    assert receipt["rejections"][0]["line"] == 2
    assert sink.ids == ["1", "2"]


async def test_nothing_readable_is_unprocessable(port: Port, sink: Recorder) -> None:
    status, body = await port.post(b'{"id": "1"}', JSON)
    assert status == 422
    assert "missing required field" in json.loads(body)["rejections"][0]["reason"]
    assert not sink.taken


async def test_the_receipt_stays_short_when_every_line_is_bad(port: Port) -> None:
    status, body = await port.post(b"no\n" * (MAX_REASONS + 1), LINES)
    receipt = json.loads(body)
    assert status == 422
    assert receipt["rejected"] == MAX_REASONS + 1
    assert len(receipt["rejections"]) == MAX_REASONS


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]", b"[1,"])
async def test_a_body_without_posts_is_a_bad_request(port: Port, body: bytes) -> None:
    assert (await port.post(body, JSON))[0] == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_what_a_browser_sends_unasked_is_refused(port: Port, sink: Recorder, content_type: str) -> None:
    assert (await port.post(record("1"), {"Content-Type": content_type}))[0] == 415
    assert not sink.taken


async def test_a_body_too_large_is_refused(port: Port, sink: Recorder) -> None:
    assert (await port.post(b" " * (MAX_BODY_BYTES + 1), JSON))[0] == 413
    assert not sink.taken


async def test_a_compressed_body_is_taken(port: Port, sink: Recorder) -> None:
    assert (await port.post(gzip.compress(record("1")), JSON | {"Content-Encoding": "gzip"}))[0] == 202
    assert sink.ids == ["1"]


async def test_a_body_that_unpacks_too_large_is_refused(port: Port, sink: Recorder) -> None:
    bomb = gzip.compress(b" " * (MAX_BODY_BYTES + 1))
    assert (await port.post(bomb, JSON | {"Content-Encoding": "gzip"}))[0] == 413
    assert not sink.taken


async def test_too_many_records_are_refused(port: Port, sink: Recorder) -> None:
    assert (await port.post(b"{}\n" * (MAX_RECORDS + 1), LINES))[0] == 413
    assert (await port.post(b"{}\n" * MAX_RECORDS, LINES))[0] == 422


async def test_a_full_queue_takes_all_of_a_request_or_nothing(port: Port, sink: Recorder) -> None:
    sink.room = 2
    status, _ = await port.post(b"\n".join(record(str(n)) for n in range(3)), LINES)
    assert status == 503
    assert not sink.taken
    assert (await port.post(record("1"), JSON))[0] == 202


async def test_what_is_more_than_can_be_taken_at_a_time_is_refused_and_told_to_come_later(
    port: Port, sink: Recorder
) -> None:
    """Four large bodies fill the room; what comes meanwhile is refused before it is read, and taken later."""
    gate = sink.gate = asyncio.Event()
    large = record("1") + b"\n" + b" " * (MAX_BODY_BYTES - 200)
    waiting = [asyncio.ensure_future(port.post(large, LINES)) for _ in range(4)]
    async with asyncio.timeout(60.0):
        while sink.waiting < len(waiting):  # noqa: ASYNC110 - requests are on their way
            await asyncio.sleep(0.01)
    assert (await port.post(large, LINES))[0] == 503
    gate.set()
    assert [status for status, _ in await asyncio.gather(*waiting)] == [202] * 4
    assert (await port.post(large, LINES))[0] == 202


async def test_a_body_that_does_not_come_is_not_waited_for(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.intake.BODY_SECONDS", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield record("1")
        await asyncio.sleep(5.0)

    assert (await port.send(slowly(), LINES))[0] == 408


class TestWithToken:
    @pytest.fixture
    def token(self) -> str | None:
        return "zażółć"

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer zazolc", "Basic zażółć", "Bearer zażółć2"])
    async def test_a_wrong_token_is_refused(self, port: Port, sink: Recorder, header: str) -> None:
        status, _ = await port.post(record("1"), JSON | {"Authorization": header})
        assert status == 401
        assert not sink.taken

    async def test_the_right_token_is_let_in(self, port: Port, sink: Recorder) -> None:
        assert (await port.post(record("1"), JSON | {"Authorization": "Bearer zażółć"}))[0] == 202
        assert sink.ids == ["1"]

    async def test_metrics_and_health_need_none(self, port: Port) -> None:
        assert (await port.get("/metrics"))[0] == 200
        assert (await port.get("/healthz"))[0] == 200


async def test_without_an_intake_nobody_can_post(registry: CollectorRegistry, health: Health) -> None:
    server = await serve(create_app(registry, health), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        assert (await Port(server, session).post(record("1"), JSON))[0] == 404
    await server.stop()


async def test_a_taken_port_is_an_error_and_a_stopped_server_frees_it(
    registry: CollectorRegistry, health: Health
) -> None:
    server = await serve(create_app(registry, health), "127.0.0.1", 0)
    with pytest.raises(OSError, match=str(server.port)):
        await serve(create_app(registry, health), "127.0.0.1", server.port)
    await server.stop()
    again = await serve(create_app(registry, health), "127.0.0.1", server.port)
    await again.stop()


async def test_labels_have_a_path_of_their_own(registry: CollectorRegistry, health: Health) -> None:
    taken: list[tuple[Label, str]] = []

    async def take(labels: Sequence[tuple[Label, str]]) -> None:
        if any(label.text == "later" for label, _ in labels):
            raise UnavailableError("the broker is away")
        taken.extend(labels)

    app = create_app(registry, health, labels=Intake(decode_label, take, "secret"))
    server = await serve(app, "127.0.0.1", 0)
    url, right = f"http://{server.host}:{server.port}/labels", LINES | {"Authorization": "Bearer secret"}
    body = b'{"text": "Wstyd", "negative": true}\n{"text": "Wstyd"}\n'
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=body, headers=LINES) as answer:
            assert answer.status == 401
        async with session.post(url, data=body, headers=right) as answer:
            assert answer.status == 202
            (rejection,) = (await answer.json())["rejections"]
            assert rejection == {"line": 2, "reason": "Object missing required field `negative`"}
        async with session.post(url, data=b'{"text": "later", "negative": true}', headers=right) as answer:
            assert answer.status == 503
            assert (await answer.text()).startswith("the broker is away")
            assert answer.headers["Retry-After"]
    await server.stop()
    assert taken == [(Label(text="Wstyd", negative=True), "http:1")]


async def test_what_is_no_http_is_refused_and_does_not_fill_the_log(
    registry: CollectorRegistry, health: Health, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: web.Request) -> web.Response:
        raise RuntimeError("planted")

    app = create_app(registry, health)
    app.router.add_get("/broken", broken)
    server = await serve(app, "127.0.0.1", 0)
    try:
        for sent in (
            b"\x16\x03\x01 TLS\r\n\r\n",
            b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n",
            b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(sent)
            assert (await reader.readline()).split()[1] in {b"400", b"500"}
            writer.close()
    finally:
        await server.stop()
    assert [str(entry.exc_info[1]) for entry in caplog.records if entry.exc_info] == ["planted"]


async def test_who_connects_and_asks_nothing_is_let_go_and_who_asks_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    app = create_app(CollectorRegistry(), Health(60.0, lambda: 0.0))
    server = await serve(app, "127.0.0.1", 0)
    try:
        silent, slow, busy = [await asyncio.open_connection(server.host, server.port) for _ in range(3)]
        slow[1].write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        busy[1].write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(10):
            assert await busy[0].readuntil(b"}")
            for reader, _ in (silent, slow):
                with contextlib.suppress(ConnectionResetError):
                    assert await reader.read() == b""
            busy[1].write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert await busy[0].readuntil(b"}")
        for _, writer in (silent, slow, busy):
            writer.close()
    finally:
        await server.stop()
