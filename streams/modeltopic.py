"""Snapshots of the sentiment model in a compacted topic: the newest two, one of which is whole whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from aiokafka import TopicPartition

from streams.core.chunks import Chunk, cut, join, read
from streams.core.settings import Kafka
from streams.fromstart import from_start
from streams.matchers import Send

SLOTS = (b"0", b"1")


class Snapshot(NamedTuple):
    """A snapshot as it was found.

    Parameters
    ----------
    slot
        Which of the two places it is kept in.
    offset
        Of its last record.
    data
        What was kept; None where it is of no use.
    fault
        Why it is of no use.
    """

    slot: bytes
    offset: int
    data: bytes | None
    fault: str = ""


class ModelTopic:
    """The topic of snapshots.

    A snapshot is written over the older one of two: one that is not written to its end, or by two workers at a time,
    leaves the other whole. Their keys stay the same, so compaction throws away all that went before.

    Parameters
    ----------
    kafka
        Name of the topic, and how to reach the broker.
    """

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self.name = kafka.models_topic
        self._next = SLOTS[0]

    async def snapshots(self) -> list[Snapshot]:
        """Read the snapshots that are there, the newest first."""
        held: dict[bytes, tuple[int, bytes | None]] = {}
        async for record in from_start(self._kafka, TopicPartition(self.name, 0)):
            held[record.key or b""] = record.offset, record.value
        found = sorted(_snapshots(held), key=lambda snapshot: -snapshot.offset)
        if found:
            self._wrote(found[0].slot)
        return found

    async def put(self, data: bytes, send: Send) -> None:
        """Write a snapshot; it is safe on the broker when this returns."""
        slot, sent = self._next, []
        for number, record in enumerate(cut(data)):
            sent.append(await send(self.name, b"%s.%d" % (slot, number), record, 0))
        await asyncio.gather(*sent)
        self._wrote(slot)

    def _wrote(self, slot: bytes) -> None:
        self._next = SLOTS[1 - SLOTS.index(slot)]


def _snapshots(held: dict[bytes, tuple[int, bytes | None]]) -> Iterable[Snapshot]:
    for slot in SLOTS:
        records = sorted(held[key] for key in held if key.startswith(slot + b"."))
        if records:
            yield _snapshot(slot, records)


def _snapshot(slot: bytes, records: list[tuple[int, bytes | None]]) -> Snapshot:
    """Put together the records of a slot that belong to its newest; those of an older, longer one are left over."""
    offset = records[-1][0]
    try:
        newest = read(records[-1][1] or b"")
        chunks = [chunk for _, value in records if (chunk := _chunk(value)) and chunk.whole == newest.whole]
        return Snapshot(slot, offset, join(chunks))
    except ValueError as error:
        return Snapshot(slot, offset, None, str(error))


def _chunk(value: bytes | None) -> Chunk | None:
    try:
        return read(value or b"")
    except ValueError:
        return None
