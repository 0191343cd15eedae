"""A board as it goes on, beside a watch that keeps incidents in SQLite, or beside Kafka."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams import bucketcounts
from streams.broker import client_options
from streams.core.crises import CrisisEvent
from streams.core.malformed import MALFORMED
from streams.core.times import epoch
from streams.core.traces import BIN_SECONDS, BINS
from streams.inflation import guard
from streams.printing import printable
from streams.response.desk import action_in
from streams.response.dues import Dues
from streams.response.sight import Sight
from streams.sources.backoff import delays
from streams.storage import Store
from streams.tail import crisis_in
from streams.web.board import Board

LOOK_SECONDS = 1.0  # between looks for what people did
POLL_MILLISECONDS = 500
ASK_SECONDS = 5.0  # between two questions to the broker whether it is there, and for its answer
RETRY_SECONDS = 30.0  # at most between two tries
SLICE = 1_000  # events between two turns of the event loop

log = logging.getLogger("larum")
Consumer: TypeAlias = "AIOKafkaConsumer[Any, Any]"
Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


class Follower:
    """Keeps a board up to date and shows what is due.

    Parameters
    ----------
    board
        What is known.
    dues
        Shows what is due of it.
    """

    def __init__(self, board: Board, dues: Dues) -> None:
        self._board = board
        self._dues = dues
        self._kafka = board.settings.kafka

    async def from_store(self, store: Store) -> None:
        """Follow what people do by a state file, for ever; what the watch says meanwhile it has to tell by itself."""
        for number, event in enumerate(store.crises()):
            self._board.see(event)
            if number % SLICE == 0:
                await asyncio.sleep(0)
        number = 0
        while True:
            for at, action in store.actions(number):
                number = at
                self._board.do(action)
            self._dues.show(self._board.incidents, self._board.duties)
            await asyncio.sleep(LOOK_SECONDS)

    async def from_topics(self, sight: Sight | None = None) -> None:
        """Follow the topics of crises and of incidents from their beginnings, for ever, whatever the broker does.

        Parameters
        ----------
        sight
            Told how it goes. With it the topic of counts is followed, too, from a day ago.
        """
        guard()
        if sight:
            self._board.sees(sight.look(time.time()))
        places: dict[TopicPartition, int] = {}
        chance = Random()  # noqa: S311 - of when to try again
        waits = delays(chance, longest=RETRY_SECONDS)
        while True:
            try:
                async with self._consumer(places, counts=sight is not None) as consumer:
                    waits = delays(chance, longest=RETRY_SECONDS)
                    await self._follow(consumer, places, sight)
            except (KafkaError, OSError) as error:
                log.warning("incidents cannot be followed for now: %s", type(error).__name__)
                if sight:
                    sight.lost()
                    self._board.sees(sight.look(time.time()))
            await asyncio.sleep(next(waits))

    @asynccontextmanager
    async def _consumer(self, places: dict[TopicPartition, int], *, counts: bool) -> AsyncIterator[Consumer]:
        """Read on where it was left: outside of any group, so that any number of processes read all of it."""
        kafka = self._kafka
        topics = [kafka.crises_topic, kafka.incidents_topic, *([kafka.counts_topic] if counts else [])]
        consumer: Consumer = AIOKafkaConsumer(
            *topics,
            **client_options(kafka),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            metadata_max_age_ms=10_000,  # a broker that has just started knows no topics
        )
        try:
            await consumer.start()
            await self._begin(consumer, places)
            yield consumer
        finally:
            await consumer.stop()

    async def _begin(self, consumer: Consumer, places: dict[TopicPartition, int]) -> None:
        new = [one for one in consumer.assignment() if one.topic == self._kafka.counts_topic and one not in places]
        if new:
            since = int(1_000 * (time.time() - BINS * BIN_SECONDS))
            found = await consumer.offsets_for_times(dict.fromkeys(new, since))
            ends = await consumer.end_offsets(new)
            places |= {one: found[one].offset if found[one] else ends[one] for one in new}
        for partition, offset in places.items():
            consumer.seek(partition, offset)

    async def _follow(self, consumer: Consumer, places: dict[TopicPartition, int], sight: Sight | None) -> None:
        asking = asyncio.create_task(_ask(consumer, sight)) if sight else None
        try:
            while True:
                fetched = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
                for partition, records in fetched.items():
                    for record in records:
                        self._take_in(record, sight)
                        places[partition] = record.offset + 1
                    await asyncio.sleep(0)
                self._dues.show(self._board.incidents, self._board.duties)
                if sight:
                    self._board.sees(sight.look(time.time()))
        finally:
            if asking:
                asking.cancel()
                await asyncio.wait([asking])

    def _take_in(self, record: Record, sight: Sight | None) -> None:
        """Take a record in; one whose times or number are none is warned of, and passed over."""
        try:
            self._take(record, sight)
        except (ValueError, OverflowError) as error:
            place = f"{record.topic}/{record.partition}@{record.offset}"
            log.warning("%s is passed over: %s", place, printable(str(error)))

    def _take(self, record: Record, sight: Sight | None) -> None:
        if record.topic == self._kafka.crises_topic:
            if event := crisis_in(record):
                _check(event)
                self._board.see(event)
        elif record.topic == self._kafka.incidents_topic:
            if action := action_in(record.value):
                self._board.do(action)
        else:
            for count in _counts_in(record):
                bucket = int(epoch(count.bucket))
                self._board.count(count.brand, bucket, count.voices, count.expected, count.seconds)
            self._board.counted()
            if sight:
                sight.counted(record.partition, record.timestamp / 1_000, bucketcounts.canary_of(record.headers))


def _check(event: CrisisEvent) -> None:
    """Raise `ValueError` where what has to be a moment or a number is none: pages of it could not be made."""
    data = event.data
    posts = (post.created_at for post in (*data.first_posts, *data.telling_posts))
    for moment in (event.time, data.onset, data.detected_at, *posts):
        epoch(moment)
    int(event.number)


def _counts_in(record: Record) -> Iterable[bucketcounts.BucketCount]:
    try:
        return bucketcounts.decode(record.value or b"")
    except MALFORMED:
        return ()


async def _ask(consumer: Consumer, sight: Sight) -> None:
    """Ask the broker every few seconds how far its topics go: a consumer waits without a word for one that is away."""
    before: dict[TopicPartition, int] = {}
    while True:
        behind = True
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ends = await consumer.end_offsets(consumer.assignment())
                at = {partition: await consumer.position(partition) for partition in ends}
        except (TimeoutError, KafkaError):
            sight.lost()
        else:
            behind = any(at[partition] < before.get(partition, end) for partition, end in ends.items())
            before = ends
            sight.came(behind=behind, now=time.time())
        await asyncio.sleep(POLL_MILLISECONDS / 1_000 if behind else ASK_SECONDS)
