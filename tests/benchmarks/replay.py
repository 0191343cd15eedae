"""How fast `larum replay` is when every post names a brand and is scored.

    python -m tests.benchmarks.replay [--posts 200000] [--hours 4] [--runs 3] [--data FILE --config FILE] [--json]

Posts are made beforehand; what is timed is all from a JSON record to the crisis event, in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from detectors.sentiment import SentimentModel
from streams.cli.history import BATCH
from streams.config import load
from streams.core.settings import Brand, Settings
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.readers import read

BRANDS = ("Orlen", "Żabka", "Northwind")
OPENINGS = (
    "kolejny raz w {0} kolejka na pół godziny i nikt nie wie dlaczego",
    "Hey {0} your app keeps crashing since the update",
    "Kupiłam dziś w {0} i jestem bardzo zadowolona, polecam!",
    "Honestly {0} was great today, friendly staff 😀",
    "{0} podnosi ceny, wstyd i żenada… nigdy więcej",
    "Does anybody know when {0} opens on Sunday? #question",
)
WORDS = (
    "dzisiaj", "znowu", "czekam", "obsługa", "paczka", "order",
    "refund", "waiting", "never", "always", "bardzo", "drogo",
)  # fmt: skip


def made(posts: int, hours: float) -> list[tuple[bytes, str]]:
    """Make posts of some 130 characters in Polish and English, each naming one of three brands."""
    generator = np.random.default_rng(1)
    step = hours * 3_600 / posts
    records = []
    for number in range(posts):
        words = " ".join(generator.choice(WORDS, 7))
        text = OPENINGS[number % len(OPENINGS)].format(BRANDS[number % len(BRANDS)]) + f" {words} {number % 997}"
        post = {"id": str(number), "source": "made", "text": text, "author": f"a{number % 5_000}",
                "created_at": 1_767_571_200 + number * step}  # fmt: skip
        records.append((json.dumps(post, ensure_ascii=False).encode(), f"made:{number}"))
    return records


def run(settings: Settings, records: list[tuple[bytes, str]]) -> dict[str, float]:
    """Replay once; wall and processor seconds, and what was counted."""
    runtime = Embedded(settings, SentimentModel(), DeadLetterList())
    wall, cpu = time.perf_counter(), time.process_time()
    mentions = events = 0
    source: Iterator[tuple[bytes, str]] = iter(records)
    while batch := list(islice(source, BATCH)):
        outcome = runtime.take_records(batch)
        mentions += sum(reading.mentions for reading in outcome.readings)
        events += len(outcome.events)
    outcome = runtime.finish()
    mentions += sum(reading.mentions for reading in outcome.readings)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_seconds": wall, "cpu_seconds": cpu, "mentions": mentions, "events": events + len(outcome.events)}


def main() -> None:
    """Run the benchmark and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, help="posts to replay instead of made ones")
    parser.add_argument("--config", type=Path, help="their brands")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.data:
        settings = load(options.config, os.environ)
        records = list(read(options.data))
    else:
        settings = Settings(brands=tuple(Brand(id=f"b{index}", name=name) for index, name in enumerate(BRANDS)))
        records = made(options.posts, options.hours)
    runs = []
    for number in range(options.runs):
        print(f"run {number + 1} of {options.runs}", file=sys.stderr)
        runs.append(run(settings, records))
    rates = [len(records) / one["cpu_seconds"] for one in runs]
    result = {
        "posts": len(records), "mentions": runs[0]["mentions"], "events": runs[0]["events"],
        "posts_per_second": statistics.median(len(records) / one["wall_seconds"] for one in runs),
        "posts_per_cpu_second": statistics.median(rates),
        "posts_per_cpu_second_spread": [min(rates), max(rates)],
    }  # fmt: skip
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:30} {value}")


if __name__ == "__main__":
    main()
