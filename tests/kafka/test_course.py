"""The course of a brand by the topic of counts, on a real broker: the same as the watch saw it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from aiokafka import AIOKafkaProducer

from detectors.sentiment import SentimentModel
from streams.bucketcounts import encode
from streams.core.pipeline import Pipeline
from streams.core.posts import decode
from streams.core.readings import Reading
from streams.core.settings import Settings
from streams.core.watch import shard_of
from streams.response.course import at_topics
from streams.series import series
from streams.topics import ensure
from tests.kafka import story
from tests.kafka.workers import stage_settings

BRAND = story.BRANDS[0]
START, END = story.START + 60 * 120, story.START + 60 * 240


@pytest.fixture
async def settings(bootstrap_servers: str, name: str) -> Settings:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    return settings


@pytest.fixture
def readings(settings: Settings) -> list[Reading]:
    pipeline = Pipeline(settings, SentimentModel())
    return pipeline.take([(decode(post), "") for post in story.posts()]).readings


async def write(settings: Settings, readings: list[Reading]) -> None:
    """Write counts as a worker does: each record behind its buckets, some twice, and some noise between."""
    kafka = settings.kafka
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers) as producer:
        for first in range(0, len(readings), 60):
            part = readings[first : first + 60]
            for record in [*encode(part), b"no counts", *encode(part[:7])]:
                await producer.send_and_wait(
                    kafka.counts_topic,
                    record,
                    partition=shard_of(BRAND, kafka.partitions),
                    timestamp_ms=(part[-1].bucket + 90) * 1_000,
                )


async def test_it_is_the_same_as_the_watch_saw_it(settings: Settings, readings: list[Reading]) -> None:
    assert {one.brand for one in readings} == set(story.BRANDS)
    await write(settings, readings)
    course = await at_topics(settings.kafka, BRAND, START, END, [])
    assert course.source == "counts"
    seen = series(readings)[BRAND].between(START, END, 10_000)
    assert max(seen.voices.seen) > 100
    np.testing.assert_array_equal(course.series.time, seen.time)
    np.testing.assert_array_equal(course.series.mentions, seen.mentions)
    np.testing.assert_array_equal(course.series.voices.seen, seen.voices.seen)
    np.testing.assert_allclose(course.series.voices.upper, seen.voices.upper, rtol=0.02)
    assert sum(one.mentions for one in course.counts) == sum(
        one.mentions for one in readings if one.brand == BRAND and START <= one.bucket < END
    )


async def test_what_was_written_long_before_is_not_read_and_where_nothing_is_the_events_tell(
    settings: Settings, readings: list[Reading]
) -> None:
    await write(settings, readings)
    late = await at_topics(settings.kafka, BRAND, END + 86_400.0, END + 90_000.0, [])
    assert late.source == "events"
    old = msgspec.structs.replace(readings[0], brand=BRAND, mentions=1_000)
    await write(settings, [old])  # out of its turn: stamped by then, and behind all
    course = await at_topics(settings.kafka, BRAND, START, END, [])
    assert max(course.series.mentions) < 1_000
