"""The transport on a real broker: whole batches, honest commits, positions from the state, no hole in a rebalance."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from faust.types import TP

from streams.consumer import BulkConsumer
from tests.kafka import helpers
from tests.kafka.readers import FETCHED, PARTITIONS, QUEUED, Reader, numbers, offsets, until


async def test_an_agent_gets_whole_batches_in_order_and_what_it_acknowledges_is_committed(
    bootstrap_servers: str, name: str
) -> None:
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    await helpers.fill(bootstrap_servers, name, numbers(3000))
    async with Reader(bootstrap_servers, name) as reader:
        await reader.reads(offsets(3000))
    assert reader.seen == {partition: list(range(1000)) for partition in range(PARTITIONS)}
    assert reader.events < 300
    assert await helpers.committed(bootstrap_servers, name, name) == dict.fromkeys(range(PARTITIONS), 1000)


async def test_before_an_agent_that_takes_its_time_no_more_fetches_wait_than_its_topic_says(
    bootstrap_servers: str, name: str
) -> None:
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    await helpers.fill(bootstrap_servers, name, numbers(30_000))
    async with Reader(bootstrap_servers, name) as reader:
        reader.gate.clear()
        await until(lambda: bool(reader.taken()))
        await asyncio.sleep(1.0)
        consumer = reader.app.consumer
        assert isinstance(consumer, BulkConsumer)
        fetched = sum(consumer.door.due(TP(name, partition)) or 0 for partition in range(PARTITIONS))
        assert (
            fetched <= (QUEUED + 1 + PARTITIONS) * FETCHED
        )  # the one in hand, and what came in one fetch with the last
        reader.gate.set()
        await reader.reads(offsets(30_000))


async def test_before_an_agent_that_takes_its_time_every_partition_has_its_turn(
    bootstrap_servers: str, name: str
) -> None:
    """Apart are at most what the client fetches of a partition at once, a megabyte, and what is queued."""
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    records = [(partition, b"x" * 5_000) for partition, _ in numbers(6_000)]
    await helpers.fill(bootstrap_servers, name, records)
    async with Reader(bootstrap_servers, name) as reader:
        reader.pause = 0.05
        furthest = 0
        while sum(map(len, reader.seen.values())) < 5_000:
            await asyncio.sleep(0.02)
            taken = [len(reader.seen[partition]) for partition in range(PARTITIONS)]
            furthest = max(furthest, max(taken) - min(taken))
        reader.pause = 0.0
        await reader.reads(offsets(6_000))
    assert furthest <= 2 * (1_048_576 // 5_000) + QUEUED * FETCHED


async def test_topics_that_do_not_ask_for_batches_still_come_one_by_one(bootstrap_servers: str, name: str) -> None:
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    await helpers.fill(bootstrap_servers, name, numbers(300))
    async with Reader(bootstrap_servers, name, bulk=[]) as reader:
        await reader.reads(offsets(300))
    assert reader.events == 300
    assert await helpers.committed(bootstrap_servers, name, name) == dict.fromkeys(range(PARTITIONS), 100)


async def test_reading_goes_on_at_the_first_record_that_was_not_acknowledged(bootstrap_servers: str, name: str) -> None:
    await helpers.create(bootstrap_servers, name, 1)
    await helpers.fill(bootstrap_servers, name, [(0, b"x")] * 50)
    first = Reader(bootstrap_servers, name, bulk=[])
    first.allowed = lambda _, offset: offset != 20
    async with first:
        await first.reads((0, offset) for offset in range(50))
        first.app.consumer.unacked.clear()  # else the stop waits for the one that never comes
    assert await helpers.committed(bootstrap_servers, name, name) == {0: 20}
    async with Reader(bootstrap_servers, name) as second:
        await second.reads((0, offset) for offset in range(20, 50))
    assert second.seen[0] == list(range(20, 50))


async def test_the_position_that_the_state_carries_goes_before_the_commit(bootstrap_servers: str, name: str) -> None:
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    await helpers.fill(bootstrap_servers, name, numbers(300))
    async with Reader(bootstrap_servers, name) as first:
        await first.reads(offsets(300))

    def position(tp: TP) -> int | None:
        return {0: 40, 1: 99}.get(tp.partition)

    async with Reader(bootstrap_servers, name, position=position) as second:
        await second.reads({(0, 99), (1, 99)})
        await helpers.fill(bootstrap_servers, name, [(2, b"late")])
        await second.reads({(2, 100)})
    assert second.seen == {0: list(range(40, 100)), 1: [99], 2: [100]}
    assert await helpers.committed(bootstrap_servers, name, name) == {0: 100, 1: 100, 2: 101}


async def test_holes_that_transactions_leave_in_a_topic_are_passed(bootstrap_servers: str, name: str) -> None:
    await helpers.create(bootstrap_servers, name, 1)
    for _ in range(5):  # of one id, for who begins anew waits until the marker of the last one is written
        await helpers.fill(bootstrap_servers, name, [(0, b"x")] * 10, transaction=name)
    written = [number for number in range(55) if number % 11 != 10]  # each commit marker takes an offset
    async with Reader(bootstrap_servers, name) as reader:
        await reader.reads((0, offset) for offset in written)
    assert reader.seen[0] == written


@pytest.mark.parametrize(("bulk", "count"), [(True, 6000), (False, 3000)])
async def test_nothing_is_left_out_when_workers_come_and_go(
    bootstrap_servers: str, name: str, bulk: bool, count: int
) -> None:
    """Whoever holds a partition reads on without a hole, whatever was fetched, queued or dropped in the rebalances."""
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    options: dict[str, Any] = {} if bulk else {"bulk": []}
    readers = [Reader(bootstrap_servers, name, **options) for _ in range(3)]
    written = asyncio.create_task(_trickle(bootstrap_servers, name, count))
    async with readers[0]:
        await asyncio.sleep(0.5)
        async with readers[1]:
            await asyncio.sleep(0.5)
        async with readers[2]:
            await written
            await until(lambda: offsets(count) <= {place for reader in readers for place in reader.taken()})
    for reader in readers:
        for partition, seen in reader.seen.items():
            elsewhere = {offset for other in readers if other is not reader for offset in other.seen[partition]}
            left_out = {offset for before, after in pairwise(seen) for offset in range(before + 1, after)}
            assert left_out <= elsewhere
    assert await helpers.committed(bootstrap_servers, name, name) == dict.fromkeys(
        range(PARTITIONS), count // PARTITIONS
    )


async def _trickle(servers: str, topic: str, count: int) -> None:
    for start in range(0, count, 300):
        await helpers.fill(servers, topic, numbers(count)[start : start + 300])
        await asyncio.sleep(0.1)


async def test_a_partition_that_the_client_knows_to_be_anothers_by_now_has_no_lag(
    bootstrap_servers: str, name: str
) -> None:
    await helpers.create(bootstrap_servers, name, PARTITIONS)
    async with Reader(bootstrap_servers, name) as reader:
        elsewhere = TP(name, PARTITIONS)
        reader.consumer.ledger.start(elsewhere, 7)
        reader.consumer.door.set({elsewhere: 7})
        assert reader.consumer.lag(elsewhere) == 0
        assert not reader.consumer.at_end(elsewhere)
