"""Labels on a real broker: all learned, in order, by whoever comes when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Sequence

import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from streams.core.settings import Kafka
from streams.metrics import Metrics
from streams.teaching import Teacher
from streams.topics import ensure
from tests.kafka import helpers
from tests.kafka.workers import stage_settings


class Pupil:
    """Notes what it is taught."""

    def __init__(self) -> None:
        self.learned: list[tuple[str, bool, str | None]] = []

    def learn_one(self, text: str, negative: bool, lang: str | None = None, /) -> None:
        self.learned.append((text, negative, lang))


class Post:
    """Sends dead letters to the broker."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self.producer = producer

    async def __call__(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[object]:
        future: Awaitable[object] = await self.producer.send(topic, value, key=key, headers=list(headers))
        return future


@pytest.fixture
async def kafka(bootstrap_servers: str, name: str) -> Kafka:
    settings = stage_settings(bootstrap_servers, name).kafka
    await ensure(settings)
    return settings


@pytest.fixture
async def post(bootstrap_servers: str) -> AsyncIterator[Post]:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers) as producer:
        yield Post(producer)


def label(number: int) -> bytes:
    return json.dumps({"text": f"text {number}", "negative": number % 2 == 0, "lang": "en"}).encode()


def lesson(count: int) -> list[tuple[str, bool, str | None]]:
    return [(f"text {number}", number % 2 == 0, "en") for number in range(count)]


async def test_a_worker_learns_all_that_is_there_before_it_begins_and_goes_on(kafka: Kafka, post: Post) -> None:
    await helpers.fill(kafka.bootstrap_servers, kafka.labels_topic, [(0, label(number)) for number in range(50)])
    pupil = Pupil()
    teacher = Teacher(kafka, pupil, post, Metrics(CollectorRegistry()))
    assert await teacher.catch_up() == 50
    assert pupil.learned == lesson(50)
    following = asyncio.create_task(teacher.follow())
    await helpers.fill(kafka.bootstrap_servers, kafka.labels_topic, [(0, label(50)), (0, label(51))])
    async with asyncio.timeout(30):
        while len(pupil.learned) < 52:  # noqa: ASYNC110 - it comes to pass on a broker
            await asyncio.sleep(0.02)
    following.cancel()
    await asyncio.wait([following])
    await teacher.stop()
    assert pupil.learned == lesson(52)


async def test_no_labels_are_no_reason_to_wait(kafka: Kafka, post: Post) -> None:
    teacher = Teacher(kafka, Pupil(), post, Metrics(CollectorRegistry()))
    assert await teacher.catch_up() == 0
    await teacher.stop()


async def test_a_label_that_cannot_be_read_is_set_aside_and_the_next_is_learned(kafka: Kafka, post: Post) -> None:
    bad = [b'{"text": "no verdict"}', b"\xff"]
    records = [label(0), bad[0], label(1), bad[1]]
    await helpers.fill(kafka.bootstrap_servers, kafka.labels_topic, [(0, record) for record in records])
    pupil, registry = Pupil(), CollectorRegistry()
    teacher = Teacher(kafka, pupil, post, Metrics(registry))
    assert await teacher.catch_up() == 2
    following = asyncio.create_task(teacher.follow())
    async with asyncio.timeout(30):
        while len(dead := await helpers.read(kafka.bootstrap_servers, kafka.dead_topic)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    following.cancel()
    await asyncio.wait([following])
    await teacher.stop()
    assert pupil.learned == lesson(2)
    assert [record.value for record in dead] == bad
    assert [record.key for record in dead] == [f"{kafka.labels_topic}/0@{offset}".encode() for offset in (1, 3)]
    assert registry.get_sample_value("larum_dead_letters_total", {"reason": "label"}) == 2
