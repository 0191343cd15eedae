"""How long it takes from a post to a pager, and who is paged how often when parts are killed meanwhile.

    python -m tests.benchmarks.alarm [--scrape-seconds 15] [--away-seconds 120] [--json]

All parts are real: a broker, a worker, ``larum notify``, Prometheus with larum's rules, Alertmanager, and a server
behind it. A crisis begins; when every way has paged, Alertmanager goes away for a while, worker and notifier are killed
and Prometheus is started anew; the crisis ends; at last the worker is killed for good.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.table import Table

from tests.kafka.broker import running
from tests.monitoring.alarm.course import Course, run
from tests.monitoring.alarm.parts import parts


async def measure(scrape_seconds: int, away_seconds: float, folder: Path) -> Course:
    """Let it happen once."""
    with running() as broker:
        async with parts(broker.bootstrap_servers, "alarm", folder, scrape_seconds) as stage:
            return await run(stage, away_seconds=away_seconds, settle_seconds=15.0, wait_for_absence=True)


def show(course: Course, console: Console) -> None:
    """Print what was measured."""
    table = Table(box=None, header_style="bold", caption="seconds from when the bucket that told it could be closed")
    for heading in ("event in its topic", "in Prometheus", "alert by rule", "alert direct"):
        table.add_column(heading, justify="right")
    for heading in ("paged by rule", "paged direct", "webhook"):
        table.add_column(heading, justify="right")
    row = course.topic, course.metric, course.by_rule, course.direct, course.paged_by_rule, course.paged_direct
    table.add_row(*(f"{seconds:.1f}" for seconds in (*row, course.hook)))
    console.print(table)
    for way, pages in course.pages.items():
        console.print(f"{way}: paged {pages} times, told of the end {course.resolved[way]} times", highlight=False)
    console.print(f"nobody watches: told after {course.absent:.0f} s", highlight=False)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scrape-seconds", type=int, default=15)
    parser.add_argument("--away-seconds", type=float, default=120.0, help="for how long Alertmanager is gone")
    parser.add_argument("--logs", type=Path, help="keep what all parts say in this folder")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        if asked.logs:
            asked.logs.mkdir(parents=True, exist_ok=True)
        where = asked.logs or Path(folder)
        course = asyncio.run(measure(asked.scrape_seconds, asked.away_seconds, where))
    if asked.json:
        print(msgspec.json.encode(course).decode())
    else:
        show(course, Console())


if __name__ == "__main__":
    main()
