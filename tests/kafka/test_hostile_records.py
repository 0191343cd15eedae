"""What a producer that means harm can put into a topic: it is set aside with its origin, and the worker goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from tests.kafka import helpers, story
from tests.kafka.workers import Stage, embedded, stage_settings

MEGABYTE = 1 << 20
BOUND = 900 * MEGABYTE  # of memory: a worker that does nothing has 300


@pytest.fixture
def stage(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    return Stage(tmp_path, stage_settings(bootstrap_servers, name))


async def send(
    stage: Stage, values: Sequence[bytes | None], codec: str | None = None, **options: Any
) -> list[tuple[int, int]]:
    """Append records to the posts in turn, each in a batch of its own; return partition and offset of each."""
    places = []
    producer = AIOKafkaProducer(
        bootstrap_servers=stage.servers, compression_type=codec, max_request_size=1 << 30, max_batch_size=1 << 30
    )
    await producer.start()
    try:
        for number, value in enumerate(values):
            partition = number % stage.kafka.partitions
            place = await producer.send_and_wait(stage.kafka.posts_topic, value, b"key", partition, **options)
            places.append((place.partition, place.offset))
    finally:
        await producer.stop()
    return places


async def letters(stage: Stage) -> dict[tuple[int, int], tuple[bytes, Mapping[str, bytes]]]:
    """Return all dead letters with their headers, by the partition and offset that they came from."""
    found: dict[tuple[int, int], tuple[bytes, Mapping[str, bytes]]] = {}
    for record in await helpers.read(stage.servers, stage.kafka.dead_topic):
        headers: dict[str, bytes] = {key: value or b"" for key, value in record.headers}
        found[int(headers["partition"]), int(headers["offset"])] = (record.value or b"", headers)
    return found


async def allow(stage: Stage, size: int) -> None:
    """Let the posts topic take records of so many bytes, and of any time."""
    bounds = {"max.message.bytes": str(size), "message.timestamp.after.max.ms": str(2**63 - 1)}
    async with helpers.administrator(stage.servers) as admin:
        changed = ConfigResource(ConfigResourceType.TOPIC, stage.kafka.posts_topic, bounds)
        await admin.alter_configs([changed])


def peak(process: int) -> int:
    """Return the most memory that a process has ever had, bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(kilobytes) * 1024


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
async def test_posts_that_come_compressed_count_and_a_bomb_among_them_does_not(stage: Stage, codec: str) -> None:
    posts = story.posts()
    middle = len(posts) // 2
    await stage.prepare([])
    await send(stage, [b"\n".join(posts[:middle])] * 2, codec)
    bombs = await send(stage, [bytes((31 + number) * MEGABYTE) for number in range(8)], codec)
    await send(stage, [b"\n".join(posts[middle:])], codec)
    expected = embedded(stage.settings, posts)
    with stage.worker() as worker:
        await stage.tells(expected, worker)
        used = peak(worker.pid)
        await stage.stop(worker)
    found = await letters(stage)
    assert found.keys() == set(bombs)
    for _, headers in found.values():
        assert b"inflates to more than" in headers["reason"] or b"more than the 262144" in headers["reason"]
    assert used < BOUND


async def test_strange_records_are_set_aside_with_their_origin_and_the_posts_beside_them_count(stage: Stage) -> None:
    posts = story.posts()
    middle = len(posts) // 2
    await stage.prepare(posts[:middle])
    await allow(stage, 12 * MEGABYTE)
    large = b'{"id": "1", "source": "x", "text": "' + b"x" * 10_000_000 + b'"}'
    many = b"\n".join([b"no post"] * 1_000_000)
    strange = await send(stage, [None, b"", b"\n\n", large, many, b"[" * 500_000, b"\x00" * 100])
    for odd_time in (0, 1, 253_402_300_799_999, 2**62):  # the third is the end of the year 9999
        strange += await send(stage, [b"odd time"], timestamp_ms=odd_time)
    strange += await send(
        stage, [b"many headers"], headers=[(f"header{number}", b"x" * 20) for number in range(10_000)]
    )
    await stage.prepare(posts[middle:])
    with stage.worker() as worker:
        await stage.tells(embedded(stage.settings, posts), worker)
        used = peak(worker.pid)
        await stage.stop(worker)
    found = await letters(stage)
    assert found.keys() == set(strange)
    assert found[strange[3]][0] == large
    assert found[strange[4]][0] == many
    assert b"those behind were not read" in found[strange[4]][1]["reason"]
    assert used < BOUND
