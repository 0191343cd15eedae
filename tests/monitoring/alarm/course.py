"""How an alarm goes while parts are killed: seconds until each way has told, pages, and ends.

The story's crisis begins hours ago by its posts' own time, so that what comes after it need not be waited for; its
posts are handed in as fast as they were written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from itertools import pairwise
from typing import Any

import aiohttp
import msgspec
from aiokafka import ConsumerRecord

from streams.core.crises import CrisisEvent, decode
from streams.told import moment, pages
from tests.kafka import helpers
from tests.kafka.faults.run import worked_off
from tests.monitoring.alarm.parts import Parts, Restartable
from tests.monitoring.alarm.told import Story

WAYS = ("direct", "rules")


class Course(msgspec.Struct):
    """How an alarm went; seconds are counted from the moment at which the bucket that told it could be closed.

    Parameters
    ----------
    topic, metric, by_rule, direct, paged_direct, paged_by_rule, hook
        Until the event was in its topic, the severity in Prometheus, the alert in Alertmanager by the rules and by the
        direct way, with the receiver behind it by each, and with a webhook of larum's own.
    severities
        How many severities the crisis had, of those that page: each is told once.
    pages, resolved
        Pages of the crisis and how often its end was told, by way.
    absent
        Seconds from the worker's end until its absence was told; None where that was not waited for.
    """

    topic: float
    metric: float
    by_rule: float
    direct: float
    paged_direct: float
    paged_by_rule: float
    hook: float
    severities: int
    pages: dict[str, int]
    resolved: dict[str, int]
    absent: float | None = None


async def run(stage: Parts, *, away_seconds: float, settle_seconds: float, wait_for_absence: bool) -> Course:
    """Run the story through all parts, and kill each of them in the middle; then give a second page time to come."""
    told = Story(stage.settings)
    async with AsyncExitStack() as everything:
        everything.push_async_callback(told.close)
        alertmanager = await everything.enter_async_context(Restartable(stage.alertmanager_running))
        prometheus = await everything.enter_async_context(Restartable(stage.prometheus_running))
        with ExitStack() as first:
            first.enter_context(stage.larum("worker"))
            first.enter_context(stage.larum("notify"))
            await told.hand_in_calm()
            assert await worked_off(stage.settings), "what came before the crisis was not worked off"
            course = await _first_page(stage, told)
            await alertmanager.stop()
        await prometheus.stop()
        with ExitStack() as second:
            worker = second.enter_context(stage.larum("worker"))
            second.enter_context(stage.larum("notify"))
            await prometheus.start()
            await asyncio.sleep(away_seconds)
            await alertmanager.start()
            await asyncio.sleep(settle_seconds)
            await told.hand_in_rest()
            for way in WAYS:
                await _until(lambda way=way: stage.pages(way, "resolved"), 900.0, f"no end by {way}")  # type: ignore[misc]
            await asyncio.sleep(settle_seconds)
            await _count(stage, course)
            if wait_for_absence:
                worker.kill()
                ended = time.time()
                await _until(lambda: stage.pages("absent", "firing"), 600.0, "nobody hears that nobody watches")
                course.absent = round(stage.pages("absent", "firing")[0].at - ended, 1)
        return course


async def _count(stage: Parts, course: Course) -> None:
    """Count pages and ends; what was under way when larum was killed may reach the webhook again, by the same name."""
    told = [event for _, event in await _told(stage) if pages(event)]
    course.severities = len({event.data.severity for event in told})
    for way in WAYS:
        course.pages[way] = _news([_severities(page.document) for page in stage.pages(way, "firing")])
        course.resolved[way] = len(stage.pages(way, "resolved"))
    hooked = {one.headers["webhook-id"]: decode(one.body) for one in stage.receiver.posted if one.path == "/hook"}
    course.pages["hook"] = len({event.data.severity for event in hooked.values()})
    course.resolved["hook"] = sum(event.step == "closed" for event in hooked.values())


def _severities(page: Any) -> frozenset[str]:
    return frozenset(alert["labels"]["severity"] for alert in page["alerts"] if alert["status"] == "firing")


def _news(said: Sequence[frozenset[str]]) -> int:
    """Count the pages that tell of an alert that fires, and did not the page before."""
    return sum(bool(now - before) for before, now in pairwise([frozenset[str](), *said]))


async def _told(stage: Parts) -> list[tuple[ConsumerRecord[bytes | None, bytes | None], CrisisEvent]]:
    kafka = stage.settings.kafka
    records = await helpers.read(kafka.bootstrap_servers, kafka.crises_topic)
    return [(record, decode(record.value or b"")) for record in records]


async def _first_page(stage: Parts, told: Story) -> Course:
    """Hand in the crisis as it was written, until every way has told of it."""
    feeding, seeing = asyncio.ensure_future(told.live()), asyncio.ensure_future(_seen(stage))
    try:
        for way in WAYS:
            await _until(lambda way=way: stage.pages(way, "firing"), 400.0, f"no page by {way}")  # type: ignore[misc]
        seen = await asyncio.wait_for(seeing, 60.0)
    finally:
        for task in (feeding, seeing):
            task.cancel()
        await asyncio.wait([feeding, seeing])
    record, event = next((record, event) for record, event in await _told(stage) if pages(event))
    due = moment(event) + stage.settings.detection.lateness_seconds + told.shift
    at = {
        "topic": record.timestamp / 1_000.0,
        **seen,
        "paged_direct": stage.pages("direct", "firing")[0].at,
        "paged_by_rule": stage.pages("rules", "firing")[0].at,
        "hook": next(one.at for one in stage.receiver.posted if one.path == "/hook"),
    }
    return Course(
        **{name: round(seconds - due, 1) for name, seconds in at.items()}, severities=0, pages={}, resolved={}
    )


async def _seen(stage: Parts) -> dict[str, float]:
    """Look every so often at Prometheus and Alertmanager, and note when each knew."""
    found: dict[str, float] = {}
    query = {"query": "max(larum_crisis_severity) >= 2"}
    async with aiohttp.ClientSession() as session:
        while len(found) < 3:
            async with session.get(f"http://{stage.prometheus}/api/v1/query", params=query) as response:
                if (await response.json())["data"]["result"]:
                    found.setdefault("metric", time.time())
            async with session.get(f"http://{stage.alertmanager}/api/v2/alerts") as response:
                names = {alert["labels"]["alertname"] for alert in await response.json()}
            if "LarumCrisis" in names:
                found.setdefault("direct", time.time())
            if names & {"BrandCrisisWarning", "BrandCrisisCritical"}:
                found.setdefault("by_rule", time.time())
            await asyncio.sleep(0.2)
    return found


async def _until(reached: Callable[[], object], seconds: float, otherwise: str) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not reached():  # noqa: ASYNC110 - it comes from another process
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(otherwise) from None
