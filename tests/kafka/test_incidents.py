"""Incidents on a real broker: what one process writes another reads, and shows what is due of it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from streams.core.actions import Action, Kind
from streams.core.crises import encode
from streams.core.settings import Settings
from streams.response.desk import Desk, at_topics
from streams.response.dues import Dues
from streams.response.following import Follower
from streams.topics import ensure
from streams.web.board import Board
from tests.kafka import helpers
from tests.kafka.workers import stage_settings
from tests.streams.notify.made import crisis

SUBJECT = crisis().subject


@pytest.fixture
async def settings(bootstrap_servers: str, name: str) -> Settings:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    records = [(0, encode(event)) for event in (crisis(severity="warning"), crisis("raised", 1, "critical"))]
    await helpers.fill(bootstrap_servers, settings.kafka.crises_topic, records)
    return settings


async def act(desk: Desk, kind: Kind) -> None:
    await desk.write(Action(id=uuid4().hex, incident=SUBJECT, kind=kind, at=1_767_370_000.0, by="Ola"))


async def test_what_one_does_another_reads(settings: Settings) -> None:
    async with at_topics(settings) as desk:
        assert desk.incidents.known[SUBJECT].state == "open"
        await act(desk, "acknowledged")
    await helpers.fill(settings.kafka.bootstrap_servers, settings.kafka.incidents_topic, [(0, b"no action")])
    async with at_topics(settings) as desk:
        assert desk.incidents.known[SUBJECT].state == "acknowledged"


async def test_what_is_due_is_shown_and_what_was_done_is_not(settings: Settings) -> None:
    registry = CollectorRegistry()
    following = asyncio.ensure_future(Follower(Board(settings), Dues(registry)).from_topics())
    due = "larum_incident_acknowledge_due_timestamp_seconds"
    try:
        async with asyncio.timeout(30), at_topics(settings) as desk:
            while registry.get_sample_value(due, {"brand": "northquill"}) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            await act(desk, "acknowledged")
            while registry.get_sample_value(due, {"brand": "northquill"}) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        following.cancel()
        await asyncio.wait([following])
    assert registry.get_sample_value("larum_incidents", {"state": "acknowledged"}) == 1
