"""The dead man's switch: a sign of life while all is well, and none when it is not."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry

from streams.health import Verdict
from streams.notify.heartbeat import Heartbeat
from streams.notify.tally import Tally
from tests.streams.notify.recorder import recording

WELL, STUCK = Verdict(True, "no work waits"), Verdict(False, "work has waited")


async def test_life_is_shown_while_work_gets_done_and_only_then() -> None:
    registry, health, beats = CollectorRegistry(), [WELL, STUCK, WELL, STUCK], 4
    ended = asyncio.Event()

    async def sleep(_: float) -> None:
        if not health:
            ended.set()
            await asyncio.Event().wait()

    async with recording() as server:
        server.answers = [200, 500]  # an answer that is none is no end
        heart = Heartbeat(
            f"{server.url}/ping", 60.0, lambda: health.pop(0), Tally(registry, []), allow_private=True, sleep=sleep
        )
        beating = asyncio.ensure_future(heart.beat())
        await asyncio.wait_for(ended.wait(), 10)
        assert not beating.done()
        beating.cancel()
        await asyncio.wait([beating])
        assert [posted.path for posted in server.posted] == ["/ping"] * (beats // 2)
    assert (registry.get_sample_value("larum_heartbeat_timestamp_seconds") or 0.0) > 1.7e9
