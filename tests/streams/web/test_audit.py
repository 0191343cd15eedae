"""What is allowed is written down or not done; what is refused is written down and cannot fill the log."""

from __future__ import annotations

import msgspec
import pytest

from streams.core.posts import Unreadable
from streams.intake import UnavailableError
from streams.web.audit import MOST_A_WINDOW, WINDOW_SECONDS, Audit, Entry, decode, encode
from tests.streams.web.entering import OLA, Memory

ENTRY = Entry(
    at=1_767_369_600.5, what="action", outcome="allowed", who="ola", role="respond", address="192.0.2.1",
    detail="noted", incident="c0ffee", action="1",
)  # fmt: skip


def test_an_entry_is_read_as_it_was_written_and_its_version_is_told() -> None:
    assert decode(encode(ENTRY)) == ENTRY
    assert msgspec.json.decode(encode(ENTRY))["version"] == 1
    for record in (b"", b"{}", b"\xff", encode(ENTRY).replace(b'"version":1', b'"version":2')):
        with pytest.raises(Unreadable):
            decode(record)


async def test_what_cannot_be_written_is_not_to_be_done() -> None:
    memory = Memory()
    audit = Audit(memory, lambda: 5.0)
    await audit.tell("action", "allowed", OLA, "192.0.2.1", "noted", "c0ffee", "1")
    memory.full = True
    with pytest.raises(UnavailableError):
        await audit.tell("action", "allowed", OLA, "192.0.2.1", "noted", "c0ffee", "2")
    assert [entry.action for entry in memory.entries] == ["1"]


async def test_a_flood_of_refusals_is_counted_and_none_is_lost() -> None:
    now = [10_000.0]
    memory = Memory()
    audit = Audit(memory, lambda: now[0])
    for number in range(30_000):
        await audit.refuse(None, f"192.0.2.{number % 250}", "401 GET /")
        now[0] += 3 * WINDOW_SECONDS / 30_000
    await audit.settle()
    assert sum(entry.count for entry in memory.entries) == 30_000
    assert len(memory.entries) <= 4 * (2 * MOST_A_WINDOW + 1)


async def test_who_is_refused_first_in_a_while_is_told_at_once() -> None:
    now = [10_000.0]
    memory = Memory()
    audit = Audit(memory, lambda: now[0])
    for _ in range(3):
        await audit.refuse(OLA, "192.0.2.1", "403 GET /api/v1/audit")
    assert [(entry.who, entry.role, entry.count) for entry in memory.entries] == [("ola", "respond", 1)]
    now[0] += WINDOW_SECONDS
    await audit.refuse(OLA, "192.0.2.1", "403 GET /api/v1/audit")
    assert [entry.count for entry in memory.entries] == [1, 2, 1]


async def test_a_log_that_is_away_keeps_nobody_from_ending() -> None:
    memory = Memory()
    audit = Audit(memory, lambda: 10_000.0)
    for _ in range(2):
        await audit.refuse(None, "192.0.2.1", "401 GET /")
    memory.full = True
    await audit.close(None)
    assert [entry.count for entry in memory.entries] == [1]
