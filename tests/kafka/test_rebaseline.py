"""`larum rebaseline --kafka` on a real broker: the order goes through the posts topic to the worker that watches."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec
from typer.testing import CliRunner

from streams.cli import app
from tests.kafka import story
from tests.kafka.workers import quick_stage

MINUTES = 240


def until_now() -> list[bytes]:
    """The story, told so that it ends in its crisis, now."""
    told = map(msgspec.json.decode, story.posts(MINUTES, crisis=range(MINUTES - 20, MINUTES)))
    since = time.time() - 60 * MINUTES - story.START
    return [msgspec.json.encode(post | {"created_at": post["created_at"] + since}) for post in told]


async def test_a_worker_that_watches_obeys_an_order_from_the_posts_topic(
    tmp_path: Path, bootstrap_servers: str, name: str
) -> None:
    stage = quick_stage(tmp_path, bootstrap_servers, name)
    brand = story.BRANDS[0]

    async def told(*steps: str) -> bool:
        return any(event.data.brand == brand and event.step in steps for event in await stage.told())

    await stage.prepare(until_now())
    with stage.worker() as worker:
        await stage.until(lambda: told("opened"), worker)
        assert not await told("closed")
        arguments = ["rebaseline", brand, "--kafka", "--config", str(stage.config)]
        done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        assert done.exit_code == 0, done.output
        await stage.until(lambda: told("closed"), worker)  # an hour of calm would be needed without it
        await stage.stop(worker)
