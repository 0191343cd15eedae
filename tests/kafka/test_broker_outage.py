"""A worker outlives a broker that is away for a while, and says so and ends where it stays away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from streams.watchdog import EXIT_CODE
from tests.kafka import story
from tests.kafka.broker import Broker
from tests.kafka.workers import Stage, embedded, stage_settings

AWAY_SECONDS = 20.0


async def test_a_worker_outlives_a_broker_that_comes_back(broker: Broker, name: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path, stage_settings(broker.bootstrap_servers, name, fetch_records=20))
    posts = story.posts()
    middle = len(posts) // 2
    await stage.prepare(posts[:middle])
    with stage.worker() as worker:
        await stage.progresses(stage.kafka.tallies_topic, 50, worker)
        broker.kill()
        await asyncio.sleep(AWAY_SECONDS)
        assert worker.poll() is None, stage.log.read_text()
        await asyncio.to_thread(broker.start)
        await stage.prepare(posts[middle:])
        await stage.tells(embedded(stage.settings, posts), worker)
        await stage.stop(worker)


@pytest.mark.parametrize("busy", [True, False])
async def test_a_worker_whose_broker_stays_away_ends_with_a_last_word(
    broker: Broker, name: str, tmp_path: Path, busy: bool
) -> None:
    settings = stage_settings(broker.bootstrap_servers, name, fetch_records=20)
    server = settings.server.model_copy(update={"stall_seconds": 8.0})
    stage = Stage(tmp_path, settings.model_copy(update={"server": server}))
    await stage.prepare(story.posts(minutes=300 if busy else 1))
    with stage.worker() as worker:
        await stage.progresses(stage.kafka.tallies_topic, 50 if busy else 1, worker)
        if not busy:
            await asyncio.sleep(3)  # until all is read
        broker.kill()
        assert await asyncio.to_thread(worker.wait, 60) == EXIT_CODE, stage.log.read_text()
    told = stage.log.read_text()
    assert "larum: stuck, so this process ends to be started again" in told
    if not busy:
        assert f"the coordinator of the group {name} has been gone for" in told
