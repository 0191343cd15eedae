"""A backlog of which one partition holds far fewer posts an hour than the others: it waits, the crises are the same.

Read as it comes, that partition would be at its end while the others have hardly begun, and all of its mentions would
be held open.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest

from streams.core.settings import Settings
from streams.topics import ensure
from tests.kafka import helpers, story
from tests.kafka.scraping import ports, scrape
from tests.kafka.workers import Stage, embedded, stage_settings

MINUTES = 1_000
SPARSE = 20  # one of so many posts is in the first partition
BITE = 10  # records in a fetch
DRIFT = 3_600.0
# When the partition begins to wait, four fetches may be queued, and one each in hand, before the queue, on the way.
UNDER_WAY = 8 * BITE * SPARSE * 60.0 / 6.0  # seconds: there are six posts a minute


def partition_of(number: int) -> int:
    return 0 if number % SPARSE == 0 else 1 + number % 3


async def spread(stage: Stage, done: asyncio.Event) -> tuple[float, bool]:
    """How far the partitions were apart at most while all were awake, and whether the first was ever held."""
    widest, held = 0.0, False
    while not done.is_set():
        await asyncio.sleep(0.05)
        marks: dict[str, float] = {}
        for port in ports(stage.log):
            try:
                found = await asyncio.to_thread(scrape, port)
            except OSError:  # it has not begun, or has ended
                continue
            for labels, value in found.get("larum_watermark_timestamp_seconds", {}).items():
                marks[dict(labels)["partition"]] = value
            held |= found.get("larum_partition_held", {}).get((("partition", "0"),), 0.0) == 1.0
        if len(marks) == stage.kafka.partitions:
            widest = max(widest, marks["0"] - min(marks.values()))
    return widest, held


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_sparse_partition_waits_for_the_others_and_the_crises_are_the_same(
    bootstrap_servers: str, name: str, tmp_path: Path, workers: int
) -> None:
    settings: Settings = stage_settings(
        bootstrap_servers, name, fetch_records=BITE, max_drift_seconds=DRIFT, idle_seconds=5.0
    )
    posts = story.posts(MINUTES, crisis=range(800, 820))
    expected = embedded(settings, posts)
    assert "opened" in {event.step for event in expected}
    stage, done = Stage(tmp_path, settings), asyncio.Event()
    await ensure(stage.kafka)
    with ExitStack() as running:
        processes = [running.enter_context(stage.worker()) for _ in range(workers)]
        await stage.ready(workers, *processes)
        records = [(partition_of(number), post) for number, post in enumerate(posts)]
        await helpers.fill(stage.servers, stage.kafka.posts_topic, records)
        watching = asyncio.create_task(spread(stage, done))
        await stage.tells(expected, *processes)
        done.set()
        widest, held = await watching
        for process in processes:
            await stage.stop(process)
    assert held
    assert widest <= DRIFT + UNDER_WAY
