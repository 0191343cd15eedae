"""A real Alertmanager with larum's routes: one brand's crisis is told once, at its highest severity."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.monitoring.processes import PATIENCE_SECONDS, free_address, serving
from tests.monitoring.programs import DEPLOY, program

pytestmark = pytest.mark.monitoring


class Alertmanager:
    """A running Alertmanager, spoken to as Prometheus does."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self._alerts = f"{base}/api/v2/alerts"
        self._session = session

    async def fire(self, **labels: str) -> None:
        async with self._session.post(self._alerts, json=[{"labels": labels}]) as response:
            assert response.status == 200, await response.text()

    async def states(self) -> dict[tuple[str, str], str]:
        """State of each alert by its name and brand: active, suppressed or unprocessed."""
        async with self._session.get(self._alerts) as response:
            alerts = await response.json()
        return {
            (alert["labels"]["alertname"], alert["labels"].get("brand", "")): alert["status"]["state"]
            for alert in alerts
        }


@pytest.fixture
async def alertmanager(tmp_path: Path) -> AsyncIterator[Alertmanager]:
    address = free_address()
    command = [
        program("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={DEPLOY / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={tmp_path}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    async with serving(command, f"http://{address}/-/ready", tmp_path / "alertmanager.log") as session:
        yield Alertmanager(f"http://{address}", session)


async def settled(alertmanager: Alertmanager, expected: dict[tuple[str, str], str]) -> None:
    states: dict[tuple[str, str], str] = {}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while states != expected:
                states = await alertmanager.states()
                await asyncio.sleep(0.1)
    except TimeoutError:
        assert states == expected


async def test_a_crisis_is_told_at_its_highest_severity_only(alertmanager: Alertmanager) -> None:
    await alertmanager.fire(alertname="BrandCrisisCritical", brand="orlen", severity="critical")
    await alertmanager.fire(alertname="BrandCrisisWarning", brand="orlen", severity="warning")
    await alertmanager.fire(alertname="BrandCrisisNotice", brand="orlen", severity="notice")
    await alertmanager.fire(alertname="BrandCrisisNotice", brand="zabka", severity="notice")
    await settled(
        alertmanager,
        {
            ("BrandCrisisCritical", "orlen"): "active",
            ("BrandCrisisWarning", "orlen"): "suppressed",
            ("BrandCrisisNotice", "orlen"): "suppressed",
            ("BrandCrisisNotice", "zabka"): "active",
        },
    )


async def test_when_nobody_watches_that_alone_is_told_and_crises_still_are(alertmanager: Alertmanager) -> None:
    await alertmanager.fire(alertname="LarumAbsent", severity="critical")
    await alertmanager.fire(alertname="LarumNoPosts", severity="critical")
    await alertmanager.fire(alertname="LarumSourceBlind", source="bluesky", severity="warning")
    await alertmanager.fire(alertname="BrandCrisisWarning", brand="orlen", severity="warning")
    await settled(
        alertmanager,
        {
            ("LarumAbsent", ""): "active",
            ("LarumNoPosts", ""): "suppressed",
            ("LarumSourceBlind", ""): "suppressed",
            ("BrandCrisisWarning", "orlen"): "active",
        },
    )
