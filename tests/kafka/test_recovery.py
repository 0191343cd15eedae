"""What is fetched while a group meets is neither lost nor waited for in vain, be it input or state to restore."""

from __future__ import annotations

import asyncio

import pytest

from streams.consumer import BulkConsumer
from tests.kafka import helpers
from tests.kafka.readers import PARTITIONS, Keeper, Reader, numbers, offsets, until

LONG = 1.5  # seconds: longer than a fetch that was under way
GAP = 0.5  # seconds: enough to fetch what is there
PATIENCE = 30.0  # seconds
STATES = {f"brand {number}": b"state" for number in range(10)}


async def meet(first: Keeper, second: Keeper, seconds: float) -> None:
    """Let a second application join while the first takes its time with what it has begun; new records come meanwhile.

    They are few enough to be fetched at once, and none comes after them that would show that they are missing.
    """
    seen = len(first.taken())
    first.gate.clear()
    await helpers.fill(first.servers, first.name, numbers(PARTITIONS))
    await until(lambda: len(first.taken()) > seen, PATIENCE)
    joining = asyncio.ensure_future(second.app.start())
    await until(lambda: first.app.rebalancing, PATIENCE)
    await asyncio.sleep(seconds)
    await helpers.fill(first.servers, first.name, numbers(PARTITIONS))
    first.gate.set()
    await joining


async def all_is_there(servers: str, name: str, seconds: float) -> None:
    await helpers.create(servers, name, PARTITIONS)
    await helpers.create(servers, f"{name}-state-changelog", PARTITIONS)
    await helpers.fill(servers, name, numbers(PARTITIONS))
    first, second = Keeper(servers, name), Keeper(servers, name)
    await first.app.start()
    try:
        await first.reads(offsets(PARTITIONS))
        for partition in range(PARTITIONS):
            await first.table.put(partition, 0, STATES)
        await meet(first, second, seconds)
        await until(lambda: not first.app.rebalancing and not second.app.rebalancing, PATIENCE)
        await until(lambda: offsets(3 * PARTITIONS) <= first.taken() | second.taken(), PATIENCE)
        assert first.held() | second.held() == set(range(PARTITIONS))
        for keeper in (first, second):
            for partition in keeper.held():
                assert {key: state for at, key, _, state in keeper.table.carried() if at == partition} == STATES
    finally:
        await second.app.stop()
        await first.app.stop()


async def test_what_is_fetched_first_after_a_long_meeting_of_the_group_is_not_lost(
    bootstrap_servers: str, name: str
) -> None:
    await all_is_there(bootstrap_servers, name, LONG)


async def test_what_is_fetched_between_the_seek_and_the_opening_of_the_door_is_not_lost(
    bootstrap_servers: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seek = BulkConsumer.perform_seek

    async def slow(self: BulkConsumer) -> None:
        await seek(self)
        await asyncio.sleep(GAP)  # a machine with too much to do

    monkeypatch.setattr(BulkConsumer, "perform_seek", slow)
    await all_is_there(bootstrap_servers, name, 0.0)


async def test_a_topic_that_the_broker_did_not_know_when_the_group_met_is_read_once_it_does(
    bootstrap_servers: str, name: str
) -> None:
    """So it is with all topics where a broker has just started: it answers before it has read what there is."""
    reader = Reader(bootstrap_servers, name, topic_allow_declare=False)
    async with reader:
        await until(lambda: not reader.app.rebalancing and reader.consumer.unknown() == {name}, PATIENCE)
        await helpers.create(bootstrap_servers, name, PARTITIONS)
        await helpers.fill(bootstrap_servers, name, numbers(PARTITIONS))
        async with asyncio.timeout(PATIENCE):
            await reader.reads(offsets(PARTITIONS))
        assert not reader.consumer.unknown()
