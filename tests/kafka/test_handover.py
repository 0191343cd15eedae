"""A worker that is told to end hands its partitions over at once, and says so at its probes."""

from __future__ import annotations

import asyncio
import signal
import time
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams.core.tallies import decode
from streams.health import Health
from streams.metrics import Metrics
from streams.producer import Producer
from streams.watchdog import Watchdog
from streams.worker import Worker
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, stage_settings

GAP_SECONDS = 8.0  # at most, from SIGTERM to the first answer about the moved partitions; less than a session


@pytest.fixture
def stage(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    return Stage(tmp_path, stage_settings(bootstrap_servers, name, session_timeout_seconds=30.0))


async def live_posts(stage: Stage, stop: asyncio.Event) -> None:
    """Send a post to every partition ten times a second, each dated now."""
    number = 0
    async with Producer(stage.kafka) as producer:
        while not stop.is_set():
            for _ in range(20):
                number += 1
                await producer.send(
                    msgspec.json.encode(
                        {"id": str(number), "source": "live", "text": "northquill", "created_at": time.time()}
                    )
                )
            await producer.flush()
            await asyncio.sleep(0.1)


async def moments(stage: Stage) -> dict[int, list[float]]:
    """When tallies of each input were appended, by the broker's word, seconds."""
    found: dict[int, list[float]] = {}
    for record in await helpers.read(stage.servers, stage.kafka.tallies_topic):
        found.setdefault(decode(record.value or b"").input, []).append(record.timestamp / 1000)
    return found


async def test_the_others_take_over_at_once_when_a_worker_is_told_to_end(stage: Stage) -> None:
    await stage.prepare([])
    stop = asyncio.Event()
    with stage.worker() as first, stage.worker() as second:
        await stage.ready(2, first, second)
        feeding = asyncio.ensure_future(live_posts(stage, stop))
        await stage.progresses(stage.kafka.tallies_topic, 40, first, second)
        await asyncio.sleep(2)
        told = time.time()
        first.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(first.wait, 60) == 0
        left = time.time()
        await asyncio.sleep(2 * GAP_SECONDS)
        stop.set()
        await feeding
        await stage.stop(second)
    answers = await moments(stage)
    assert sorted(answers) == list(range(stage.kafka.partitions))
    gaps = {}
    for number, times in answers.items():
        around = sorted(one for one in times if told - 2 <= one)
        gaps[number] = max(after - before for before, after in pairwise(around))
    print(f"SIGTERM to exit {left - told:.2f} s; the longest silence of each partition {gaps}")
    assert max(gaps.values()) < GAP_SECONDS


async def test_a_worker_is_not_ready_while_the_group_meets(stage: Stage) -> None:
    await stage.prepare(story.posts(minutes=10))
    registry, health = CollectorRegistry(), Health(60, time.monotonic)
    worker = Worker(stage.settings, SentimentModel(), Metrics(registry), health, Watchdog(health.verdict, 60))
    stop = asyncio.Event()
    running = asyncio.ensure_future(worker.run(stop))
    seen: list[str] = []

    async def probe() -> None:
        while True:
            seen.append(health.readiness().reason)
            await asyncio.sleep(0.05)

    async def ready() -> bool:
        return health.readiness().ok

    async def halved() -> bool:
        return registry.get_sample_value("larum_assigned_partitions", {"topic": "posts"}) == 2

    async def all_is_read() -> bool:
        """Tell whether all partitions of both topics are this worker's, and nothing waits in any."""
        inputs = [(topic, str(number)) for topic in ("posts", "tallies") for number in range(4)]
        return all(
            registry.get_sample_value("larum_lag_records", {"topic": topic, "partition": number}) == 0
            for topic, number in inputs
        )

    await stage.until(ready)
    probing = asyncio.ensure_future(probe())
    with stage.worker() as second:
        await stage.ready(1, second)
        await stage.until(halved)
        await stage.until(ready)
        await stage.stop(second)
    await stage.until(all_is_read)
    await stage.until(ready)
    probing.cancel()
    stop.set()
    await running
    assert "the group is meeting, or state is being restored" in seen
    assert seen[0] == "ready"
    meetings = registry.get_sample_value("larum_rebalances_total")
    assert meetings is not None
    assert meetings >= 2
    assert (registry.get_sample_value("larum_rebalance_seconds_count") or 0) >= 2
    assert registry.get_sample_value("larum_ready") == 0
    assert (registry.get_sample_value("larum_restored_records_total") or 0) > 0
    assert health.readiness().reason == "stopping"
