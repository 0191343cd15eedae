"""What a worker that was declared dead writes late does not outlive what its successor knows better."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaProducer

from streams.states import unwrap, wrap
from tests.kafka import helpers
from tests.kafka.readers import PARTITIONS, Keeper, numbers, offsets


async def undead(servers: str, topic: str, name: str, offset: int) -> None:
    """Write a state as somebody else does."""
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all") as producer:
        await producer.send_and_wait(topic, wrap(offset, b"undead"), key=f"0/{name}".encode(), partition=0)


async def kept(servers: str, topic: str) -> dict[str, tuple[int, bytes]]:
    """What compaction would leave of partition 0: the last value of each key."""
    return {
        (record.key or b"").decode().removeprefix("0/"): unwrap(record.value or b"")
        for record in await helpers.read(servers, topic)
        if record.partition == 0
    }


async def test_a_late_write_is_noticed_by_the_owner_and_by_whoever_restores(bootstrap_servers: str, name: str) -> None:
    topic = f"{name}-state-changelog"
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    await helpers.create(bootstrap_servers, topic, PARTITIONS)
    await helpers.fill(bootstrap_servers, name, numbers(PARTITIONS))
    first, second = Keeper(bootstrap_servers, name), Keeper(bootstrap_servers, name)
    table = first.table
    try:
        await first.app.start()
        await first.reads(offsets(PARTITIONS))
        await table.put(0, 5, {"velaro": b"true", "brisko": b"true"})
        await undead(bootstrap_servers, topic, "velaro", 3)
        assert (await kept(bootstrap_servers, topic))["velaro"] == (3, b"undead")
        await table.put(0, 6, {"brisko": b"true"})
        assert await kept(bootstrap_servers, topic) == {"velaro": (5, b"true"), "brisko": (6, b"true")}
        written = await helpers.ends(bootstrap_servers, topic)
        await table.put(0, 7, {"brisko": b"true"})
        assert await helpers.ends(bootstrap_servers, topic) == written + 1
        await asyncio.gather(*(table.put(0, 7, {"brisko": b"true"}) for _ in range(20)))
        assert await helpers.ends(bootstrap_servers, topic) == written + 21
        await undead(bootstrap_servers, topic, "brisko", 2)
    finally:
        await first.app.stop()
    await helpers.fill(bootstrap_servers, name, numbers(PARTITIONS))
    try:
        await second.app.start()
        await second.reads({(partition, 1) for partition in range(PARTITIONS)})
        await second.table.put(0, 8, {"northquill": b"true"})
        assert await kept(bootstrap_servers, topic) == {
            "velaro": (5, b"true"), "brisko": (7, b"true"), "northquill": (8, b"true"),
        }  # fmt: skip
        written = await helpers.ends(bootstrap_servers, topic)
        await second.table.put(0, 9, {"northquill": b"true"})
        assert await helpers.ends(bootstrap_servers, topic) == written + 1
    finally:
        await second.app.stop()
