"""A pause: all that came has been worked off and every input rests; then the workers are gone, and a backlog comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from streams.core.posts import decode
from tests.kafka import story
from tests.kafka.faults.crew import Crew
from tests.kafka.faults.feed import MINUTES, Feeder, Sent
from tests.kafka.faults.run import waiting, worked_off
from tests.kafka.faults.verdict import judge
from tests.kafka.workers import Stage, stage_settings

IDLE_SECONDS = 1.0
REST_SECONDS = 8.0  # until every input rests, and has given its word for it
SEED = 1


async def pause(servers: str, name: str, folder: Path, *, gone: bool) -> list[str]:
    """Let a backlog of two hours come after a pause; return what is wrong.

    Parameters
    ----------
    gone
        Whether the worker is gone while the backlog comes; else it meets it awake.
    """
    settings = waiting(stage_settings(servers, name, fetch_records=50, idle_seconds=IDLE_SECONDS))
    stage, sent = Stage(folder, settings), Sent.of(SEED, settings.kafka.partitions)
    middle = story.START + 60 * MINUTES // 2
    before = [post for post in sent.posts if decode(post).timestamp < middle]
    await stage.prepare([])
    feeder, crew = Feeder(settings), Crew(stage.config, folder)
    try:
        crew.start(0)
        await crew.settle(0)
        await feeder.send(before)
        wrong = [] if await worked_off(settings) else ["not worked off before the pause"]
        await asyncio.sleep(REST_SECONDS)
        if gone:
            await crew.leave(clean=True)
        await feeder.send([post for post in sent.posts if decode(post).timestamp >= middle] + sent.last)
        if gone:
            crew.start(0)
        await crew.settle(0)
        wrong += [] if await worked_off(settings, sent) else ["not worked off after the pause"]
        await crew.leave(clean=True)
        crises, further = await asyncio.to_thread(lambda: (sent.crises(settings), sent.further(settings)))
        findings = await judge(settings, sent.counts(), crises, further)
    finally:
        await crew.disband()
        await feeder.close()
    return [*wrong, *crew.unclear, *findings.wrong]
