"""A board on a real port."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from prometheus_client import CollectorRegistry

from streams.health import Health
from streams.server import Server, create_app, serve
from streams.web.app import install
from streams.web.board import Board
from streams.web.webmetrics import WebMetrics


@asynccontextmanager
async def served(board: Board, *parts: Callable[[web.Application], None]) -> AsyncIterator[Server]:
    registry = CollectorRegistry()
    app = create_app(registry, Health(60.0, time.monotonic))
    install(app, board, "127.0.0.1", WebMetrics(registry), parts)
    server = await serve(app, "127.0.0.1", 0)
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def asking(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


async def sample(session: aiohttp.ClientSession, series: str) -> float | None:
    """Give a sample of /metrics by its name and labels as they stand there."""
    async with session.get("/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next((float(line.removeprefix(series)) for line in lines if line.startswith(f"{series} ")), None)
