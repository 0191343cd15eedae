"""How soon a worker knows what people have taught: from the log, from a snapshot, and anew after a withdrawal.

``python -m tests.benchmarks.labels --data tweets.csv [--labels 10000] [--json]``

The texts are those of a CSV with a column `text`, and are repeated with a number behind them until there are as many
labels as asked for; every third is negative. The broker is started from Maven's jars, or is the one that
KAFKA_BOOTSTRAP_SERVERS names.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import time
import tracemalloc
from contextlib import nullcontext
from itertools import count, islice
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams.core.labels import Label, encode, record_key
from streams.core.lessons import Lessons
from streams.core.pupil import Pupil
from streams.core.settings import Kafka
from streams.metrics import Metrics
from streams.modeltopic import ModelTopic
from streams.teaching import Teacher
from streams.topics import ensure
from tests.kafka.broker import running
from tests.kafka.test_teaching import Post, say

LOOK = 0.001  # second between two looks at what the loop does


class Told(msgspec.Struct):
    """What was measured: seconds, bytes, and how long the event loop was away while a model was made anew."""

    labels: int
    from_log: float = 0.0
    from_log_processor: float = 0.0
    from_snapshot: float = 0.0
    anew: float = 0.0
    longest_turn: float = 0.0
    dump: float = 0.0
    snapshot_bytes: int = 0
    known_bytes_a_label: float = 0.0
    equal: bool = False


def labels(path: Path, number: int) -> list[Label]:
    """Make labels of the texts of a file."""
    with path.open(newline="") as file:
        texts = list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))
    numbered = (f"{text} {again}" if again else text for again in count() for text in texts)
    return [Label(text=text, negative=at % 3 == 0) for at, text in enumerate(islice(numbered, number))]


async def started(kafka: Kafka, post: Post) -> tuple[Pupil, Teacher, float]:
    """Start as a worker does; return how long that took."""
    pupil = Pupil(SentimentModel())
    teacher = Teacher(kafka, pupil, post, Metrics(CollectorRegistry()))
    began = time.perf_counter()
    await teacher.catch_up()
    return pupil, teacher, time.perf_counter() - began


async def longest_turn(stop: asyncio.Event) -> float:
    """Return for how long the event loop was away at most."""
    longest, last = 0.0, time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(LOOK)
        now = time.perf_counter()
        longest, last = max(longest, now - last - LOOK), now
    return longest


async def measure(servers: str, said: list[Label]) -> Told:
    """Measure on a broker."""
    kafka = Kafka(bootstrap_servers=servers, partitions=1, labels_topic="bench.labels", models_topic="bench.models")
    await ensure(kafka)
    told = Told(labels=len(said))
    async with AIOKafkaProducer(bootstrap_servers=servers, linger_ms=5) as producer:
        for label in said:
            await producer.send(kafka.labels_topic, encode(label), record_key(label.key), partition=0)
        await producer.flush()
        post = Post(producer)
        began = time.process_time()
        pupil, teacher, told.from_log = await started(kafka, post)
        told.from_log_processor = time.process_time() - began
        began = time.perf_counter()
        data = pupil.dump()
        told.dump, told.snapshot_bytes = time.perf_counter() - began, len(data)
        await ModelTopic(kafka).put(data, post)
        late, other, told.from_snapshot = await started(kafka, post)
        told.equal = late.dump() == pupil.dump()
        await other.stop()
        back = Label(text=said[len(said) // 2].text, negative=None)
        await say(post, kafka, [back])
        before, stop = pupil.version, asyncio.Event()
        watching, following = asyncio.create_task(longest_turn(stop)), asyncio.create_task(teacher.follow())
        while pupil.lessons.sure:  # noqa: ASYNC110 - it comes to pass on a broker
            await asyncio.sleep(LOOK)
        began = time.perf_counter()
        while pupil.version == before:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)
        told.anew = time.perf_counter() - began
        stop.set()
        told.longest_turn = await watching
        following.cancel()
        await asyncio.wait([following])
        await teacher.stop()
    return told


def known_bytes(number: int) -> float:
    """Return the memory that one known label takes."""
    tracemalloc.start()
    lessons = Lessons()
    for offset in range(number):
        lessons.take(offset, hash((offset, 1)) & (2**64 - 1), hash((offset, 2)) & (2**64 - 1))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / number


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    said = labels(arguments.data, arguments.labels)
    with nullcontext() if given else running() as broker:
        told = asyncio.run(measure(given or (broker.bootstrap_servers if broker else ""), said))
    told.known_bytes_a_label = round(known_bytes(100_000), 1)
    if arguments.json:
        print(msgspec.json.encode(told).decode())
        return
    print(f"{told.labels:,} labels: from the log {told.from_log:.2f} s ({told.labels / told.from_log:,.0f} a second), ")
    print(f"from a snapshot of {told.snapshot_bytes:,} bytes {told.from_snapshot:.2f} s, equal: {told.equal}")
    print(f"made anew in {told.anew:.2f} s, the loop away for {told.longest_turn * 1000:.0f} ms at most")
    print(f"a snapshot is written down in {told.dump * 1000:.0f} ms; {told.known_bytes_a_label} bytes a known label")


if __name__ == "__main__":
    main()
