"""A real Alertmanager on the loopback, spoken to as Prometheus does, gone after the test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import yaml

from tests.monitoring.processes import PATIENCE_SECONDS, free_address, serving
from tests.monitoring.programs import DEPLOY, program

ROUTES = DEPLOY / "alertmanager" / "alertmanager.yml"


class Alertmanager:
    """A running Alertmanager at the address `base`."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base
        self._alerts = f"{base}/api/v2/alerts"
        self._session = session

    async def fire(self, **labels: str) -> None:
        await self._post({"labels": labels})

    async def resolve(self, **labels: str) -> None:
        await self._post({"labels": labels, "endsAt": datetime.now(UTC).isoformat()})

    async def states(self) -> dict[tuple[str, str], str]:
        """State of each alert by its name and brand: active, suppressed or unprocessed."""
        async with self._session.get(self._alerts) as response:
            alerts = await response.json()
        return {
            (alert["labels"]["alertname"], alert["labels"].get("brand", "")): alert["status"]["state"]
            for alert in alerts
        }

    async def settled(self, expected: dict[tuple[str, str], str]) -> None:
        """Wait until the alerts' states are as expected; after `PATIENCE_SECONDS` the test fails and shows them."""
        states: dict[tuple[str, str], str] = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while states != expected:
                    states = await self.states()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            assert states == expected

    async def _post(self, alert: dict[str, object]) -> None:
        async with self._session.post(self._alerts, json=[alert]) as response:
            assert response.status == 200, await response.text()


@contextlib.asynccontextmanager
async def alertmanager(folder: Path, config: Path = ROUTES) -> AsyncIterator[Alertmanager]:
    """Run Alertmanager with its data in `folder`."""
    address = free_address()
    command = [
        program("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={config}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    async with serving(command, f"http://{address}/-/ready", folder / "alertmanager.log") as session:
        yield Alertmanager(f"http://{address}", session)


def quick(folder: Path, url: str, *, now: set[str]) -> Path:
    """Write larum's routes with a receiver behind each, no waiting, and those time intervals on that are named."""
    config = yaml.safe_load(ROUTES.read_text())
    for interval in config["time_intervals"]:
        interval["time_intervals"] = [{} if interval["name"] in now else {"years": ["1999"]}]
    for receiver in config["receivers"]:
        receiver["webhook_configs"] = [{"url": f"{url}/{receiver['name']}", "send_resolved": True}]
    routes = [config["route"]]
    while routes:
        route = routes.pop()
        route |= {"group_wait": "1s", "group_interval": "1s"}
        routes += route.get("routes", [])
    folder.mkdir(exist_ok=True)
    written = folder / "alertmanager.yml"
    written.write_text(yaml.safe_dump(config))
    return written
