"""How many posts a second one worker takes from a real Kafka, by the worker's own metrics.

``python -m tests.benchmarks.kafka --work firehose --posts 200000 --json``

The broker is started from Maven's jars, or is the one that KAFKA_BOOTSTRAP_SERVERS names. Posts are written first, then
a worker process is started; the clock runs from its first post to its last. ``firehose``: one post in a hundred names
a brand. ``matching``: every post does, and is scored.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import msgspec
from rich.console import Console

from streams.core.settings import Brand, Settings
from tests.kafka.broker import running
from tests.kafka.workers import Stage, stage_settings

START = 1_767_225_600
POSTS_PER_SECOND = 1_000  # of event time
VOCABULARY = 20_000
WORDS = 14  # in a post
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du", "wi", "sta")


class Result(msgspec.Struct):
    """One run: what was sent, and what one worker made of it."""

    work: str
    posts: int
    brands: int
    batch: int
    partitions: int
    produced_per_second: float
    posts_per_second: float
    cpu_seconds_per_million: float
    peak_megabytes: float


class Sample(NamedTuple):
    """What a worker says of itself."""

    at: float
    posts: float
    cpu: float
    memory: float


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", choices=("firehose", "matching"), default="firehose")
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--brands", type=int, default=20)
    parser.add_argument("--batch", type=int, default=1, help="posts in one record")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with _broker() as servers, tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(measure(servers, Path(folder), options.work, options.posts, options.brands, options.batch))
    if options.json:
        print(msgspec.json.encode(result).decode())
    else:
        Console().print(
            f"{result.work}: {result.posts_per_second:,.0f} posts/s, {result.cpu_seconds_per_million:.1f} CPU seconds "
            f"a million posts, {result.peak_megabytes:.0f} MB; written at {result.produced_per_second:,.0f} posts/s"
        )


async def measure(servers: str, folder: Path, work: str, posts: int, brands: int, batch: int) -> Result:
    """Write the posts, start a worker, and watch it by its metrics."""
    names = vocabulary(brands, seed=2)
    settings = Settings(
        brands=tuple(Brand(id=name, name=name.capitalize(), inflect=False) for name in names),
        kafka=stage_settings(servers, f"benchmark-{time.time_ns()}").kafka,
    )
    stage = Stage(folder, settings)
    lines = list(story(posts, names, share=1.0 if work == "matching" else 0.01))
    began = time.perf_counter()
    await stage.prepare(lines, batch)
    produced = time.perf_counter() - began
    with stage.worker() as worker:
        samples = await asyncio.to_thread(_observe, stage, worker, posts)
    first, last = samples[0], samples[-1]
    taken = last.posts - first.posts
    return Result(
        work=work,
        posts=posts,
        brands=brands,
        batch=batch,
        partitions=settings.kafka.partitions,
        produced_per_second=posts / produced,
        posts_per_second=taken / (last.at - first.at),
        cpu_seconds_per_million=(last.cpu - first.cpu) / taken * 1e6,
        peak_megabytes=max(sample.memory for sample in samples) / 1e6,
    )


def vocabulary(count: int, seed: int) -> list[str]:
    """Make up distinct words."""
    source = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(source.choice(SYLLABLES) for _ in range(5))] = None
    return list(words)


def story(posts: int, brands: list[str], share: float) -> Iterator[bytes]:
    """Make up posts, of which a share names a brand."""
    source = random.Random(1)
    words = [word + "x" for word in vocabulary(VOCABULARY, seed=3)]
    for number in range(posts):
        text = source.choices(words, k=WORDS)
        if source.random() < share:
            text[source.randrange(WORDS)] = source.choice(brands)
        post = {
            "id": str(number), "source": "benchmark", "text": " ".join(text), "author": f"author-{number % 9973}",
            "created_at": START + number / POSTS_PER_SECOND, "lang": "en",
        }  # fmt: skip
        yield msgspec.json.encode(post)


def _observe(stage: Stage, worker: subprocess.Popen[bytes], posts: int) -> list[Sample]:
    """Read the worker's metrics from its first post to its last."""
    samples: list[Sample] = []
    port = None
    while worker.poll() is None:
        time.sleep(0.05)
        port = port or re.search(r"metrics and health on http://[^:]+:(\d+)", stage.log.read_text())
        if port is None:
            continue
        sample = _sample(int(port[1]))
        if sample.posts:
            samples.append(sample)
        if sample.posts >= posts:
            return samples
    raise RuntimeError(f"the worker has ended: {stage.log.read_text()}")


def _sample(port: int) -> Sample:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()

    def value(name: str) -> float:
        found = re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return Sample(
        time.perf_counter(),
        value("larum_posts_total"),
        value("process_cpu_seconds_total"),
        value("process_resident_memory_bytes"),
    )


@contextlib.contextmanager
def _broker() -> Iterator[str]:
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        yield given
        return
    with running() as broker:
        yield broker.bootstrap_servers


if __name__ == "__main__":
    main()
