"""``larum notify`` as an operator runs it: crises of a real broker, receivers that fail, a process that is killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.core.crises import CrisisEvent, encode
from streams.core.settings import Settings
from streams.notify.topic import group_of
from streams.topics import ensure
from tests.kafka import helpers
from tests.kafka.workers import LARUM, stage_settings, toml
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.notify.recorder import Recorder, recording

PATIENCE_SECONDS = 60.0
RECEIVERS = """
[[receivers]]
name = "hook"
kind = "webhook"
allow_private = true
[[receivers]]
name = "chat"
kind = "slack"
allow_private = true
"""


class Desk:
    """A topic of crises, a configuration, and the receivers' servers."""

    def __init__(self, settings: Settings, folder: Path, hook: Recorder, chat: Recorder) -> None:
        self.settings, self.hook, self.chat = settings, hook, chat
        self.config, self.log = folder / "larum.toml", folder / "notify.log"
        self.config.write_text(toml(settings) + RECEIVERS)

    async def say(self, *events: CrisisEvent) -> None:
        kafka = self.settings.kafka
        await helpers.fill(kafka.bootstrap_servers, kafka.crises_topic, [(0, encode(event)) for event in events])

    @contextmanager
    def notifying(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run ``larum notify``; it is killed at the end, as by ``kill -9``."""
        secrets = {"LARUM_RECEIVER_HOOK_URL": f"{self.hook.url}/in", "LARUM_RECEIVER_CHAT_URL": f"{self.chat.url}/chat"}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*LARUM, "notify", "--config", str(self.config), "--metrics-port", "0"],
                stdout=log, stderr=log, env=os.environ | secrets,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    async def until(self, reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not reached():
                    assert process.poll() is None, "it has ended"
                    await asyncio.sleep(0.05)
        except (TimeoutError, AssertionError) as error:
            raise AssertionError(f"{error}: {self.told}; {self.log.read_text()}") from error

    async def joined(self) -> None:
        """Wait until the webhook's group has noted where it begins."""
        kafka = self.settings.kafka
        group = group_of(kafka, "hook")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await helpers.committed(kafka.bootstrap_servers, group, kafka.crises_topic):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    @property
    def told(self) -> list[str]:
        """Ids of the events that the webhook got."""
        return [posted.headers["webhook-id"] for posted in self.hook.posted]


@pytest.fixture
async def desk(bootstrap_servers: str, name: str, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    async with recording() as hook, recording() as chat:
        yield Desk(settings, tmp_path, hook, chat)


def ids(events: Sequence[CrisisEvent]) -> list[str]:
    return [event.id for event in events]


async def test_a_new_receiver_hears_of_open_crises_and_misses_no_step_whatever_is_killed(desk: Desk) -> None:
    past = [crisis("opened", 0), crisis("closed", 1)]
    open_now = [crisis("opened", 0, onset=FRIDAY + 3_600)]
    await desk.say(*past, *open_now)
    desk.chat.answers = [500] * 1_000
    with desk.notifying() as process:
        await desk.until(lambda: desk.told == ids(open_now), process)
        await desk.say(raised := crisis("raised", 1, onset=FRIDAY + 3_600))
        await desk.until(lambda: desk.told[-1:] == [raised.id], process)
    await desk.say(open_now[0], closed := crisis("closed", 2, onset=FRIDAY + 3_600))  # the first is said again
    desk.chat.posted.clear()
    desk.chat.answers.clear()
    with desk.notifying() as process:
        await desk.until(lambda: desk.told[-1:] == [closed.id], process)
        assert list(dict.fromkeys(desk.told)) == [*ids(open_now), raised.id, closed.id]
        assert len(desk.told) <= 4  # what was under way when it was killed may come again, by the same name
        titles = ["Critical", "Critical", "Over"]  # who was away hears of all of it, in order
        await desk.until(lambda: len(desk.chat.posted) >= len(titles), process)
        assert [posted.document["text"].partition(":")[0] for posted in desk.chat.posted] == titles
    assert "/chat" not in desk.log.read_text()


async def test_what_a_receiver_refuses_goes_to_the_dead_letters(desk: Desk) -> None:
    desk.hook.answers = [422]
    with desk.notifying() as process:
        await desk.joined()
        await desk.say(first := crisis("opened", 0), second := crisis("closed", 1))
        await desk.until(lambda: desk.told == [first.id, second.id], process)
    kafka = desk.settings.kafka
    (letter,) = await helpers.read(kafka.bootstrap_servers, kafka.dead_topic)
    assert letter.value == encode(first)
    assert dict(letter.headers)["origin"] == f"hook: {first.id}".encode()
