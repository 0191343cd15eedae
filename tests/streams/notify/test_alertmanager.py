"""What is told to Alertmanager comes in order, however long a post takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

from streams.core.receivers import Alertmanager
from streams.notify.alertmanager import AlertmanagerChannel
from streams.notify.message import message_of
from tests.streams.notify.made import crisis

RESEND_SECONDS = 1.0


class Slow:
    """Takes a post when it is told to, and notes when the alerts end."""

    def __init__(self) -> None:
        self.ends: list[str] = []
        self.calls = 0
        self.gate = asyncio.Event()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        self.calls += 1
        if self.calls == 2:  # an open crisis that is told again
            await self.gate.wait()
        self.ends += [alert["endsAt"] for alert in json.loads(body)]
        return b""


async def test_an_open_crisis_told_again_never_arrives_behind_its_end() -> None:
    slow, now = Slow(), 1_767_370_000.0
    settings = Alertmanager(name="am", kind="alertmanager", urls=("http://am:9093",), resend_seconds=RESEND_SECONDS)
    channel = AlertmanagerChannel(settings, slow, lambda: now)  # type: ignore[arg-type]
    await channel.deliver(message_of(crisis("opened", 0), "en"))
    again = asyncio.ensure_future(channel.again())
    while slow.calls < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    closing = asyncio.ensure_future(channel.deliver(message_of(crisis("closed", 1), "en")))
    await asyncio.sleep(0.05)
    slow.gate.set()
    await closing
    again.cancel()
    assert len(slow.ends) == 3
    assert slow.ends[-1] == min(slow.ends)
