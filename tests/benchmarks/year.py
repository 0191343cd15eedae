"""How long `larum backtest` takes for a year of one brand with a mention a minute: from counts, and from posts.

python -m tests.benchmarks.year [--rate 60] [--days 365] [--report] [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.backgrounds import PERSISTENT, Counts, Simulated
from tests.benchmarks.replay import OPENINGS, WORDS

COMMAND = [sys.executable, "-c", "from streams.cli import main; main()", "backtest", "--json"]
CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n'
ANGRY, CALM = (OPENINGS[0], OPENINGS[1], OPENINGS[4]), (OPENINGS[2], OPENINGS[3], OPENINGS[5])


class Run(msgspec.Struct):
    """One way of giving the history; `megabytes` is the most memory that any run so far has taken."""

    history: str
    rows: int
    mentions: int
    seconds: float
    megabytes: float
    pages: int
    notices: int


def posts(counts: Counts, rng: np.random.Generator) -> Iterator[str]:
    """Put the counts into words, a post for each voice."""
    number = 0
    for bucket, voices, negatives in zip(counts.times, counts.voices, counts.negatives, strict=True):
        for turn, second in enumerate(sorted(rng.integers(0, counts.width, voices))):
            opening = (ANGRY if turn < negatives else CALM)[number % 3]
            text = f"{opening.format('Orlen')} {' '.join(rng.choice(WORDS, 4))} {number}"
            number += 1
            yield json.dumps(
                {"id": str(number), "source": "made", "text": text, "author": f"a{number % 5_000}",
                 "created_at": int(bucket + second)}, ensure_ascii=False
            )  # fmt: skip


def table(counts: Counts) -> Iterator[str]:
    """Give the counts as a table, minutes without a word left out."""
    yield "time,brand,mentions,negatives"
    for bucket, voices, negatives in zip(counts.times, counts.voices, counts.negatives, strict=True):
        if voices:
            yield f"{bucket},orlen,{voices},{negatives}"


def run(history: str, folder: Path, lines: Iterator[str], mentions: int, *options: str) -> Run:
    """Write the history, then time the command as a user starts it."""
    file = folder / ("counts.csv" if "--counts" in options else "posts.jsonl")
    rows = 0
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(f"{line}\n")
            rows += 1
    started = time.perf_counter()
    done = subprocess.run([*COMMAND, str(file), *options], cwd=folder, check=True, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - started
    score = json.loads(done.stdout.splitlines()[-1])
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    return Run(history, rows, mentions, round(seconds, 1), round(most), score["pages"], score["notices"])


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=60.0, help="mentions an hour")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--report", action="store_true", help="write the report too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    counts = Simulated(asked.rate, PERSISTENT).sample(rng, asked.days * 1_440)
    mentions = int(counts.voices.sum())
    extra = ["--report", "report.html"] if asked.report else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "larum.toml").write_text(CONFIG)
        runs = [
            run("counts", folder, table(counts), mentions, "--counts", *extra),
            run("posts", folder, posts(counts, rng), mentions, *extra),
        ]
    if asked.json:
        print(msgspec.json.encode(runs).decode())
        return
    shown = Table("history", "rows", "mentions", "seconds", "MB", "pages", "notices", box=None)
    for one in runs:
        shown.add_row(*map(str, msgspec.structs.astuple(one)))
    Console().print(shown)


if __name__ == "__main__":
    main()
