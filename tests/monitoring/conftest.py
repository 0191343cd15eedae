"""Metrics on a port, and a Prometheus that scrapes them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from streams.health import Health
from streams.metrics import Metrics
from streams.server import Server, create_app, serve
from tests.monitoring.programs import DEPLOY
from tests.monitoring.prometheus import Prometheus, prometheus


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


@pytest.fixture
async def server(registry: CollectorRegistry) -> AsyncIterator[Server]:
    started = await serve(create_app(registry, Health(60, time.monotonic)), "127.0.0.1", 0)
    yield started
    await started.stop()


@pytest.fixture
async def scraping(server: Server, tmp_path: Path) -> AsyncIterator[Prometheus]:
    """A Prometheus with larum's own rules that scrapes `server`."""
    rules = DEPLOY / "prometheus" / "larum.rules.yml"
    async with prometheus(tmp_path, [f"{server.host}:{server.port}"], [rules]) as running:
        yield running
