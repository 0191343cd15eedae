"""A worker that finds millions of posts waiting: how fast it works them off, in how much memory, and when it is fresh.

``python -m tests.benchmarks.backlog --posts 10000000 --json --out backlog.png``

The posts are of the last hours up to now, a thousand a second or fewer, many to a record; one in a hundred names a
brand. A hundred angry posts about one brand are appended behind them, and as many about another when half of the
backlog is done. Told is how long after its append each crisis stood in the topic. Nothing is told out of turn, so that
is at most

    posts that wait / (speed - arrivals) + lateness + two buckets + the time after which an input counts as idle

The broker is started from Maven's jars, or is the one that KAFKA_BOOTSTRAP_SERVERS names.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import msgspec
import numpy as np
from aiokafka import AIOKafkaProducer
from rich.console import Console

from streams.core.settings import Brand, Settings
from streams.topics import ensure
from tests.kafka.broker import running
from tests.kafka.scraping import ports, scrape
from tests.kafka.story import ANGRY, SYLLABLES
from tests.kafka.workers import Stage, stage_settings

PER_SECOND = 1_000  # posts of event time
SHORTEST = 10_800.0  # seconds of event time: nobody is alarmed about brands that were hardly heard yet
PATIENCE = 300.0  # seconds to wait for a crisis when all posts have been read
SHARE = 100  # one post in so many names a brand
BURST = 100  # angry posts
TEXTS = 20_000
WORDS = 14
EVERY = 1.0  # second between two looks at the worker
WARM = 0.1  # part of the posts after which memory is held to be level


class Sample(msgspec.Struct):
    """What the worker says of itself: seconds since the first look, posts, bytes, and two delays in seconds.

    `behind` is how old what is judged is, `apart` how far the partitions are from each other.
    """

    at: float
    posts: float
    memory: float
    behind: float
    apart: float


class Burst(msgspec.Struct):
    """One crisis among fresh posts: how many posts waited when it was appended, and after how long it was told."""

    brand: str
    waiting: float
    appended: float
    told: float | None = None


class Result(msgspec.Struct):
    """One run."""

    posts: int
    brands: int
    partitions: int
    produced_per_second: float
    posts_per_second: float
    peak_megabytes: float
    growth_megabytes_per_million: float
    bursts: list[Burst]
    bounds: list[float]
    samples: list[Sample]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000_000)
    parser.add_argument("--brands", type=int, default=200)
    parser.add_argument("--batch", type=int, default=500, help="posts in one record")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="draw memory, speed and delay into this file")
    options = parser.parse_args()
    with _broker() as servers, tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measure(servers, Path(folder), options.posts, options.brands, options.batch))
    if options.out:
        draw(result, options.out)
    if options.json:
        print(msgspec.json.encode(result).decode())
        return
    Console().print(
        f"{result.posts_per_second:,.0f} posts/s; at most {result.peak_megabytes:.0f} MB, after a tenth of the posts "
        f"{result.growth_megabytes_per_million:+.2f} MB a million posts"
    )
    for burst, bound in zip(result.bursts, result.bounds, strict=True):
        Console().print(
            f"behind {burst.waiting:,.0f} waiting posts a crisis was told after {burst.told or float('nan'):.0f} s; "
            f"stated are {bound:.0f} s"
        )


async def measure(servers: str, folder: Path, posts: int, brands: int, batch: int) -> Result:
    """Write the backlog, let a worker work it off, and watch it and the topic of crises."""
    names = [f"{word}o" for word in vocabulary(brands, seed=2)]
    settings = Settings(
        brands=tuple(Brand(id=name, name=name.capitalize(), inflect=False) for name in names),
        kafka=stage_settings(servers, f"backlog-{time.time_ns()}").kafka,
    )
    stage = Stage(folder, settings)
    await ensure(stage.kafka)
    began = time.perf_counter()
    await fill(stage, backlog(posts, names, batch, settings.kafka.partitions))
    produced = posts / (time.perf_counter() - began)
    bursts = [Burst(names[0], posts, await append(stage, names[0]))]
    with stage.worker() as worker:
        samples = await _observe(stage, worker, posts, names[1], bursts)
    return _sum_up(settings, posts, produced, bursts, samples)


def _sum_up(settings: Settings, posts: int, produced: float, bursts: list[Burst], samples: list[Sample]) -> Result:
    at = np.array([sample.at for sample in samples])
    done = np.array([sample.posts for sample in samples])
    memory = np.array([sample.memory for sample in samples]) / 1e6
    busy = (done > 0) & (done < posts)
    level = busy & (done > WARM * posts)
    speed = float(np.ptp(done[busy]) / np.ptp(at[busy]))
    detection = settings.detection
    rest = detection.lateness_seconds + 2 * detection.bucket_seconds + settings.kafka.idle_seconds
    return Result(
        posts=posts,
        brands=len(settings.brands),
        partitions=settings.kafka.partitions,
        produced_per_second=produced,
        posts_per_second=speed,
        peak_megabytes=float(memory.max()),
        growth_megabytes_per_million=float(np.polyfit(done[level] / 1e6, memory[level], 1)[0]),
        bursts=bursts,
        bounds=[burst.waiting / speed + rest for burst in bursts],
        samples=samples,
    )


def vocabulary(count: int, seed: int) -> list[str]:
    """Make up distinct words."""
    source = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(source.choice(SYLLABLES) for _ in range(5))] = None
    return list(words)


def backlog(posts: int, names: list[str], batch: int, partitions: int) -> Iterator[tuple[int, bytes]]:
    """Make records of posts, each with its partition; the last posts are of now."""
    source = random.Random(1)
    words = [f"{word}x" for word in vocabulary(TEXTS, seed=3)]
    texts = [" ".join(source.choices(words, k=WORDS)) for _ in range(TEXTS)]
    span = max(posts / PER_SECOND, SHORTEST)
    start = time.time() - span
    line = '{"id":"%d","source":"benchmark","text":"%s","author":"a%d","created_at":%.2f,"lang":"en"}'
    for first in range(0, posts, batch):
        lines = []
        for number in range(first, min(first + batch, posts)):
            text = texts[number * 7_919 % TEXTS]
            if number % SHARE == 0:
                text = f"{names[source.randrange(len(names))]} {text}"
            lines.append(line % (number, text, number % 99_991, start + number / posts * span))
        yield first // batch % partitions, "\n".join(lines).encode()


async def fill(stage: Stage, records: Iterator[tuple[int, bytes]]) -> None:
    """Append records to their partitions."""
    producer = AIOKafkaProducer(
        bootstrap_servers=stage.servers, linger_ms=5, max_batch_size=1 << 20, max_request_size=1 << 20
    )
    async with producer:
        for partition, record in records:
            await producer.send(stage.kafka.posts_topic, record, partition=partition)
        await producer.flush()


async def append(stage: Stage, brand: str) -> float:
    """Append a burst of anger about a brand; return when."""
    source, now = random.Random(brand), time.time()
    words = vocabulary(2_000, seed=5)
    posts = [
        (
            number % stage.kafka.partitions,
            msgspec.json.encode(
                {
                    "id": f"{brand}-{number}",
                    "source": "benchmark",
                    "text": source.choice(ANGRY).format(brand, *source.sample(words, 2)),
                    "author": f"{brand}-{number}",
                    "created_at": now,
                    "lang": "en",
                }
            ),
        )
        for number in range(BURST)
    ]
    await fill(stage, iter(posts))
    return time.time()


async def _observe(
    stage: Stage, worker: subprocess.Popen[bytes], posts: int, second: str, bursts: list[Burst]
) -> list[Sample]:
    """Look at the worker every second until both crises have been told."""
    samples: list[Sample] = []
    began = read = time.time()
    while not (len(bursts) == 2 and all(burst.told for burst in bursts)) and time.time() - read < PATIENCE:
        if worker.poll() is not None:
            raise RuntimeError(f"the worker has ended: {stage.log.read_text()}")
        await asyncio.sleep(EVERY)
        if not (port := ports(stage.log)):
            continue
        found = await asyncio.to_thread(scrape, port[0])
        done = sum(found.get("larum_posts_total", {}).values())
        closed = found["larum_closed_timestamp_seconds"][()]
        memory = found["process_resident_memory_bytes"][()]
        marks = found.get("larum_watermark_timestamp_seconds", {"": 0.0}).values()
        samples.append(Sample(time.time() - began, done, memory, time.time() - closed, max(marks) - min(marks)))
        if len(samples) % 10 == 0:
            sys.stderr.write(f"{time.time() - began:5.0f} s {done:12,.0f} posts {memory / 1e6:6.0f} MB\n")
        if len(bursts) == 1 and done >= posts / 2:
            bursts.append(Burst(second, posts + BURST - done, await append(stage, second)))
        read = read if done >= posts else time.time()
        if done >= posts or len(samples) % 10 == 0:
            told = {event.data.brand for event in await stage.told()}
            for burst in bursts:
                if burst.brand in told and burst.told is None:
                    burst.told = time.time() - max(burst.appended, began)
    return samples


def draw(result: Result, out: Path) -> None:
    """Draw memory, posts and delay over time."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of the backend

    at = [sample.at for sample in result.samples]
    figure, axes = plt.subplots(4, 1, sharex=True, figsize=(8, 9), layout="constrained")
    for axis, label, values in zip(
        axes,
        ("memory, MB", "posts, millions", "age of what is judged, s", "partitions apart, s"),
        (
            [sample.memory / 1e6 for sample in result.samples],
            [sample.posts / 1e6 for sample in result.samples],
            [sample.behind for sample in result.samples],
            [sample.apart for sample in result.samples],
        ),
        strict=True,
    ):
        axis.plot(at, values)
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[-1].set_xlabel("seconds since the worker was started")
    axes[0].set_title(f"{result.posts:,} waiting posts: {result.posts_per_second:,.0f} a second")
    figure.savefig(out, dpi=120)


@contextmanager
def _broker() -> Iterator[str]:
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        yield given
        return
    with running() as broker:
        yield broker.bootstrap_servers


if __name__ == "__main__":
    main()
