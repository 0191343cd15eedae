"""`larum worker` on a real broker: the same crises as in one process, whatever happens to the workers."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from streams.core.crises import CrisisEvent
from streams.core.settings import Settings
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, embedded, stage_settings


@pytest.fixture(scope="module")
def posts() -> list[bytes]:
    return story.posts()


@pytest.fixture(scope="module")
def expected(posts: list[bytes]) -> list[CrisisEvent]:
    told = embedded(story.settings(), posts)
    assert told
    return told


@pytest.fixture
def small_bites(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    """A stage whose workers take little at a time, so that there is a middle to be killed in."""
    return Stage(tmp_path, stage_settings(bootstrap_servers, name, fetch_records=20))


@pytest.fixture
def settings(bootstrap_servers: str, name: str) -> Settings:
    return stage_settings(bootstrap_servers, name)


@pytest.mark.parametrize("batch", [1, 100])
async def test_the_same_posts_give_the_same_crises_as_in_one_process(
    tmp_path: Path, settings: Settings, posts: list[bytes], expected: list[CrisisEvent], batch: int
) -> None:
    stage = Stage(tmp_path, settings)
    await stage.prepare(posts, batch)
    with stage.worker() as worker:
        await stage.tells(expected, worker)
        await stage.stop(worker)
    sent = await helpers.read(stage.servers, stage.kafka.posts_topic)
    committed = await helpers.committed(stage.servers, stage.kafka.group, stage.kafka.posts_topic)
    assert sum(committed.values()) == len(sent)
    assert not await helpers.read(stage.servers, stage.kafka.dead_topic)
    for event in await stage.told():
        for post in event.data.telling_posts:
            assert post.origin.startswith(f"{stage.kafka.posts_topic}/")


async def test_a_worker_killed_in_the_middle_and_started_again_tells_the_same(
    small_bites: Stage, posts: list[bytes], expected: list[CrisisEvent]
) -> None:
    stage = small_bites
    await stage.prepare(posts)
    for tallies in (100, 200):
        with stage.worker() as worker:
            await stage.progresses(stage.kafka.tallies_topic, tallies, worker)
            worker.send_signal(signal.SIGKILL)
    with stage.worker() as worker:
        await stage.tells(expected, worker)
        await stage.stop(worker)


async def test_of_two_workers_one_is_killed_and_the_other_carries_on(
    small_bites: Stage, posts: list[bytes], expected: list[CrisisEvent]
) -> None:
    stage = small_bites
    await stage.prepare(posts)
    with stage.worker() as first, stage.worker() as second:
        await stage.progresses(stage.kafka.tallies_topic, 150, first, second)
        first.send_signal(signal.SIGKILL)
        await stage.tells(expected, second)
        await stage.stop(second)


async def test_a_second_worker_joins_and_leaves_without_a_trace(
    small_bites: Stage, posts: list[bytes], expected: list[CrisisEvent]
) -> None:
    stage = small_bites
    await stage.prepare(posts)
    with stage.worker() as first:
        await stage.progresses(stage.kafka.tallies_topic, 50, first)
        with stage.worker() as second:
            await stage.ready(2, first, second)
            await stage.stop(second)
        await stage.tells(expected, first)
        await stage.stop(first)


async def test_poison_between_good_records_is_set_aside_whole_and_its_neighbours_count(
    tmp_path: Path, settings: Settings, posts: list[bytes], expected: list[CrisisEvent]
) -> None:
    stage = Stage(tmp_path, settings)
    middle = len(posts) // 2
    future = json.dumps({"id": "f", "source": "story", "text": "hello", "created_at": time.time() + 3600}).encode()
    bad_lines = [b'{"id": "no text"}', b"\xff\x00 not even JSON", future]
    await stage.prepare(posts[:middle])
    lone, pair = b"lone poison", posts[middle] + b"\n" + bad_lines[0] + b"\n" + posts[middle + 1]
    await helpers.fill(
        stage.servers, stage.kafka.posts_topic, [(0, lone), (1, pair), (2, bad_lines[1]), (3, bad_lines[2]), (0, b"")]
    )
    await stage.prepare(posts[middle + 2 :])
    with stage.worker() as worker:
        await stage.tells(expected, worker)
        await stage.stop(worker)
    dead = {record.value: dict(record.headers) for record in await helpers.read(stage.servers, stage.kafka.dead_topic)}
    assert set(dead) == {lone, *bad_lines, b""}
    start = len(posts[middle]) + 1
    within = dead[bad_lines[0]]
    assert (within["partition"], within["bytes"]) == (b"1", b"%d-%d" % (start, start + len(bad_lines[0])))
    assert within["origin"].startswith(f"{stage.kafka.posts_topic}/1@".encode())
    assert b"missing required field" in within["reason"]
    assert dead[lone]["topic"] == stage.kafka.posts_topic.encode()
    assert b"from the future" in dead[future]["reason"]


async def test_a_worker_without_its_topics_says_so_and_ends(tmp_path: Path, settings: Settings) -> None:
    stage = Stage(tmp_path, settings)
    with stage.worker() as worker:
        assert worker.wait(60) == 2
    assert "'larum topics' creates them" in stage.log.read_text()
