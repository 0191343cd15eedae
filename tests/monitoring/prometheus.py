"""A real Prometheus on the loopback that scrapes every second, gone after the test."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import aiohttp

from tests.monitoring.processes import PATIENCE_SECONDS, free_address, serving
from tests.monitoring.programs import program

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: {rules}
scrape_configs:
  - job_name: larum
    static_configs: [{{targets: {targets}}}]
"""


class Sample(NamedTuple):
    """One series at one moment."""

    labels: dict[str, str]
    value: float


class Prometheus:
    """A running Prometheus, to be asked as Grafana asks it."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self._base = base
        self._session = session

    async def query(self, expression: str) -> list[Sample]:
        """The value of an expression now; an expression that Prometheus cannot read fails the test."""
        async with self._session.get(f"{self._base}/api/v1/query", params={"query": expression}) as response:
            answer = await response.json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            return [Sample({}, float(result[1]))]
        return [Sample(series["metric"], float(series["value"][1])) for series in result]

    async def exemplars(self, expression: str) -> list[dict[str, str]]:
        """The labels of all exemplars of the series in an expression, in the last hour."""
        now = time.time()
        asked = {"query": expression, "start": str(now - 3_600), "end": str(now + 60)}
        async with self._session.get(f"{self._base}/api/v1/query_exemplars", params=asked) as response:
            answer = await response.json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        return [exemplar["labels"] for series in answer["data"] for exemplar in series["exemplars"]]

    async def until(self, expression: str, wanted: Callable[[list[Sample]], bool]) -> list[Sample]:
        """Ask until the answer is as wanted; after `PATIENCE_SECONDS` the test fails and shows the last answer."""
        answer: list[Sample] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    answer = await self.query(expression)
                    if wanted(answer):
                        return answer
                    await asyncio.sleep(0.2)
        raise AssertionError(f"{expression} is {answer}")


@contextlib.asynccontextmanager
async def prometheus(folder: Path, targets: Sequence[str], rules: Sequence[Path] = ()) -> AsyncIterator[Prometheus]:
    """Run Prometheus with its data in `folder`, scraping the `targets` (host:port) as the job ``larum``."""
    config = folder / "prometheus.yml"
    config.write_text(CONFIG.format(targets=json.dumps(list(targets)), rules=json.dumps([str(rule) for rule in rules])))
    address = free_address()
    command = [
        program("prometheus", "prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--enable-feature=exemplar-storage",
    ]
    async with serving(command, f"http://{address}/-/ready", folder / "prometheus.log") as session:
        yield Prometheus(f"http://{address}", session)
