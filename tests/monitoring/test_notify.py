"""Crises in a real Alertmanager by its API: paged once, kept alive, resolved once, whatever restarts in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from streams.core.receivers import Alertmanager
from streams.notify.alertmanager import AlertmanagerChannel
from streams.notify.errors import DeliveryError
from streams.notify.message import Message, message_of
from streams.notify.outgoing import Outgoing, outgoing
from tests.monitoring.processes import free_address, serving
from tests.monitoring.programs import program
from tests.streams.notify.made import crisis
from tests.streams.notify.recorder import Recorder, recording

pytestmark = pytest.mark.monitoring

CONFIG = """
route: {{receiver: pager, group_by: [brand], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: pager
    webhook_configs: [{{url: "{url}/page", send_resolved: true}}]
"""
PATIENCE_SECONDS = 30.0
RESEND_SECONDS = 1.0


class Pager:
    """An Alertmanager with a pager behind it."""

    def __init__(self, folder: Path, pager: Recorder) -> None:
        self.pager = pager
        self.address = free_address()
        self.folder = folder
        (folder / "alertmanager.yml").write_text(CONFIG.format(url=pager.url))

    def running(self) -> AbstractAsyncContextManager[object]:
        command = [
            program("prometheus-alertmanager", "prometheus-alertmanager"),
            f"--config.file={self.folder / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address={self.address}",
            "--cluster.listen-address=",
        ]
        return serving(command, f"http://{self.address}/-/ready", self.folder / "alertmanager.log")

    @property
    def said(self) -> list[tuple[str, frozenset[str]]]:
        """Each page: its status, and the severities of the alerts that fire, or were resolved."""
        pages = [posted.document for posted in self.pager.posted]
        return [
            (page["status"], frozenset(alert["labels"]["severity"] for alert in _of(page, page["status"])))
            for page in pages
        ]


def _of(page: dict[str, list[dict[str, object]]], status: object) -> list[dict[str, dict[str, str]]]:
    return [alert for alert in page["alerts"] if alert["status"] == status]  # type: ignore[misc]


@pytest.fixture
async def pager(tmp_path: Path) -> AsyncIterator[Pager]:
    async with recording() as recorder:
        yield Pager(tmp_path, recorder)


def channel_of(pager: Pager, calls: Outgoing, **options: object) -> AlertmanagerChannel:
    given = {
        "name": "am",
        "kind": "alertmanager",
        "urls": [f"http://{pager.address}"],
        "resend_seconds": RESEND_SECONDS,
    }
    return AlertmanagerChannel(Alertmanager.model_validate(given | options), calls, time.time)


def message(step: str, number: int, severity: str = "warning") -> Message:
    return message_of(crisis(step, number, severity), "en", report_url="https://larum.example/{crisis}")  # type: ignore[arg-type]


async def until(reached: Callable[[], bool], what: Callable[[], object]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not reached():  # noqa: ASYNC110 - it comes from another process
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(what()) from None


async def test_a_crisis_is_paged_once_kept_alive_and_resolved_once(pager: Pager) -> None:
    async with pager.running(), outgoing(allow_private=True) as calls:
        channel = channel_of(pager, calls)
        again = asyncio.ensure_future(channel.again())
        began = time.monotonic()
        await channel.deliver(message("opened", 0))
        await until(lambda: len(pager.said) == 1, lambda: pager.said)
        assert time.monotonic() - began < 15
        await asyncio.sleep(3 * RESEND_SECONDS)
        assert pager.said == [("firing", frozenset({"warning"}))]
        again.cancel()

        restarted = channel_of(pager, calls)  # another process: it knows what was told, and tells it again
        restarted.restore([message("opened", 0)])
        again = asyncio.ensure_future(restarted.again())
        await asyncio.sleep(3 * RESEND_SECONDS)
        assert len(pager.said) == 1
        await restarted.deliver(message("closed", 1))
        await until(lambda: len(pager.said) == 2, lambda: pager.said)
        await asyncio.sleep(3 * RESEND_SECONDS)
        again.cancel()
    assert pager.said == [("firing", frozenset({"warning"})), ("resolved", frozenset({"warning"}))]
    (alert,) = pager.pager.posted[0].document["alerts"]
    assert alert["labels"]["alertname"] == "LarumCrisis"
    assert alert["labels"]["brand"] == "northquill"
    assert "Voices: 120 in 60 min" in alert["annotations"]["description"]
    assert alert["generatorURL"] == f"https://larum.example/{crisis().subject}"


async def test_a_crisis_that_becomes_graver_is_one_alert_of_the_graver_kind(pager: Pager) -> None:
    async with pager.running(), outgoing(allow_private=True) as calls:
        channel = channel_of(pager, calls)
        await channel.deliver(message("opened", 0, "warning"))
        await until(lambda: len(pager.said) == 1, lambda: pager.said)
        await channel.deliver(message("raised", 1, "critical"))
        await until(lambda: ("firing", frozenset({"critical"})) in pager.said, lambda: pager.said)
        await channel.deliver(message("closed", 2, "critical"))
        await until(lambda: pager.said[-1][0] == "resolved", lambda: pager.said)
    assert [status for status, _ in pager.said].count("resolved") == 1


async def test_an_alertmanager_that_was_away_is_told_when_it_is_back_without_a_second_page(pager: Pager) -> None:
    async with outgoing(allow_private=True) as calls:
        channel = channel_of(pager, calls)
        with pytest.raises(DeliveryError, match="does not answer"):
            await channel.deliver(message("opened", 0))
        async with pager.running():
            await channel.deliver(message("opened", 0))
            await until(lambda: len(pager.said) == 1, lambda: pager.said)
        again = asyncio.ensure_future(channel.again())
        await asyncio.sleep(2 * RESEND_SECONDS)
        async with pager.running():
            await asyncio.sleep(4 * RESEND_SECONDS)
            assert pager.said == [("firing", frozenset({"warning"}))]
            await channel.deliver(message("closed", 1))
            await until(lambda: len(pager.said) == 2, lambda: pager.said)
        again.cancel()
    assert pager.said[-1][0] == "resolved"


async def test_one_instance_of_a_cluster_is_enough(pager: Pager) -> None:
    async with pager.running(), outgoing(allow_private=True) as calls:
        channel = channel_of(pager, calls, urls=["http://127.0.0.1:9", f"http://{pager.address}"])
        await channel.deliver(message("opened", 0))
        await until(lambda: len(pager.said) == 1, lambda: pager.said)
