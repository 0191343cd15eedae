"""How quick are pages and API, and how soon does everybody who looks hear of what somebody did?

    python -m tests.benchmarks.web [--brands 1000] [--incidents 10000] [--clients 200] [--kafka] [--json]

A real `larum watch --serve` on a state file with many brands, past incidents and a day of counts, or with --kafka a
real `larum web` beside a broker that holds the same, is asked from the loopback: each route so many times, one request
after the other, no faster than people may ask; the first answer of a route is told apart, for drawings are kept. The
goal is 200 ms. Then so many clients listen, and somebody acts: how long until each of them was told, from before the
request was sent. Processor time and memory are the server's, of all its life.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import aiohttp
import msgspec
from rich.console import Console
from rich.table import Table

from streams.config import load
from streams.core.actions import encode as encode_action
from streams.core.crises import encode as encode_event
from streams.topics import ensure
from tests.benchmarks.webstate import Size, configuration, fill, lines, past
from tests.kafka import helpers
from tests.kafka.broker import running as broker_running
from tests.streams.web.crashing import running
from tests.streams.web.entering import token

GOAL = 0.2
PERSONS = [f"person-{number}" for number in range(12)]
PACE = 1 / 40  # seconds from one request to the next
LISTENERS_EACH = 20
ACTIONS = 20

PAGES = (
    "/", "/?page=10", "/?q=wytwornia", "/incidents", "/incidents?page=100", "/incidents?state=open",
    "/incidents/{open}", "/incidents/{past}", "/incidents/{open}/statement", "/incidents/{past}/report",
    "/brands/{brand}",
)  # fmt: skip
API = (
    "/api/v1/status", "/api/v1/brands?limit=200", "/api/v1/brands/{brand}", "/api/v1/incidents?limit=200",
    "/api/v1/incidents?state=acknowledged", "/api/v1/incidents/{open}", "/api/v1/incidents/{past}/actions",
    "/api/v1/incidents/{open}/statement", "/api/v1/audit", "/api/v1/openapi.json",
)  # fmt: skip


class Answered(msgspec.Struct):
    """A route: milliseconds of the first answer, then of all others, and how many bytes come."""

    route: str
    first: float
    p50: float
    p99: float
    kilobytes: float


class Told(msgspec.Struct):
    """Milliseconds from an action to each client that listens."""

    clients: int
    actions: int
    p50: float
    p99: float
    longest: float


class Report(msgspec.Struct):
    """All of it; `ready` is the time from the start of the process until it showed the last incident, seconds."""

    beside: str
    brands: int
    incidents: int
    ready: float
    routes: list[Answered]
    told: Told
    cpu_seconds: float
    cpu_seconds_of_listening: float
    megabytes: float


async def measure(url: str, pid: int, size: Size, requests: int, clients: int, names: dict[str, str]) -> Report:
    """Ask every route, then listen."""
    began = time.monotonic()
    headers = [{"Authorization": f"Bearer {token(person)}"} for person in PERSONS]
    turns = cycle(headers)
    async with aiohttp.ClientSession(url) as session:
        while await _status(session, f"/api/v1/incidents/{names['open']}", headers[0]) != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        ready = time.monotonic() - began
        routes = [await _route(session, route, route.format(**names), turns, requests) for route in (*PAGES, *API)]
        before = _cpu(pid)
        told = await _listen(session, headers, clients, names["open"])
    return Report("", size.brands, size.incidents, ready, routes, told, _cpu(pid), _cpu(pid) - before, _megabytes(pid))


async def _route(
    session: aiohttp.ClientSession, route: str, path: str, turns: cycle[dict[str, str]], requests: int
) -> Answered:
    took: list[float] = []
    body = b""
    for _ in range(requests + 1):
        begin = time.perf_counter()
        async with session.get(path, headers=next(turns)) as answer:
            body = await answer.read()
        took.append(1_000 * (time.perf_counter() - begin))
        assert answer.status == 200, f"{path}: {answer.status} {body[:200]!r}"
        await asyncio.sleep(max(0.0, PACE - took[-1] / 1_000))
    first, *others = took
    return Answered(route, first, statistics.median(others), _percentile(others, 99), len(body) / 1_000)


async def _listen(
    session: aiohttp.ClientSession, headers: Sequence[dict[str, str]], clients: int, incident: str
) -> Told:
    heard: asyncio.Queue[float] = asyncio.Queue()
    took: list[float] = []

    async def listen(who: dict[str, str]) -> None:
        async with listening.get("/api/v1/events", headers=who) as events:
            await events.content.readuntil(b"\n\n")
            ready.release()
            while True:
                if incident.encode() in await events.content.readuntil(b"\n\n"):
                    heard.put_nowait(time.perf_counter())

    ready = asyncio.Semaphore(0)
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(session._base_url, connector=connector, timeout=timeout) as listening:
        who = [headers[number // LISTENERS_EACH] for number in range(clients)]
        tasks = []
        for one in who:
            tasks.append(asyncio.create_task(listen(one)))
            await asyncio.sleep(PACE)
        for _ in range(clients):
            await ready.acquire()
        for number in range(ACTIONS):
            begin = time.perf_counter()
            said = {"kind": "noted", "text": str(number)}
            path = f"/api/v1/incidents/{incident}/actions"
            async with session.post(path, json=said, headers=headers[-1]) as answer:
                assert answer.status == 201, await answer.text()
            took += [1_000 * (await asyncio.wait_for(heard.get(), 30) - begin) for _ in range(clients)]
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return Told(clients, ACTIONS, statistics.median(took), _percentile(took, 99), max(took))


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, round(percent / 100 * len(values)))]


async def _status(session: aiohttp.ClientSession, path: str, headers: dict[str, str]) -> int:
    async with session.get(path, headers=headers) as answer:
        return answer.status


def _cpu(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1_024


async def beside_watch(size: Size, requests: int, clients: int, folder: Path) -> Report:
    """Measure a `larum watch --serve`."""
    configuration(size, PERSONS, folder)
    settings, now = load(folder / "larum.toml", {}), time.time()
    fill(size, settings, folder / "larum.sqlite", now)
    with running(folder, "watch", "--serve", "--port", "0") as (process, url):
        report = await measure(url, process.pid, size, requests, clients, _names(size, now))
    return msgspec.structs.replace(report, beside="watch")


async def beside_kafka(size: Size, requests: int, clients: int, folder: Path) -> Report:
    """Measure a `larum web`, beside a broker of its own."""
    with ExitStack() as stack:
        servers = stack.enter_context(broker_running()).bootstrap_servers
        configuration(size, PERSONS, folder, f'[kafka]\nbootstrap_servers = "{servers}"\n')
        kafka, now = load(folder / "larum.toml", {}).kafka, time.time()
        await ensure(kafka)
        incidents = list(past(size, now))
        crises = [(0, encode_event(event)) for events, _ in incidents for event in events]
        await helpers.fill(servers, kafka.crises_topic, crises)
        done = [(0, encode_action(action)) for _, actions in incidents for action in actions]
        await helpers.fill(servers, kafka.incidents_topic, done)
        counts = ((number % kafka.partitions, record) for number, record in enumerate(lines(size, now)))
        await helpers.fill(servers, kafka.counts_topic, counts)
        process, url = stack.enter_context(running(folder, "web", "--port", "0"))
        report = await measure(url, process.pid, size, requests, clients, _names(size, now))
    return msgspec.structs.replace(report, beside="kafka")


def _names(size: Size, now: float) -> dict[str, str]:
    first, *_, last = (events[0] for events, _ in past(size, now))
    return {"past": first.subject, "open": last.subject, "brand": last.data.brand}


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=1_000)
    parser.add_argument("--incidents", type=int, default=10_000, help="past ones")
    parser.add_argument("--clients", type=int, default=200, help="that listen")
    parser.add_argument("--requests", type=int, default=100, help="of each route")
    parser.add_argument("--kafka", action="store_true", help="beside a broker")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    size, way = Size(asked.brands, asked.incidents), beside_kafka if asked.kafka else beside_watch
    with tempfile.TemporaryDirectory(prefix="larum-web-") as folder:
        report = asyncio.run(way(size, asked.requests, asked.clients, Path(folder)))
    if asked.json:
        print(msgspec.json.encode(report).decode())
        return
    table = Table(box=None, header_style="bold")
    for heading in ("route", "first ms", "p50 ms", "p99 ms", "kB"):
        table.add_column(heading, justify="left" if heading == "route" else "right")
    for one in report.routes:
        style = "red" if one.p99 > 1_000 * GOAL else None
        table.add_row(
            one.route, *(f"{number:,.0f}" for number in (one.first, one.p50, one.p99, one.kilobytes)), style=style
        )
    console, told = Console(), report.told
    console.print(table)
    console.print(
        f"ready after {report.ready:.1f} s, {report.cpu_seconds:.1f} s of processor, {report.megabytes:.0f} MB; "
        f"{told.clients} clients told in {told.p50:.0f} ms (p99 {told.p99:.0f}, longest {told.longest:.0f}), "
        f"{report.cpu_seconds_of_listening:.1f} s of processor for {told.actions} actions"
    )  # fmt: skip


if __name__ == "__main__":
    main()
