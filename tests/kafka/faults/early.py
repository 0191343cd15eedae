"""A worker that is killed before it has kept any state: of what it had committed, its successor restores nothing.

There is one partition, so that no other input holds the watermark where this one does not.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.kafka.faults.crew import Crew
from tests.kafka.faults.feed import Feeder, Sent
from tests.kafka.faults.run import NEVER_IDLE, waiting, worked_off
from tests.kafka.faults.verdict import judge
from tests.kafka.workers import Stage, stage_settings

SEED = 1
NO_CHECKPOINT = 3_600.0
FEW = 5  # posts a fetch: often none of the slow source among them


async def killed_early(servers: str, name: str, folder: Path) -> list[str]:
    """Kill a worker that has worked off half of the posts, and let the next go on; return what is wrong."""
    kafka = {"fetch_records": FEW, "idle_seconds": NEVER_IDLE, "checkpoint_seconds": NO_CHECKPOINT, "partitions": 1}
    settings = waiting(stage_settings(servers, name, **kafka))
    stage, sent = Stage(folder, settings), Sent.of(SEED, settings.kafka.partitions)
    await stage.prepare([])
    feeder, crew = Feeder(settings), Crew(stage.config, folder)
    middle = len(sent.posts) // 2
    try:
        crew.start(0)
        await crew.settle(0)
        await feeder.send(sent.posts[:middle])
        wrong = [] if await worked_off(settings) else ["half of it was not worked off"]
        crew.kill(0)
        await feeder.send(sent.posts[middle:] + sent.last)
        crew.start(0)
        await crew.settle(0)
        wrong += [] if await worked_off(settings, sent) else ["not worked off"]
        await crew.leave(clean=True)
        findings = await judge(settings, sent.counts(), await asyncio.to_thread(sent.crises, settings))
    finally:
        await crew.disband()
        await feeder.close()
    return [*wrong, *crew.unclear, *findings.wrong]
