"""A rolling restart: workers stopped gently and started again, one after the other, while posts flow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from streams.core.posts import decode as decode_post
from streams.core.settings import Settings
from streams.core.tallies import decode as decode_tallies
from tests.kafka import helpers
from tests.kafka.faults.crew import Crew
from tests.kafka.faults.feed import Feeder, Sent
from tests.kafka.faults.run import NEVER_IDLE, waiting, worked_off
from tests.kafka.faults.verdict import judge
from tests.kafka.workers import Stage, stage_settings

WORKERS = 3
SESSION_SECONDS = 30.0  # nobody waits so long for a worker that says goodbye
SEED = 1


class Rolled(msgspec.Struct):
    """What a rolling restart came to.

    Parameters
    ----------
    calm, restarting
        The longest that a post waited to be matched, seconds, before the first worker was stopped and since.
    counts_again, events_again
        Lines of counts and events that were told more than once.
    wrong
        What is wrong; nothing, if all is well.
    """

    calm: float
    restarting: float
    counts_again: int
    events_again: int
    wrong: list[str]


async def roll(servers: str, name: str, folder: Path) -> Rolled:
    """Restart all workers once, and judge what they said."""
    kafka = {"session_timeout_seconds": SESSION_SECONDS, "fetch_records": 20, "idle_seconds": NEVER_IDLE}
    settings = waiting(stage_settings(servers, name, **kafka))
    stage, sent = Stage(folder, settings), Sent.of(SEED, settings.kafka.partitions)
    await stage.prepare([])
    feeder, crew = Feeder(settings), Crew(stage.config, folder)
    feeding = asyncio.ensure_future(feeder.feed(sent.posts))
    try:
        for number in range(WORKERS):
            crew.start(number)
            await crew.settle(number)
        feeder.limit = len(sent.posts) // (WORKERS + 2)
        await _sent(feeder)
        calm = max((await _waited(settings)).values())
        for number in range(WORKERS):
            feeder.limit += len(sent.posts) // (WORKERS + 2)
            await crew.restart(number)
            await _sent(feeder)
        feeder.limit = len(sent.posts)
        await feeding
        await feeder.send(sent.last)
        wrong = [] if await worked_off(settings, sent) else ["not worked off"]
        await crew.leave(clean=True)
        restarting = max((await _waited(settings)).values())
        findings = await judge(settings, sent.counts(), await asyncio.to_thread(sent.crises, settings))
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await crew.disband()
        await feeder.close()
    wrong = [*wrong, *crew.unclear, *findings.wrong]
    return Rolled(calm, restarting, findings.counts_again, findings.events_again, wrong)


async def _sent(feeder: Feeder) -> None:
    while feeder.sent < feeder.limit:  # noqa: ASYNC110 - it is looked at once in a while
        await asyncio.sleep(0.1)


async def _waited(settings: Settings) -> dict[int, float]:
    """Give how many seconds there were between a post's append and that of the tally it is in, by the post."""
    kafka = settings.kafka
    matched: dict[int, int] = {}
    for record in await helpers.read(kafka.bootstrap_servers, kafka.tallies_topic):
        for tally in decode_tallies(record.value or b"").tallies:
            for mention in tally.mentions:
                matched[mention.post] = min(record.timestamp, matched.get(mention.post, record.timestamp))
    sent: dict[int, int] = {}
    for record in await helpers.read(kafka.bootstrap_servers, kafka.posts_topic):
        sent.setdefault(decode_post(record.value or b"").identity, record.timestamp)
    return {post: (at - sent[post]) / 1_000 for post, at in matched.items()}
