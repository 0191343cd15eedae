"""``larum web`` as an operator runs it: two of them, and one that is killed in the midst of its work."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import aiohttp
import pytest

from streams.core.crises import encode
from streams.topics import ensure
from tests.kafka import helpers
from tests.kafka.workers import stage_settings, toml
from tests.streams.notify.made import crisis
from tests.streams.web.crashing import PERSONS, SUBJECT, lost, running, until_known
from tests.streams.web.entering import token, tokens

WEB = ("web", "--port", "0")


@pytest.fixture
async def folder(bootstrap_servers: str, name: str, tmp_path: Path) -> Path:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    await helpers.fill(bootstrap_servers, settings.kafka.crises_topic, [(0, encode(crisis()))])
    (tmp_path / "larum.toml").write_text(toml(settings) + tokens(tmp_path, PERSONS, "respond"))
    return tmp_path


async def test_what_is_done_at_one_is_told_at_the_other(folder: Path) -> None:
    headers = {"Authorization": f"Bearer {token(PERSONS[0])}"}
    with running(folder, *WEB) as (_, here), running(folder, *WEB) as (_, there):
        await asyncio.gather(until_known(here), until_known(there))
        async with (
            asyncio.timeout(30),
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"{there}/api/v1/events") as events,
        ):
            await events.content.readuntil(b"\n\n")
            path = f"/api/v1/incidents/{SUBJECT}"
            async with session.post(f"{here}{path}/actions", json={"kind": "acknowledged"}) as answer:
                assert answer.status == 201
            while SUBJECT.encode() not in await events.content.readuntil(b"\n\n"):
                pass
            async with session.get(f"{there}{path}") as answer:
                assert (await answer.json())["state"] == "acknowledged"
            async with session.get(f"{there}/metrics") as answer:
                assert 'larum_incidents{state="acknowledged"} 1.0' in await answer.text()


async def test_no_acknowledged_action_is_lost_beside_kafka(folder: Path) -> None:
    acknowledged, missing = await lost(folder, 2, Random(8), *WEB)
    assert len(acknowledged) > 10
    assert not missing
