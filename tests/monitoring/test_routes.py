"""Who is told of which alert, and at which hour."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
import yaml

from deploy.alertmanager import calendar
from tests.monitoring.alertmanager import ROUTES, alertmanager, quick
from tests.monitoring.processes import PATIENCE_SECONDS
from tests.monitoring.programs import DEPLOY, amtool
from tests.streams.notify.recorder import recording

INTERVALS = {one["name"]: one["time_intervals"] for one in yaml.safe_load(ROUTES.read_text())["time_intervals"]}
ON = {
    "working hours": {"working-hours"},
    "night": {"nights"},
    "weekend": {"weekends"},
    "holiday at noon": {"working-hours", "polish-holidays"},  # many are on a weekday
}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@pytest.mark.monitoring
@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("alertname=LarumCrisis severity=critical brand=orlen crisis=orlen-1", "on-call,desk"),
        ("alertname=LarumCrisis severity=warning brand=orlen crisis=orlen-1", "on-call,desk"),
        ("alertname=LarumCrisis severity=notice brand=orlen crisis=orlen-1", "desk"),
        ("alertname=BrandCrisisCritical severity=critical brand=orlen", "on-call,desk"),
        ("alertname=BrandCrisisWarning severity=warning brand=orlen", "on-call,desk"),
        ("alertname=BrandCrisisNotice severity=notice brand=orlen", "desk"),
        ("alertname=LarumSourceSilent severity=warning source=bluesky crisis=bluesky-1", "operators"),
        ("alertname=LarumDeadLetters severity=warning", "operators"),
        ("alertname=LarumAbsent severity=critical", "operators-on-call"),
        ("alertname=Watchdog severity=none", "dead-mans-switch"),
    ],
)
def test_alertmanager_sends_each_alert_where_it_belongs(labels: str, receivers: str) -> None:
    amtool("config", "routes", "test", f"--config.file={ROUTES}", f"--verify.receivers={receivers}", *labels.split())


@pytest.mark.monitoring
def test_alertmanager_accepts_its_configuration() -> None:
    assert "SUCCESS" in amtool("check-config", ROUTES)


@pytest.mark.monitoring
async def test_who_is_told_depends_on_the_hour(tmp_path: Path) -> None:
    always = {"critical": {"on-call", "desk"}}
    away = always | {"warning": {"on-call"}, "notice": set()}
    told = {
        "working hours": always | {"warning": {"desk"}, "notice": {"desk"}},
        "night": away,
        "weekend": away,
        "holiday at noon": away,
    }
    found = await asyncio.gather(*(told_by_severity(tmp_path / moment, ON[moment], told[moment]) for moment in told))
    assert dict(zip(told, found, strict=True)) == told


async def told_by_severity(folder: Path, now: set[str], expected: dict[str, set[str]]) -> dict[str, set[str]]:
    """Names of the receivers that hear of a crisis of each severity while some time intervals are on."""
    told: dict[str, set[str]] = {severity: set() for severity in expected}
    async with recording() as recorder, alertmanager(folder, quick(folder, recorder.url, now=now)) as running:
        for severity in expected:
            await running.fire(alertname="LarumCrisis", brand=severity, severity=severity, crisis="1")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while told != expected:
                    await asyncio.sleep(0.1)
                    for posted in recorder.posted:
                        told[posted.document["commonLabels"]["severity"]].add(posted.path[1:])
        await asyncio.sleep(1.5)  # longer than it takes, for what must not come
    for posted in recorder.posted:
        told[posted.document["commonLabels"]["severity"]].add(posted.path[1:])
    return told


def test_the_routes_name_only_alerts_that_there_are() -> None:
    rules = (DEPLOY / "prometheus" / "larum.rules.yml").read_text()
    direct = (DEPLOY.parent / "streams" / "notify" / "alertmanager.py").read_text()
    there = set(re.findall(r"alert: (\w+)", rules)) | set(re.findall(r'"(Larum\w+)"', direct))
    config = yaml.safe_load(ROUTES.read_text())
    matchers = json.dumps([config["route"], config["inhibit_rules"]])
    named = set(re.findall(r"\b((?:Larum|Brand)\w+(?:\.\+)?|Watchdog)", matchers))
    assert named
    assert {name for name in named if not any(re.fullmatch(name, alert) for alert in there)} == set()


def test_the_calendar_is_what_the_code_makes_of_the_holidays() -> None:
    text = ROUTES.read_text()
    assert calendar.written(text) == text, "run: python -m deploy.alertmanager.calendar"


def test_the_calendar_reaches_far_enough_ahead() -> None:
    """When this fails, move YEARS in deploy/alertmanager/calendar.py and run it."""
    assert datetime.now(UTC).year + 2 in calendar.YEARS


def test_every_hour_of_two_years_is_the_desks_or_that_of_whoever_is_on_call() -> None:
    free = holidays.country_holidays("PL", years=range(2026, 2028))
    hour = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    desk = 0
    while hour.year < 2028:
        local = hour.astimezone(ZoneInfo("Europe/Warsaw"))
        office = on("working-hours", hour) and not on("polish-holidays", hour)
        assert office == (local.weekday() < 5 and 8 <= local.hour < 18 and local.date() not in free), local
        assert office != any(on(name, hour) for name in ("nights", "weekends", "polish-holidays")), local
        desk += office
        hour += timedelta(hours=1)
    assert desk == 10 * sum(day.weekday() < 5 and day not in free for day in days(2026, 2028))


def days(first: int, last: int) -> list[date]:
    return [date(first, 1, 1) + timedelta(days=day) for day in range((date(last, 1, 1) - date(first, 1, 1)).days)]


def on(name: str, moment: datetime) -> bool:
    """Tell whether a named time interval holds a moment, as Alertmanager's documentation says it does."""
    return any(_within(interval, moment) for interval in INTERVALS[name])


def _within(interval: dict[str, Any], moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(interval["location"]))
    times = interval.get("times", [{"start_time": "00:00", "end_time": "24:00"}])
    return (
        str(local.year) in interval.get("years", [str(local.year)])
        and str(local.month) in interval.get("months", [str(local.month)])
        and str(local.day) in interval.get("days_of_month", [str(local.day)])
        and local.weekday() in _weekdays(interval.get("weekdays", ["monday:sunday"]))
        and any(time["start_time"] <= f"{local:%H:%M}" < time["end_time"] for time in times)
    )


def _weekdays(ranges: list[str]) -> set[int]:
    ends = [one.split(":") for one in ranges]
    return {
        day for first, *last in ends for day in range(WEEKDAYS.index(first), WEEKDAYS.index((last or [first])[0]) + 1)
    }
