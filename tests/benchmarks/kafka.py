"""larum on a real Kafka, beside what else there is: the same job, the same machine, the same run.

    python -m tests.benchmarks.kafka [--work firehose matching ...] [--posts 1000000] [--plot FILE] [--json]

The broker is started from Maven's jars, or is the one that KAFKA_BOOTSTRAP_SERVERS names. Each contender is a process
of its own on one processor (the broker has the others), reads the same posts, and has to tally every mention; they take
turns, three times. The other frameworks are an extra: ``pip install -e '.[test,bench]'``.

========  ==========================================================================================================
firehose  2,000 brands, one post in a hundred names one: decoded, matched, scored, tallied, sent, committed
matching  every post names one of them
workers   two workers on two processors, one of which the broker works on too
names     what matching costs with 10 to 100,000 brands, and with many names to a brand
delay     from the closing of a bucket to the crisis event, at half of larum's speed in the firehose
watching  processor, memory and state that is written with so many brands, live, and how soon a killed worker is back
restart   the same for few brands, beside a worker with the session timeout that Faust comes with
========  ==========================================================================================================

With ``--out FILE`` each result is kept and a rerun goes on from there; ``--seconds`` begins nothing new after so long.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console

from streams.core.settings import Kafka
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.crowds import Cost, Crowd, watch
from tests.benchmarks.crowds import table as crowds_table
from tests.benchmarks.delays import GOAL, Delay, Load, measure
from tests.benchmarks.jobs import Options, fingerprint
from tests.benchmarks.jobs import run as run_jobs
from tests.benchmarks.kafka_charts import draw
from tests.benchmarks.racing import CORE, SERVERS, Lap, Race, race
from tests.benchmarks.standings import Standing, names_table, standings, table
from tests.kafka.broker import running

MEASURED = ("detectors", "streams", "tests/benchmarks")
WORKS = ("firehose", "matching", "workers", "names", "delay", "watching", "restart")
BRANDS = 2_000
PROPERTIES = "group.initial.rebalance.delay.ms=5000\n"  # workers that are started together are to begin together
WIDTH = 110  # of the tables, in characters
NAMES = ((10, 0), (100, 0), (1_000, 0), (10_000, 0), (100_000, 0), (100, 10), (100, 100), (1_000, 100))
ERUPTING = 100
SESSION, FAUSTS_SESSION = Kafka().session_timeout_seconds, 60.0


class Results(msgspec.Struct):
    """All that was measured."""

    told: list[str]
    processors: int
    standings: list[Standing]
    delays: list[Delay]
    crowds: list[Cost]


def races(asked: argparse.Namespace) -> list[Race]:
    """List the races that are asked for, in the order in which they are run: contenders take turns."""
    found = []
    here = [name for name in asked.contenders if CONTENDERS[name].is_here]
    for number in range(asked.runs):
        if "firehose" in asked.work:
            found += [Race("firehose", name, number, asked.posts // CONTENDERS[name].part, BRANDS) for name in here]
        if "matching" in asked.work:
            found += [Race("matching", name, number, asked.posts // 10, BRANDS) for name in here if name != "nothing"]
        if "workers" in asked.work:
            found += [Race("workers", "larum", number, asked.posts, BRANDS, workers=count) for count in (1, 2)]
        if "names" in asked.work:
            found += [Race("names", "loop", number, asked.posts // 5, *names) for names in NAMES]
    return found


def crowded(asked: argparse.Namespace) -> list[Crowd]:
    """List the crowds that are asked for."""
    found = []
    if "watching" in asked.work:
        found += [Crowd(brands, 1_000, asked.minutes, SESSION) for brands in asked.crowds]
    if "restart" in asked.work:
        for number in range(asked.runs):
            found += [Crowd(100, 20, 1, session, number) for session in (SESSION, FAUSTS_SESSION)]
    return found


def half(all_standings: Sequence[Standing]) -> int:
    """Give half of what larum takes of the firehose, posts a second."""
    speeds = [one.posts_per_second for one in all_standings if (one.work, one.contender) == ("firehose", "larum")]
    if not speeds:
        raise SystemExit("delay: give --rate, or let larum run the firehose first")
    return max(1_000, int(speeds[0] / 2_000) * 1_000)


def run(asked: argparse.Namespace, console: Console) -> Results:
    """Run all that is asked for."""
    code, began, told = fingerprint(MEASURED), time.perf_counter(), []

    def options() -> Options:
        left = None if asked.seconds is None else asked.seconds - (time.perf_counter() - began)
        return Options(asked.out, left, processes=1)

    jobs = races(asked)
    done = run_jobs(jobs, race, Lap, options(), console, code)
    told += [f"races: {done.told}"] * bool(done.asked)
    made = standings(done.results)
    loads = [Load(asked.rate or half(made), ERUPTING, number) for number in range(asked.runs) if "delay" in asked.work]
    delays = run_jobs(loads, measure, Delay, options(), console, code)
    told += [f"delays: {delays.told}"] * bool(delays.asked)
    crowds = run_jobs(crowded(asked), watch, Cost, options(), console, code)
    told += [f"crowds: {crowds.told}"] * bool(crowds.asked)
    return Results(told, os.cpu_count() or 1, made, delays.results, crowds.results)


def show(results: Results, console: Console) -> None:
    """Print all tables."""
    for work in ("firehose", "matching", "workers"):
        if some := [one for one in results.standings if one.work == work]:
            console.print(table(work, some))
    if some := [one for one in results.standings if one.work == "names"]:
        console.print(names_table(some))
    for one in results.delays:
        console.print(
            f"\ndelay at {one.posts_per_second:,.0f} posts/s: {one.events} crises, seconds beyond the closing of their "
            f"bucket: median {one.median:.2f}, 99 of 100 {one.p99:.2f}, longest {one.longest:.2f} (after "
            f"{one.longest_at:.0f} s of it); {one.late} later than {GOAL:g} s; {one.missed} brands missed; "
            f"{one.cpu_share:.0%} of a processor, in stages {one.stages}"
        )
    if results.crowds:
        console.print(crowds_table(results.crowds))
    console.print("\n" + "; ".join(results.told))
    for name, contender in CONTENDERS.items():
        if not contender.is_here:
            console.print(f"[red]{name} did NOT run: {contender.package} is missing (pip install -e '.\\[bench]')[/]")


@contextlib.contextmanager
def broker() -> Iterator[str]:
    """Give the address of a broker, started off the contenders' processor where it is ours to start."""
    if given := os.environ.get(SERVERS):
        yield given
        return
    where = os.sched_getaffinity(0)
    os.sched_setaffinity(0, where - {CORE} or where)  # what is started, and this process's own work, inherits it
    with running(PROPERTIES) as started:
        os.environ[SERVERS] = started.bootstrap_servers
        try:
            yield started.bootstrap_servers
        finally:
            del os.environ[SERVERS]
            os.sched_setaffinity(0, where)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--contenders", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--posts", type=int, default=1_000_000, help="in the firehose; the other works take a part")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rate", type=int, help="posts a second for the delay; half of larum's firehose by default")
    parser.add_argument("--crowds", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="brands to watch")
    parser.add_argument("--minutes", type=int, default=4, help="for which each crowd is watched")
    parser.add_argument("--plot", type=Path, help="draw the races to this file, PNG or SVG")
    parser.add_argument("--out", type=Path, help="keep each result here (JSON Lines); a rerun goes on")
    parser.add_argument("--seconds", type=float, help="begin nothing new after so many seconds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    with broker():
        results = run(asked, Console(stderr=True))
    by_work = {
        work: some
        for work in ("firehose", "matching", "workers")
        if (some := [one for one in results.standings if one.work == work])
    }
    if asked.plot and results.standings:
        draw(asked.plot, by_work, [one for one in results.standings if one.work == "names"])
    if asked.json:
        print(msgspec.json.encode(results).decode())
    else:
        show(results, Console(width=max(WIDTH, Console().width)))


if __name__ == "__main__":
    main()
