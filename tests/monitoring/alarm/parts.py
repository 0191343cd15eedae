"""The parts on the way from a post to a pager, each of which can be ended and started again."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

from streams.core.settings import Server, Settings
from streams.topics import ensure
from tests.kafka.workers import LARUM, stage_settings, toml
from tests.monitoring.processes import free_address, free_port, serving
from tests.monitoring.programs import DEPLOY, program
from tests.streams.notify.recorder import Posted, Recorder, recording

COMMANDS = ("worker", "notify")

ALERTMANAGER = """
route:
  receiver: nobody
  group_by: [alertname, brand]
  group_wait: 0s
  group_interval: 5s
  repeat_interval: 4h
  routes:
    - {{matchers: [alertname = "LarumCrisis"], receiver: direct, group_by: [brand]}}
    - {{matchers: [alertname =~ "BrandCrisisWarning|BrandCrisisCritical"], receiver: rules, group_by: [brand]}}
    - {{matchers: [alertname = "LarumAbsent"], receiver: absent}}
receivers:
  - name: nobody
  - {{name: direct, webhook_configs: [{{url: "{url}/direct"}}]}}
  - {{name: rules, webhook_configs: [{{url: "{url}/rules"}}]}}
  - {{name: absent, webhook_configs: [{{url: "{url}/absent"}}]}}
"""
PROMETHEUS = """
global: {{scrape_interval: {scrape}s, scrape_timeout: {scrape}s, evaluation_interval: {scrape}s}}
rule_files: ["{rules}"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: larum, static_configs: [{{targets: {targets}}}]}}]
"""
RECEIVERS = """
[[receivers]]
name = "direct"
kind = "alertmanager"
urls = ["http://{alertmanager}"]
resend_seconds = 5
min_severity = "warning"
[[receivers]]
name = "hook"
kind = "webhook"
allow_private = true
"""


class Parts:
    """All parts, each of which can be ended and started again.

    Parameters
    ----------
    settings
        Of larum.
    folder
        For configurations, data and logs.
    receiver
        Writes down what pagers get.
    scrape_seconds
        How often Prometheus scrapes and evaluates.
    keep_firing
        Instead of what larum's rules say, for a test that is not to wait so long; None leaves them as they are.
    """

    def __init__(
        self, settings: Settings, folder: Path, receiver: Recorder, scrape_seconds: int, keep_firing: str | None = None
    ) -> None:
        self.settings, self.folder, self.receiver = settings, folder, receiver
        self.ports = {command: free_port() for command in COMMANDS}
        self.alertmanager, self.prometheus = free_address(), free_address()
        self.config = folder / "larum.toml"
        self.config.write_text(toml(settings) + RECEIVERS.format(alertmanager=self.alertmanager))
        (folder / "alertmanager.yml").write_text(ALERTMANAGER.format(url=receiver.url))
        rules = (DEPLOY / "prometheus" / "larum.rules.yml").read_text()
        if keep_firing:
            rules = re.sub(r"keep_firing_for: \w+", f"keep_firing_for: {keep_firing}", rules)
        (folder / "larum.rules.yml").write_text(rules)
        (folder / "prometheus.yml").write_text(
            PROMETHEUS.format(
                scrape=scrape_seconds,
                rules=folder / "larum.rules.yml",
                alertmanager=self.alertmanager,
                targets=json.dumps([f"127.0.0.1:{self.ports['worker']}"]),
            )
        )

    @contextmanager
    def larum(self, command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command of larum; it is killed at the end, as by ``kill -9``."""
        environ = os.environ | {"LARUM_RECEIVER_HOOK_URL": f"{self.receiver.url}/hook"}
        with (self.folder / f"{command}.log").open("ab") as log:
            process = subprocess.Popen(
                [*LARUM, command, "--config", str(self.config), "--metrics-port", str(self.ports[command])],
                stdout=log, stderr=log, env=environ,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def alertmanager_running(self) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
        """Run Alertmanager."""
        command = [
            program("prometheus-alertmanager", "prometheus-alertmanager"),
            f"--config.file={self.folder / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'alertmanager'}",
            f"--web.listen-address={self.alertmanager}",
            "--cluster.listen-address=",
        ]
        return serving(command, f"http://{self.alertmanager}/-/ready", self.folder / "alertmanager.log")

    def prometheus_running(self) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
        """Run Prometheus."""
        command = [
            program("prometheus", "prometheus"),
            f"--config.file={self.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'prometheus'}",
            f"--web.listen-address={self.prometheus}",
        ]
        return serving(command, f"http://{self.prometheus}/-/ready", self.folder / "prometheus.log")

    def pages(self, way: str, status: str) -> list[Posted]:
        """Give what a receiver behind Alertmanager got: of ``firing``, or ``resolved``."""
        posted = [one for one in self.receiver.posted if one.path == f"/{way}"]
        return [one for one in posted if one.document["status"] == status]


class Restartable:
    """A server that can be ended and started again.

    Parameters
    ----------
    start
        Runs it.
    """

    def __init__(self, start: Callable[[], AbstractAsyncContextManager[object]]) -> None:
        self._start = start
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Restartable:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        await self._running.enter_async_context(self._start())

    async def stop(self) -> None:
        """End it."""
        await self._running.aclose()


@asynccontextmanager
async def parts(
    servers: str, name: str, folder: Path, scrape_seconds: int, keep_firing: str | None = None
) -> AsyncIterator[Parts]:
    """Set everything up on a broker; nothing runs yet but the receiver."""
    settings = stage_settings(servers, name, idle_seconds=3_600.0, checkpoint_seconds=5.0)
    detection = settings.detection.model_copy(
        update={"bucket_seconds": 10, "lateness_seconds": 5.0, "cooldown_minutes": 10}
    )
    settings = settings.model_copy(update={"detection": detection, "server": Server(stall_seconds=60.0)})
    await ensure(settings.kafka)
    async with recording() as receiver:
        yield Parts(settings, folder, receiver, scrape_seconds, keep_firing)
