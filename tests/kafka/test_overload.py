"""A worker that is given more than it can take at once, or posts that come little by little: it tells the same."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from streams.core.shedding import DEEPEST
from streams.topics import ensure
from tests.kafka import helpers, story
from tests.kafka.scraping import Labels, ports, scrape
from tests.kafka.workers import Stage, embedded, stage_settings

PARTITIONS = 4
ROUND = 10  # minutes of event time that are appended at once
MOST_BEHIND = 3  # rounds


async def test_posts_that_trickle_in_at_unequal_speed_give_the_crises_of_a_backlog(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    """Every partition is some rounds behind, now more and now less, but none so long that it would count as idle."""
    settings = stage_settings(bootstrap_servers, name, partitions=PARTITIONS, idle_seconds=10.0)
    posts, random = story.posts(), Random(3)
    expected = embedded(settings, posts)
    share = -(-len(posts) // (300 // ROUND))
    rounds = [list(enumerate(posts))[start : start + share] for start in range(0, len(posts), share)]
    waiting: list[list[tuple[int, bytes]]] = [[] for _ in range(PARTITIONS)]
    stage = Stage(tmp_path, settings)
    await ensure(stage.kafka)
    with stage.worker() as worker:
        await stage.ready(1, worker)
        for number in range(len(rounds) + MOST_BEHIND):
            for place, post in rounds[number] if number < len(rounds) else []:
                waiting[place % PARTITIONS].append((place % PARTITIONS, post))
            due: list[tuple[int, bytes]] = []
            for held in waiting:
                part = len(held) if number >= len(rounds) else random.randrange(len(held) + 1)
                due += held[:part]
                del held[:part]
            await helpers.fill(stage.servers, stage.kafka.posts_topic, due)
            await asyncio.sleep(0.1)
        assert not any(waiting)
        await stage.tells(expected, worker)
        await stage.stop(worker)


async def test_of_loud_brands_a_part_is_left_out_while_posts_wait_and_the_counts_are_those_of_all(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    settings = stage_settings(bootstrap_servers, name, partitions=PARTITIONS, shed_after_seconds=0.001)
    posts = story.posts(minutes=8, crisis=range(0), per_minute=400)
    stage = Stage(tmp_path, settings)
    await stage.prepare(posts, batch=100)
    with stage.worker() as worker:
        await stage.ready(1, worker)
        found: dict[str, dict[Labels, float]] = {}
        ratios: set[float] = set()

        async def all_is_judged() -> bool:
            found.update(await asyncio.to_thread(scrape, ports(stage.log)[0]))
            ratios.update(found.get("larum_sampling_ratio", {}).values())
            watermarks = found.get("larum_watermark_timestamp_seconds", {}).values()
            closed = found["larum_closed_timestamp_seconds"][()]
            return len(watermarks) == PARTITIONS and closed >= story.START + 8 * 60.0

        await stage.until(all_is_judged, worker)
        await stage.stop(worker)
    assert sum(found["larum_posts_total"].values()) == len(posts)
    assert min(ratios) == 0.5**DEEPEST
    assert set(found["larum_sampling_ratio"].values()) == {1.0}  # nothing waits any more
    assert found["larum_shed_posts_total"][()] > 0.1 * len(posts)
    judged = sum(found["larum_mentions_total"].values())
    assert judged == pytest.approx(len(posts), rel=0.15)  # there are 97 authors, of whom a part is kept
    assert judged > len(posts) - found["larum_shed_posts_total"][()]
