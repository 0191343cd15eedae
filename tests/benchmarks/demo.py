"""How soon the demo's crisis is caught, and who is paged in vain, over many seeds.

``python -m tests.benchmarks.demo --seeds 20 --json``
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter

import msgspec
from rich.console import Console
from rich.table import Table

from detectors.sentiment import SentimentModel
from streams.core.crises import CrisisEvent
from streams.core.settings import Settings
from streams.demo.play import NoDeadLetters, Pace, play
from streams.demo.script import BRANDS, script
from streams.embedded import Embedded
from streams.told import judge


class Run(msgspec.Struct):
    """One seed: minutes from the first crisis post to the page, grades, and what was too much.

    `false_pages` are for no crisis, `repeated_pages` further ones for the same crisis, those of further waves too, of
    which there are none, and `notices` for nothing told.
    """

    seed: int
    minutes: float | None
    grades: dict[str, str]
    false_pages: int
    repeated_pages: int
    notices: int
    posts: int
    seconds: float


class Results(msgspec.Struct):
    """All seeds; the minutes are those of crises that paged somebody."""

    runs: list[Run]
    caught: int
    median_minutes: float | None
    p90_minutes: float | None
    most_minutes: float | None
    false_pages: int
    repeated_pages: int
    notices: int
    grades: dict[str, dict[str, int]]


def run(seed: int) -> Run:
    """Play one simulation and judge its alarms."""
    settings, told = Settings(brands=BRANDS), script(seed)
    events: list[CrisisEvent] = []
    posts, started = 0, time.perf_counter()
    for step in play(seed, Embedded(settings, SentimentModel(), NoDeadLetters()), Pace(told, float("inf"))):
        events += step.outcome.events
        posts += step.posts
    judgement = judge(told, events, settings.detection.lateness_seconds)
    waves = {(event.subject, event.data.wave) for event in events if event.data.wave}
    (crisis,) = (verdict for verdict in judgement.verdicts if verdict.told.crisis)
    return Run(
        seed=seed,
        minutes=None if crisis.minutes is None else round(crisis.minutes, 2),
        grades={verdict.told.name: verdict.grade for verdict in judgement.verdicts},
        false_pages=judgement.false_pages,
        repeated_pages=max(0, crisis.pages - 1) + len(waves),
        notices=len(judgement.notices),
        posts=posts,
        seconds=round(time.perf_counter() - started, 1),
    )


def gather(runs: list[Run]) -> Results:
    """Sum up all seeds."""
    minutes = sorted(one.minutes for one in runs if one.minutes is not None)
    grades: dict[str, Counter[str]] = {}
    for one in runs:
        for name, grade in one.grades.items():
            grades.setdefault(name, Counter())[grade] += 1
    return Results(
        runs=runs,
        caught=sum(one.grades["crisis"] == "caught" for one in runs),
        median_minutes=statistics.median(minutes) if minutes else None,
        p90_minutes=minutes[min(len(minutes) - 1, int(0.9 * len(minutes)))] if minutes else None,
        most_minutes=minutes[-1] if minutes else None,
        false_pages=sum(one.false_pages for one in runs),
        repeated_pages=sum(one.repeated_pages for one in runs),
        notices=sum(one.notices for one in runs),
        grades={name: dict(counts) for name, counts in grades.items()},
    )


def show(results: Results, console: Console) -> None:
    """Print a line for each seed, and what they come to."""
    table = Table(box=None, header_style="bold")
    for heading in ("seed", "minutes", "crisis", "sale", "flood", "angry", "false", "again", "stray"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in results.runs:
        grades = [one.grades[name] for name in ("crisis", "sale", "flood", "angry")]
        minutes = "–" if one.minutes is None else f"{one.minutes:.1f}"
        table.add_row(
            str(one.seed),
            minutes,
            *grades,
            str(one.false_pages),
            str(one.repeated_pages),
            str(one.notices),
        )
    console.print(table)
    if results.median_minutes is not None:
        console.print(
            f"caught {results.caught} of {len(results.runs)}; minutes from the first post to the page: "
            f"median {results.median_minutes:.1f}, 90th percentile {results.p90_minutes:.1f}, "
            f"most {results.most_minutes:.1f}; pages: {results.false_pages} false, {results.repeated_pages} repeated; "
            f"{results.notices} stray notices"
        )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="how many, from 1")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    results = gather([run(seed) for seed in range(1, asked.seeds + 1)])
    if asked.json:
        print(msgspec.json.encode(results).decode())
    else:
        show(results, Console())


if __name__ == "__main__":
    main()
