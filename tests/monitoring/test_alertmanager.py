"""A real Alertmanager with larum's routes: one brand's crisis is told once, at its highest severity, by one way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.core import receivers
from streams.notify.alertmanager import AlertmanagerChannel
from streams.notify.message import message_of
from streams.notify.outgoing import outgoing
from tests.monitoring.alertmanager import Alertmanager, alertmanager, quick
from tests.streams.notify.made import crisis
from tests.streams.notify.recorder import Recorder, recording

pytestmark = pytest.mark.monitoring

OFFICE = {"working-hours"}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Alertmanager]:
    async with alertmanager(tmp_path) as started:
        yield started


async def test_a_crisis_is_told_at_its_highest_severity_only(running: Alertmanager) -> None:
    await running.fire(alertname="BrandCrisisCritical", brand="orlen", severity="critical")
    await running.fire(alertname="BrandCrisisWarning", brand="orlen", severity="warning")
    await running.fire(alertname="BrandCrisisNotice", brand="orlen", severity="notice")
    await running.fire(alertname="BrandCrisisNotice", brand="zabka", severity="notice")
    await running.settled(
        {
            ("BrandCrisisCritical", "orlen"): "active",
            ("BrandCrisisWarning", "orlen"): "suppressed",
            ("BrandCrisisNotice", "orlen"): "suppressed",
            ("BrandCrisisNotice", "zabka"): "active",
        },
    )


async def test_when_nobody_watches_that_alone_is_told_and_crises_still_are(running: Alertmanager) -> None:
    await running.fire(alertname="LarumAbsent", severity="critical")
    await running.fire(alertname="LarumNoPosts", severity="critical")
    await running.fire(alertname="LarumSourceBlind", source="bluesky", severity="warning")
    await running.fire(alertname="BrandCrisisWarning", brand="orlen", severity="warning")
    await running.settled(
        {
            ("LarumAbsent", ""): "active",
            ("LarumNoPosts", ""): "suppressed",
            ("LarumSourceBlind", ""): "suppressed",
            ("BrandCrisisWarning", "orlen"): "active",
        },
    )


async def test_what_came_directly_is_not_told_again_by_rule(running: Alertmanager) -> None:
    await running.fire(alertname="LarumCrisis", brand="orlen", severity="warning", crisis="orlen-1")
    await running.fire(alertname="BrandCrisisWarning", brand="orlen", severity="warning")
    await running.fire(alertname="BrandCrisisNotice", brand="orlen", severity="notice")
    await running.fire(alertname="BrandCrisisWarning", brand="zabka", severity="warning")
    await running.fire(alertname="LarumSourceSilent", source="bluesky", severity="warning", crisis="bluesky-1")
    await running.fire(alertname="LarumSourceBlind", source="bluesky", severity="warning")
    await running.settled(
        {
            ("LarumCrisis", "orlen"): "active",
            ("BrandCrisisWarning", "orlen"): "suppressed",
            ("BrandCrisisNotice", "orlen"): "suppressed",
            ("BrandCrisisWarning", "zabka"): "active",
            ("LarumSourceSilent", ""): "active",
            ("LarumSourceBlind", ""): "suppressed",
        },
    )


async def test_a_rule_that_knows_of_something_graver_is_told(running: Alertmanager) -> None:
    await running.fire(alertname="LarumCrisis", brand="orlen", severity="warning", crisis="orlen-1")
    await running.fire(alertname="BrandCrisisCritical", brand="orlen", severity="critical")
    await running.settled({("LarumCrisis", "orlen"): "suppressed", ("BrandCrisisCritical", "orlen"): "active"})


async def test_both_ways_are_one_incident_of_the_pager_to_its_end(tmp_path: Path) -> None:
    """A rule's alert outlasts the crisis by some minutes: it stays in the incident, and no other one begins."""
    brand = "northquill"
    ruled = {"alertname": "BrandCrisisCritical", "brand": brand, "severity": "critical"}
    async with (
        recording() as recorder,
        alertmanager(tmp_path, quick(tmp_path, recorder.url, now=OFFICE)) as started,
        outgoing(allow_private=True) as calls,
    ):
        receiver = receivers.Alertmanager(name="alertmanager", kind="alertmanager", urls=(started.base,))
        direct = AlertmanagerChannel(receiver, calls, time.time)
        await direct.deliver(message_of(crisis("opened", 0), "en"))
        await until(recorder, "on-call", 1)
        await started.fire(**ruled)
        await started.settled({("LarumCrisis", brand): "active", ("BrandCrisisCritical", brand): "suppressed"})
        await asyncio.sleep(2.5)
        assert [page["status"] for page in pages(recorder, "on-call")] == ["firing"]
        await direct.deliver(message_of(crisis("closed", 1), "en"))
        await until(recorder, "on-call", 2)
        await started.resolve(**ruled)
        await until(recorder, "on-call", 3)
    told = pages(recorder, "on-call")
    assert [page["status"] for page in told] == ["firing", "firing", "resolved"]
    assert len({page["groupKey"] for page in told}) == 1


def pages(recorder: Recorder, receiver: str) -> list[dict[str, str]]:
    return [posted.document for posted in recorder.posted if posted.path == f"/{receiver}"]


async def until(recorder: Recorder, receiver: str, number: int) -> None:
    async with asyncio.timeout(30):
        while len(pages(recorder, receiver)) < number:  # noqa: ASYNC110 - they come from another process
            await asyncio.sleep(0.05)
