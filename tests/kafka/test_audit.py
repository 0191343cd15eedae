"""The audit log in a topic: what is written by several is read backwards, a page at a time."""

from __future__ import annotations

import pytest

from streams.core.settings import Kafka
from streams.intake import UnavailableError
from streams.response.appending import Appender
from streams.topics import ensure
from streams.web.audit import Audit, Entry, encode
from streams.web.auditlogs import TopicLog
from streams.web.people import Person
from tests.kafka import helpers
from tests.kafka.workers import stage_settings


@pytest.fixture
async def kafka(bootstrap_servers: str, name: str) -> Kafka:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    return settings.kafka


def entry(number: int) -> Entry:
    return Entry(
        at=1_767_369_600.0 + number, what="action", outcome="allowed", who="ola", role="respond", address="192.0.2.1",
        detail="noted", incident="c0ffee", action=str(number),
    )  # fmt: skip


async def test_the_newest_come_first_and_what_is_none_is_passed_over(kafka: Kafka) -> None:
    appenders = [Appender(kafka, kafka.audit_topic) for _ in range(2)]
    logs = [TopicLog(kafka, appender.append) for appender in appenders]
    try:
        assert await logs[0].read(None, 10) == []
        for number in range(7):
            await logs[number % 2].write(entry(number))
            if number == 3:
                await helpers.fill(kafka.bootstrap_servers, kafka.audit_topic, [(0, b"none"), (0, b"{}")])
        pages, before = list[list[str | None]](), None
        while page := await logs[1].read(before, 3):
            pages.append([one.entry.action for one in page])
            before = page[-1].number
        assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    finally:
        for appender in appenders:
            await appender.close()


async def test_what_cannot_be_written_or_read_is_told(kafka: Kafka) -> None:
    away = kafka.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    appender = Appender(away, away.audit_topic)
    log = TopicLog(away, appender.append)
    with pytest.raises(UnavailableError):
        await Audit(log).tell("action", "allowed", Person("ola", "respond"), "192.0.2.1", "noted")
    with pytest.raises(UnavailableError):
        await log.read(None, 1)


def test_an_entry_fits_a_record() -> None:
    longest = Entry(
        at=1e9, what="action", outcome="allowed", who="ż" * 200, role="respond", address="x" * 50, detail="ż" * 200,
        incident="x" * 200, action="x" * 200,
    )  # fmt: skip
    assert len(encode(longest)) < 2_000
