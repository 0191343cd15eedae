"""What people say of a crisis on a real broker: from the topic of incidents to the worker that watches."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.incidents import told
from streams.notify.orders import into_topic
from streams.response.verdicts import hand_on
from tests.kafka import story
from tests.kafka.test_rebaseline import until_now
from tests.kafka.workers import quick_stage


async def test_a_false_alarm_closes_the_crisis_that_a_worker_watches(
    tmp_path: Path, bootstrap_servers: str, name: str
) -> None:
    stage = quick_stage(tmp_path, bootstrap_servers, name)
    brand = story.BRANDS[0]

    async def found(*steps: str) -> list[CrisisEvent]:
        return [event for event in await stage.told() if event.data.brand == brand and event.step in steps]

    async def said() -> bool:
        return any("false alarm" in event.data.reason for event in await found("closed"))

    async def opened() -> bool:
        return any(event.data.severity != "notice" for event in await found("opened", "raised"))

    await stage.prepare(until_now())
    with stage.worker() as worker:
        await stage.until(opened, worker)
        events = await stage.told()
        crisis = next(event.subject for event in reversed(events) if event.data.brand == brand)
        word = Action(id="1", incident=crisis, kind="resolved", at=time.time(), by="Ola", false_alarm=True)
        handing = asyncio.create_task(hand_on(told(events, [word]), into_topic(stage.settings.kafka), time.time))
        await stage.until(said, worker)
        handing.cancel()
        await stage.stop(worker)
