"""The whole demo, for one seed, as a user runs it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.cli.demo import stay_up
from streams.core.settings import Settings
from streams.demo.evening import Evening
from streams.demo.script import BRANDS
from streams.metrics import Metrics


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "report.html"


@pytest.fixture(scope="module")
def result(report: Path) -> Result:
    return CliRunner().invoke(app, ["demo", "--json", "--report", str(report)])


def test_it_catches_the_crisis_and_pages_nobody_for_anything_else(result: Result) -> None:
    summary = json.loads(result.stdout.splitlines()[-1])
    grades = {one["name"]: one["grade"] for one in summary["happened"]}
    assert result.exit_code == 0
    assert (grades["crisis"], summary["false_pages"], summary["right"]) == ("caught", 0, True)
    assert {grades[name] for name in ("sale", "flood", "angry")} <= {"left alone", "noticed"}


def test_the_report_tells_it(result: Result, report: Path) -> None:
    (crisis,) = (one for one in json.loads(result.stdout.splitlines()[-1])["happened"] if one["crisis"])
    page = report.read_text(encoding="utf-8")
    assert f"Zorzanka: the alarm came {crisis['minutes']:.0f} minutes after the first post." in page
    assert "invented posts" in page
    assert len(page) < 1_500_000


def test_a_report_that_cannot_be_written_is_told_before_the_demo(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--json", "--report", str(tmp_path / "missing" / "report.html")])
    assert result.exit_code == 2
    assert "cannot write the report" in result.stderr


async def test_metrics_stay_up_until_it_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    registry = CollectorRegistry()
    Metrics(registry).brands.adopt("zorzanka")
    told = ""
    task = asyncio.create_task(stay_up(registry, Evening(Settings(brands=BRANDS), [], []), port=0))
    while not (address := re.search(r"http://\S+/metrics", told)):
        await asyncio.sleep(0.01)
        told += capsys.readouterr().err
    async with aiohttp.ClientSession() as client, client.get(address[0]) as answer:
        assert 'brand="zorzanka"' in await answer.text()
    task.cancel()
    await asyncio.wait([task])
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(address[0])
