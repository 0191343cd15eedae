"""Where the audit log is kept: in the state file of `larum watch`, in a topic of Kafka, or for a demo in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.broker import client_options
from streams.core.posts import Unreadable
from streams.core.settings import Kafka
from streams.inflation import guard
from streams.intake import UnavailableError
from streams.storage import Store
from streams.web.audit import Entry, Numbered, decode, encode

POLL_MILLISECONDS = 250

Append = Callable[[bytes, bytes], Awaitable[None]]


class MemoryLog:
    """The audit log of a process that keeps nothing.

    Attributes
    ----------
    entries
        In the order in which they were written.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    async def write(self, entry: Entry) -> None:
        """Add an entry."""
        self.entries.append(entry)

    async def read(self, before: int | None, most: int) -> list[Numbered]:
        """Give the newest entries, newest first."""
        numbered = [Numbered(number, entry) for number, entry in enumerate(self.entries, start=1)]
        return [one for one in reversed(numbered) if before is None or one.number < before][:most]


class StoreLog:
    """The audit log in a state file.

    Parameters
    ----------
    store
        That a `larum watch` has open.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(self, entry: Entry) -> None:
        """Add an entry."""
        self._store.audit(encode(entry))

    async def read(self, before: int | None, most: int) -> list[Numbered]:
        """Give the newest entries, newest first."""
        return [Numbered(number, decode(entry)) for number, entry in self._store.audited(before, most)]


class TopicLog:
    """The audit log in a topic of one partition, which is read backwards, a page at a time.

    Parameters
    ----------
    kafka
        The topic, and how to reach the broker.
    append
        Adds a record by key and value, and returns when it is safe.
    """

    def __init__(self, kafka: Kafka, append: Append) -> None:
        self._kafka = kafka
        self._append = append
        self._partition = TopicPartition(kafka.audit_topic, 0)

    async def write(self, entry: Entry) -> None:
        """Add an entry."""
        await self._append((entry.who or "").encode(), encode(entry))

    async def read(self, before: int | None, most: int) -> list[Numbered]:
        """Give the newest entries, newest first; what is none is passed over.

        Raises
        ------
        UnavailableError
            The broker does not answer.
        """
        guard()
        consumer: AIOKafkaConsumer[Any, Any] = AIOKafkaConsumer(
            **client_options(self._kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
            consumer.assign([self._partition])
            return await self._back(consumer, before, most)
        except KafkaError as error:
            raise UnavailableError("the broker does not give the audit log") from error
        finally:
            await consumer.stop()

    async def _back(self, consumer: AIOKafkaConsumer[Any, Any], before: int | None, most: int) -> list[Numbered]:
        partition, found = self._partition, list[Numbered]()
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        end = end if before is None else min(end, before - 1)  # numbers count from 1, offsets from 0
        while end > begin and len(found) < most:
            start = max(begin, end - (most - len(found)))
            consumer.seek(partition, start)
            page = list[Numbered]()
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=POLL_MILLISECONDS)).get(partition, ()):
                    if record.offset < end and (entry := _entry_in(record.value)):
                        page.append(Numbered(record.offset + 1, entry))
            found += reversed(page)
            end = start
        return found


def _entry_in(record: bytes | None) -> Entry | None:
    try:
        return decode(record or b"")
    except Unreadable:
        return None
