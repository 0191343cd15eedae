"""Posts to Kafka: a post, its repeats and its deletion always to the same partition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec
import xxhash
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.broker import BrokerSettingsError, client_options, servers
from streams.core.malformed import MALFORMED
from streams.core.settings import Kafka
from streams.rights import check
from streams.wire import Right

RECORD_BYTES = 512 * 1024  # a record of many posts is sent when it has grown so large
LINGER_MILLISECONDS = 20
WAITING = 10_000  # records under way before the reading waits
METADATA_SECONDS = 10.0


class ProducerError(RuntimeError):
    """Posts could not be handed to the broker."""


class Name(msgspec.Struct):
    """What decides the partition of a post."""

    id: str
    source: str


_decoder = msgspec.json.Decoder(Name)


def key_of(record: bytes) -> bytes:
    r"""Give the key of a post's record: source and id; of what is no post, nothing in common with any other.

    Examples
    --------
    >>> key_of(b'{"id": "1", "source": "x", "text": "Wstyd!"}')
    b'x\x001'
    """
    try:
        name = _decoder.decode(record)
    except MALFORMED:
        return xxhash.xxh3_128_digest(record)
    return f"{name.source}\0{name.id}".encode("utf-8", "surrogatepass")


def partition_of(key: bytes, partitions: int) -> int:
    """Say to which partition a key belongs.

    Examples
    --------
    >>> partition_of(b"x1", 4) == partition_of(b"x1", 4)
    True
    """
    return xxhash.xxh3_64_intdigest(key) % partitions


class Producer:
    """Sends posts, each in a record of its own or many in one.

    Parameters
    ----------
    kafka
        The posts topic, its number of partitions, and how to reach the broker.
    batch
        How many posts of a partition make one record (newline-separated); 1 keeps the post's key on its record.
    rate
        Posts a second at most; None knows no limit.
    clock
        Seconds, for the rate.

    Attributes
    ----------
    posts, records
        What has been sent.
    """

    def __init__(
        self, kafka: Kafka, batch: int = 1, rate: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kafka = kafka
        self._batch = batch
        self._rate = rate
        self._clock = clock
        self._client = AIOKafkaProducer(
            **client_options(kafka), acks="all", enable_idempotence=True, linger_ms=LINGER_MILLISECONDS,
            max_batch_size=RECORD_BYTES, max_request_size=2 * RECORD_BYTES,
        )  # fmt: skip
        self._gathered: dict[int, list[bytes]] = {}
        self._sizes: dict[int, int] = {}
        self._under_way: set[asyncio.Future[Any]] = set()
        self._began = 0.0
        self.posts = 0
        self.records = 0

    async def __aenter__(self) -> Producer:
        try:
            await check(self._kafka, {self._kafka.posts_topic: frozenset({Right.WRITE})})
            await self._client.start()
            await self._meet_topic()
        except (ProducerError, BrokerSettingsError):
            await self._client.stop()
            raise
        except KafkaError as error:
            await self._client.stop()
            raise ProducerError(f"no broker answers at {', '.join(servers(self._kafka))}: {error}") from error
        self._began = self._clock()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self.flush()
        finally:
            await self._client.stop()

    async def send(self, record: bytes) -> None:
        """Take one post as JSON; whether it is one is for the worker to judge."""
        record = record.replace(b"\n", b" ")  # it divides posts in a record, and in JSON it means no more than a space
        await self._pace()
        key = key_of(record)
        partition = partition_of(key, self._kafka.partitions)
        self.posts += 1
        if self._batch == 1:
            await self._append(partition, record, key)
            return
        gathered = self._gathered.setdefault(partition, [])
        if gathered and self._sizes[partition] + len(record) > RECORD_BYTES:
            await self._close(partition)
            gathered = self._gathered.setdefault(partition, [])
        gathered.append(record)
        self._sizes[partition] = self._sizes.get(partition, 0) + len(record) + 1
        if len(gathered) >= self._batch:
            await self._close(partition)

    async def flush(self) -> None:
        """Send what is gathered, and return when everything sent is safe on the broker."""
        for partition in list(self._gathered):
            await self._close(partition)
        await self._settle(0)

    async def _meet_topic(self) -> None:
        """Make sure that the topic is there and split as the settings say: partitions are chosen here."""
        topic, wanted = self._kafka.posts_topic, self._kafka.partitions
        try:
            async with asyncio.timeout(METADATA_SECONDS):
                found = len(await self._client.partitions_for(topic))
        except TimeoutError as error:
            raise ProducerError(f"there is no topic {topic}; 'larum topics' makes it") from error
        if found != wanted:
            raise ProducerError(f"{topic} has {found} partitions, kafka.partitions says {wanted}")

    async def _close(self, partition: int) -> None:
        gathered = self._gathered.pop(partition)
        del self._sizes[partition]
        await self._append(partition, b"\n".join(gathered), None)

    async def _append(self, partition: int, value: bytes, key: bytes | None) -> None:
        try:
            future = await self._client.send(self._kafka.posts_topic, value, key=key, partition=partition)
        except KafkaError as error:
            raise ProducerError(f"the broker took no record for {self._kafka.posts_topic}: {error}") from error
        self.records += 1
        self._under_way.add(future)
        if len(self._under_way) >= WAITING:
            await self._settle(WAITING // 2)

    async def _settle(self, most: int) -> None:
        """Wait until at most so many records are under way, and make sure that the others have arrived."""
        while len(self._under_way) > most:
            done, self._under_way = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                if error := future.exception():
                    raise ProducerError(f"the broker lost a record for {self._kafka.posts_topic}: {error}") from error

    async def _pace(self) -> None:
        if self._rate is not None:
            ahead = self._began + self.posts / self._rate - self._clock()
            if ahead > 0:
                await asyncio.sleep(ahead)
