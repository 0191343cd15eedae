"""How long `larum backtest` takes for a year of one brand with a mention a minute: from counts, and from posts.

    python -m tests.benchmarks.year [--rate 60] [--days 365] [--report] [--json]

The year has a crisis every 90 days, known to the command: four hours of eight times the voices and the odds of a
negative. All else is quiet, so the other pages are false, and stand beside what larum's default budget bears in so many
days. `voices` is the part of the posts that larum takes for independent, measured on the first 20,000: the counts, in
which each post is one, are honestly put into words only where it is nearly all.
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
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from detectors.sentiment import SentimentModel
from streams.core.judgement import MONTH_DAYS
from streams.core.settings import Brand, Detection, Settings
from streams.core.times import rfc3339
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from tests.benchmarks.backgrounds import DAY, HOUR, PERSISTENT, Counts, Simulated
from tests.benchmarks.injections import Crisis
from tests.benchmarks.stories import NAME, Writer

COMMAND = [sys.executable, "-c", "from streams.cli import main; main()", "backtest", "--json", "--known", "known.csv"]
CONFIG = f'[[brands]]\nid = "orlen"\nname = "{NAME}"\n'
EVERY, FIRST, LONG = 90 * DAY, 45 * DAY + 14 * HOUR, 4 * HOUR
SAMPLE = 20_000


class Run(msgspec.Struct):
    """One way of giving the history.

    `cpu_seconds` tells more than `seconds` where the machine has other work; `megabytes` is the most memory that any
    run so far has taken.
    """

    history: str
    rows: int
    mentions: int
    seconds: float
    cpu_seconds: float
    seconds_a_year: float
    megabytes: float
    crises: int
    caught: int
    false_pages: int
    pages_borne: float
    notices: int
    notices_borne: float
    voices: float | None = None


def year(rng: np.random.Generator, rate: float, days: int) -> tuple[Counts, list[tuple[int, int]]]:
    """Draw quiet days and put crises into them; return start and end of each too."""
    counts = Simulated(rate, PERSISTENT).sample(rng, days * 1_440)
    columns, spans = [counts.voices.copy(), counts.negatives.copy()], []
    for second in range(FIRST, days * DAY - LONG, EVERY):
        first, last = second // counts.width, (second + LONG) // counts.width
        loud = Crisis(8.0, 0.0, "both").inject(rng, counts.cut(first, last))
        for column, changed in zip(columns, (loud.voices, loud.negatives), strict=True):
            column[first:last] = changed
        spans.append((counts.start + second, counts.start + second + LONG))
    return counts._replace(voices=columns[0], negatives=columns[1]), spans


def table(counts: Counts) -> Iterator[str]:
    """Give the counts as a table, minutes without a word left out."""
    yield "time,brand,mentions,negatives"
    for bucket, voices, negatives in counts.rows():
        if voices:
            yield f"{bucket},orlen,{voices},{negatives}"


def known(spans: list[tuple[int, int]]) -> Iterator[str]:
    """Give the list of known crises; a page two hours after the end still tells of it."""
    yield "brand,start,end,title"
    for number, (start, end) in enumerate(spans, 1):
        yield f"orlen,{rfc3339(start)},{rfc3339(end)},crisis {number}"


def run(history: str, file: Path, counts: Counts, *options: str) -> Run:
    """Time the command as a user starts it."""
    with file.open(encoding="utf-8") as lines:
        rows = sum(1 for _ in lines)
    started, worked = time.perf_counter(), _processor()
    done = subprocess.run([*COMMAND, file.name, *options], cwd=file.parent, check=True, stdout=subprocess.PIPE)
    seconds, worked = time.perf_counter() - started, _processor() - worked
    score = json.loads(done.stdout.splitlines()[-1])
    days = len(counts.voices) * counts.width / DAY
    months, budget = days / MONTH_DAYS, Detection()
    return Run(
        history=history,
        rows=rows,
        mentions=int(counts.voices.sum()),
        seconds=round(seconds, 1),
        cpu_seconds=round(worked, 1),
        seconds_a_year=round(seconds * 365.0 / days, 1),
        megabytes=round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024),
        crises=score["known"],
        caught=score["caught"],
        false_pages=score["false_pages"] if score["known"] else score["pages"],
        pages_borne=round(budget.false_pages_per_month * months, 1),
        notices=score["notices"],
        notices_borne=round(budget.false_notices_per_month * months, 1),
    )


def _processor() -> float:
    """Processor time of all commands run so far, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def part_of_voices(file: Path) -> float:
    """Measure which part of the first posts larum takes for independent voices."""
    with file.open("rb") as lines:
        records = [(line, file.name) for line in islice(lines, SAMPLE)]
    runtime = Embedded(Settings(brands=(Brand(id="orlen", name=NAME),)), SentimentModel(), DeadLetterList())
    readings = [*runtime.take_records(records).readings, *runtime.finish().readings]
    return round(sum(one.voices.observed for one in readings) / max(1, len(records)), 3)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=60.0, help="mentions an hour")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--report", action="store_true", help="write the report too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    counts, spans = year(rng, asked.rate, asked.days)
    if not spans:
        parser.error(f"the first crisis comes after {FIRST // DAY} days; give more --days")
    extra = ["--report", "report.html"] if asked.report else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "larum.toml").write_text(CONFIG)
        _write(folder / "known.csv", known(spans))
        _write(folder / "counts.csv", table(counts))
        _write(folder / "posts.jsonl", Writer(rng, spans).posts(counts))
        runs = [
            run("counts", folder / "counts.csv", counts, "--counts", *extra),
            run("posts", folder / "posts.jsonl", counts, *extra),
        ]
        runs[1].voices = part_of_voices(folder / "posts.jsonl")
    if asked.json:
        print(msgspec.json.encode(runs).decode())
        return
    shown = Table(*(field.replace("_", " ") for field in Run.__struct_fields__), box=None)
    for one in runs:
        shown.add_row(*("" if value is None else str(value) for value in msgspec.structs.astuple(one)))
    Console().print(shown)


def _write(file: Path, lines: Iterator[str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
