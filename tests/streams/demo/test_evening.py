"""The evening of the demo as somebody meets it who opens the link that was printed."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from streams.cli.demo import stay_up
from streams.core.crises import CrisisEvent, Interval, Severity
from streams.core.ledger import Voices
from streams.core.readings import Counted, Reading
from streams.core.settings import Settings
from streams.demo.evening import AFTER_ALARM, Evening
from streams.demo.script import BRANDS
from streams.told import moment
from tests.streams.made import alarm

ALARM = 1_792_165_140.0  # on the Friday of the demo
BRAND = "zorzanka"


def readings(first: float, last: float, voices: int = 7) -> list[Reading]:
    return [
        Reading(
            brand=BRAND, bucket=bucket, mentions=voices, negatives=3, voices=Interval(voices, 2.0, 0.0, 5.0),
            hour=Interval(40.0, 20.0, 5.0, 35.0), negativity=Interval(0.4, 0.2, 0.1, 0.3), volume_surprise=1.0,
            negativity_surprise=1.0, severity=Severity.CALM, counted=Counted(Voices(voices, voices, 3)),
        )
        for bucket in range(int(first) // 60 * 60, int(last), 60)
    ]  # fmt: skip


def events() -> list[CrisisEvent]:
    onset = int(ALARM) - 900
    notice = alarm("turmon", ALARM - 86_400, "notice", onset=onset - 86_400)
    return [notice, alarm(BRAND, ALARM, onset=onset), alarm(BRAND, ALARM + 600, "critical", onset=onset, number=2)]


def evening(seconds: list[float]) -> Evening:
    counted = readings(ALARM - 7_200, ALARM + 1_200)
    return Evening(Settings(brands=BRANDS), counted, events(), lambda: seconds[0])


async def test_it_is_joined_after_the_alarm_and_goes_on_by_the_clock() -> None:
    seconds = [50.0]
    one = evening(seconds)
    one.tell()
    assert one.clock() == ALARM + AFTER_ALARM
    [incident] = one.board.incidents.open
    assert (incident.brand, incident.severity) == (BRAND, Severity.WARNING)
    assert one.board.newest + 60 <= one.clock()
    seconds[0] += 600.0
    one.tell()
    assert incident.severity is Severity.CRITICAL
    assert one.board.newest + 60 <= one.clock() < one.board.newest + 180


async def test_nothing_is_told_of_what_the_clock_has_not_reached() -> None:
    one = evening([0.0])
    one.tell()
    [incident] = one.board.incidents.open
    case = await one.case(one.board.settings, incident, [incident], one.clock())
    assert [moment(event) for event in case.events] == [ALARM]
    assert case.course.series.time[-1] <= one.clock()
    tide = await one.tide(one.board.settings, BRAND, incident.onset, ALARM + 1_200)
    assert tide is not None
    nothing = await one.course(one.board.settings, "northquill", incident.onset, one.clock())
    assert len(nothing.series.time) == 0


async def test_its_pages_can_be_answered(capsys: pytest.CaptureFixture[str]) -> None:
    task = asyncio.create_task(stay_up(CollectorRegistry(), evening([0.0]), port=0))
    told = ""
    while not (link := re.search(r"http://\S+/login\?token=\S+", told)):
        await asyncio.sleep(0.01)
        told += capsys.readouterr().err
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        async with client.get(link[0]) as answer:
            start = await answer.text()
        assert "Zorzanka" in start
        address = f"{link[0].split('/login')[0]}/incidents/{events()[1].subject}"
        async with client.get(address) as answer:
            page = await answer.text()
            assert "Nobody has answered" in page
        form = {name: _hidden(page, name) for name in ("csrf", "id")}
        async with client.post(f"{address}/ack", data=form, headers={"Origin": link[0].split("/login")[0]}) as answer:
            assert answer.status == 200
            assert "Nobody has answered" not in await answer.text()
        async with client.get(f"{address}/report") as answer:
            assert answer.status == 200
    task.cancel()
    await asyncio.wait([task])


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]
