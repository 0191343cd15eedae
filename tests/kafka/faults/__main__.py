"""The long run: many schedules, one after the other, and a table of what they came to; or one rolling restart."""

from __future__ import annotations

import argparse
import asyncio
import logging
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.table import Table

from tests.benchmarks.jobs import Options, fingerprint
from tests.benchmarks.jobs import run as run_jobs
from tests.kafka.broker import running
from tests.kafka.faults.rolling import WORKERS, roll
from tests.kafka.faults.run import Outcome, carry_out

CODE = ("detectors", "streams", "tests/kafka")


class Job(msgspec.Struct, frozen=True):
    """One schedule."""

    seed: int


def do(job: Job, logs: Path | None = None) -> Outcome:
    """Carry out a schedule."""
    return carry_out(job.seed, logs)


def show(outcomes: list[Outcome], console: Console) -> None:
    """Print a table of the schedules."""
    table = Table(box=None, header_style="bold", caption="again: told more than once, in the same words")
    for heading in ("seed", "faults", "seconds", "posts", "counts again", "events again", "ended", "verdict"):
        table.add_column(heading, justify="left" if heading in {"faults", "verdict"} else "right")
    for one in outcomes:
        verdict = f"[red]{one.wrong[0]}" if one.wrong else "[green]exact"
        ended = ", ".join(str(code) for code in one.ended) or "–"
        numbers = one.posts, one.counts_again, one.events_again
        table.add_row(
            str(one.seed), one.faults, f"{one.seconds:.0f}", *(f"{number:,}" for number in numbers), ended, verdict
        )
    console.print(table)


def restart_all(console: Console, *, as_json: bool) -> bool:
    """Restart all workers one after the other while posts flow; return whether all went well."""
    with TemporaryDirectory() as folder, running() as broker:
        rolled = asyncio.run(roll(broker.bootstrap_servers, "rolling", Path(folder)))
    if as_json:
        print(msgspec.json.encode(rolled).decode())
    else:
        again = f"{rolled.counts_again} counts and {rolled.events_again} events told twice"
        waited = f"a post waited at most {rolled.restarting:.1f} s ({rolled.calm:.1f} s before)"
        console.print(f"{WORKERS} workers restarted: {waited}, {again}", *rolled.wrong, sep="\n  ", highlight=False)
    return not rolled.wrong


def main() -> None:
    """Read the command line and run; end with code 1 if a schedule failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schedules", type=int, default=30, help="how many, each of the next seed")
    parser.add_argument("--seed", type=int, default=1, help="the first one's")
    parser.add_argument("--logs", type=Path, help="keep what workers and broker say in this folder")
    parser.add_argument("--out", type=Path, help="keep the outcome of each schedule here; a rerun goes on")
    parser.add_argument("--seconds", type=float, help="begin no schedule after so many seconds")
    parser.add_argument("--rolling", action="store_true", help="restart all workers in turn instead, without a fault")
    parser.add_argument("--json", action="store_true", help="print JSON, a schedule a line")
    asked = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a broker that is gone is no news here
    if asked.rolling:
        raise SystemExit(not restart_all(Console(), as_json=asked.json))
    jobs = [Job(seed) for seed in range(asked.seed, asked.seed + asked.schedules)]
    options = Options(asked.out, asked.seconds, processes=1)
    done = run_jobs(jobs, partial(do, logs=asked.logs), Outcome, options, Console(stderr=True), fingerprint(CODE))
    failed = [one for one in done.results if one.wrong]
    if asked.json:
        for one in done.results:
            print(msgspec.json.encode(one).decode())
    else:
        console = Console()
        show(done.results, console)
        for one in failed:
            console.print(f"seed {one.seed}:", *one.wrong, sep="\n  ", markup=False, highlight=False, soft_wrap=True)
        console.print(f"{done.told}; {len(done.results) - len(failed)} exact, {len(failed)} not")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
