"""A worker that fails says what failed, ends, and leaves its work to the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from detectors.sentiment.model import Scored
from streams.consumer import BulkConsumer
from streams.core.pupil import Learning
from streams.health import Health
from streams.metrics import Metrics
from streams.topics import changelog
from streams.watchdog import EXIT_CODE, Watchdog
from streams.worker import Worker, WorkerError
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, embedded, stage_settings


class BrokenModel(SentimentModel):
    """Fails when it is asked for the tenth time."""

    asked = 0

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Scored]:
        self.asked += 1
        if self.asked == 10:
            raise RuntimeError("the model is broken")
        return super().predict_many(texts, langs)


@pytest.fixture
def stage(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    return Stage(tmp_path, stage_settings(bootstrap_servers, name, fetch_records=50))


def worker(stage: Stage, model: Learning) -> tuple[Worker, Health]:
    health = Health(60, time.monotonic)
    return watched(stage, model, health, Watchdog(health.verdict, 60)), health


def watched(stage: Stage, model: Learning, health: Health, watchdog: Watchdog) -> Worker:
    return Worker(stage.settings, model, Metrics(CollectorRegistry()), health, watchdog)


async def test_a_failure_ends_the_worker_and_the_next_one_misses_nothing(stage: Stage) -> None:
    posts = story.posts()
    await stage.prepare(posts)
    broken, _ = worker(stage, BrokenModel())
    async with asyncio.timeout(60):
        with pytest.raises(WorkerError, match="RuntimeError: the model is broken"):
            await broken.run(asyncio.Event())
    committed = await helpers.committed(stage.servers, stage.kafka.group, stage.kafka.posts_topic)
    assert 0 < sum(committed.values()) <= 9 * 50
    with stage.worker() as sound:
        await stage.tells(embedded(stage.settings, posts), sound)
        await stage.stop(sound)


async def test_a_worker_is_ready_when_it_has_its_share_and_healthy_when_all_is_done(stage: Stage) -> None:
    posts = story.posts(minutes=30)
    await stage.prepare(posts)
    sound, health = worker(stage, SentimentModel())
    assert not health.readiness().ok
    stop = asyncio.Event()
    running = asyncio.ensure_future(sound.run(stop))

    async def done() -> bool:
        committed = await helpers.committed(stage.servers, stage.kafka.group, stage.kafka.posts_topic)
        return sum(committed.values()) == len(posts) and health.verdict().reason == "no work waits"

    await stage.until(done)
    assert health.readiness().ok
    stop.set()
    await running
    assert health.readiness().reason == "stopping"


async def test_a_recovery_that_is_stuck_ends_the_process_with_a_last_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.prepare(story.posts(minutes=30))
    state = changelog(stage.kafka)
    with stage.worker() as sound:
        await stage.progresses(state, 5, sound)
        await stage.stop(sound)
    fetch = BulkConsumer._fetch

    async def without_state(self: BulkConsumer, seconds: float) -> Any:
        generation, fetched = await fetch(self, seconds)
        return generation, {tp: records for tp, records in fetched.items() if tp.topic != state}

    monkeypatch.setattr(BulkConsumer, "_fetch", without_state)
    codes: Queue[int] = Queue()
    health = Health(5, time.monotonic)
    watchdog = Watchdog(health.verdict, 60, codes.put)
    stop = asyncio.Event()
    watchdog.start()
    running = asyncio.ensure_future(watched(stage, SentimentModel(), health, watchdog).run(stop))
    try:
        assert await asyncio.to_thread(codes.get, timeout=60) == EXIT_CODE
        assert f"the recovery of {state} has waited for" in capsys.readouterr().err
    finally:
        watchdog.stop()
        stop.set()
        await running


async def test_an_agent_that_comes_to_an_end_without_a_failure_ends_the_worker(stage: Stage) -> None:
    await stage.prepare(story.posts(minutes=30))
    sound, health = worker(stage, SentimentModel())
    running = asyncio.ensure_future(sound.run(asyncio.Event()))

    async def begun() -> bool:
        return health.readiness().ok

    await stage.until(begun)
    for actor in next(agent for name, agent in sound.app.agents.items() if "watch" in name)._actors:
        actor.actor_task.cancel()
    async with asyncio.timeout(60):
        with pytest.raises(WorkerError, match=r"the agent .*watch has come to an end"):
            await running


async def test_a_worker_that_does_not_come_to_its_end_says_where_it_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.prepare([])
    stuck, _ = worker(stage, SentimentModel())
    let_go = asyncio.Event()

    async def waits_for_good() -> None:
        await let_go.wait()

    close = stuck.teacher.stop
    monkeypatch.setattr(stuck.teacher, "stop", waits_for_good)
    monkeypatch.setattr("streams.worker.STOP_SECONDS", 2.0)
    stop = asyncio.Event()
    stop.set()
    beside = asyncio.create_task(waits_for_good())
    with pytest.raises(WorkerError, match=r"within 2 s .*: Worker\._end > .*waits_for_good > Event\.wait \(locks\.py"):
        await stuck.run(stop)
    assert "waits_for_good > Event.wait (locks.py" in caplog.text
    let_go.set()
    await beside
    await close()
