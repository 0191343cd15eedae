"""A small application on the transport, for tests: it notes which offsets it gets."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, cast

from streams.consumer import BulkConsumer
from streams.states import CarriedTable
from streams.transport import BulkApp, Whole, nowhere

PARTITIONS = 3
FETCHED = 100  # records at most
QUEUED = 4  # fetches


class Reader:
    """An application whose only agent notes the offsets it gets, and acknowledges those it is allowed to.

    While its gate is shut, the agent does not come to an end with the event it is at.
    """

    def __init__(self, servers: str, name: str, **options: Any) -> None:
        self.events = 0
        self.pause = 0.001  # seconds for each event
        self.gate = asyncio.Event()
        self.gate.set()
        self.seen: dict[int, list[int]] = defaultdict(list)
        self.allowed: Callable[[int, int], bool] = lambda partition, offset: True
        bulk = options.pop("bulk", [name])
        self.app = BulkApp(
            name, bulk=bulk, position=options.pop("position", nowhere), broker=f"kafka://{servers}", store="memory://",
            topic_disable_leader=True, web_enabled=False, stream_wait_empty=True, broker_commit_interval=0.2,
            broker_max_poll_records=FETCHED, broker_session_timeout=10.0, broker_heartbeat_interval=1.0,
            broker_rebalance_timeout=10.0, **options,
        )  # fmt: skip
        topic = self.app.topic(name, schema=Whole(), maxsize=QUEUED)

        async def note(stream: Any) -> None:
            async for event in stream.noack().events():
                records = event.value if bulk else [event.message]
                self.events += 1
                self.seen[event.message.partition].extend(record.offset for record in records)
                await asyncio.sleep(self.pause)
                await self.gate.wait()
                if all(self.allowed(record.partition, record.offset) for record in records):
                    await stream.ack(event)

        self.app.agent(topic)(note)

    async def __aenter__(self) -> Reader:
        await self.app.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.app.stop()

    @property
    def consumer(self) -> BulkConsumer:
        """What the application reads by."""
        return cast("BulkConsumer", self.app.consumer)

    async def reads(self, expected: Iterable[tuple[int, int]]) -> None:
        """Wait until offsets (by partition) have been seen."""
        wanted = set(expected)
        await until(lambda: wanted <= self.taken())

    def taken(self) -> set[tuple[int, int]]:
        """Return what has been seen, by partition and offset."""
        return {(partition, offset) for partition, seen in self.seen.items() for offset in seen}


class Keeper(Reader):
    """A reader with a table, which it does not write to by itself."""

    def __init__(self, servers: str, name: str, **options: Any) -> None:
        super().__init__(servers, name, Table=CarriedTable, **options)
        self.servers, self.name = servers, name
        table = self.app.Table("state", key_type=bytes, value_type=bytes, partitions=PARTITIONS)
        self.table = cast("CarriedTable", table)

    def held(self) -> set[int]:
        """Return the partitions that are this application's now."""
        return {tp.partition for tp in self.app.consumer.assignment() if tp.topic == self.name}


async def until(reached: Callable[[], bool], seconds: float = 150) -> None:
    """Wait, but not for ever, until something has come to pass."""
    async with asyncio.timeout(seconds):  # a member that left without a word holds a group up for a session's length
        while not reached():  # noqa: ASYNC110 - it comes to pass on a broker
            await asyncio.sleep(0.02)


def offsets(count: int) -> set[tuple[int, int]]:
    """Every offset of a topic filled by `numbers(count)`."""
    return {(number % PARTITIONS, number // PARTITIONS) for number in range(count)}


def numbers(count: int) -> list[tuple[int, bytes]]:
    return [(number % PARTITIONS, str(number).encode()) for number in range(count)]
