"""How soon crises are found, beside the physical limit and beside what others do at the same rate of false alarms.

    python -m tests.benchmarks.latency [--data ../nab] [--quick] [--plot delays.svg] [--json]
    python -m tests.benchmarks.latency --out latency.jsonl [--seconds 3600]

Crises of 2 to 50 times the ordinary, at once or on a ramp of 5 minutes to 3 days, in volume, tone (odds of a negative)
or both, begin at any hour of the week in brands of 1 to 10,000 voices an hour: simulated ones whose over-dispersion is
independent by minute or lasts for hours, and with --data real ones resampled by blocks (up to the busiest stream's
rate). Larum's sentinel has learned four weeks and spends one false page (and notice) a month over 100 brands; a crisis
of volume alone is found when the notice is out, the others when the page is; none is told before it has brought as many
voices (or negatives) as the settings ask for, which is the floor beside the limit. The limit is that of
`tests.benchmarks.limits`, with the background's own over-dispersion; the goal is twice the limit and one bucket. The
peers (`tests.benchmarks.peers`) count voices where the crisis is one of volume, negatives otherwise; their thresholds
are set on quiet counts of the same background and rate, the tail of daily peaks extrapolated to the same rate. Brands
are gone through in a shuffled order, so that what was done when the --seconds are over is a fair sample of the cells;
with --out a rerun goes on from there.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.backgrounds import SPREADS
from tests.benchmarks.blocks import resampled, thinned
from tests.benchmarks.injections import Crisis, What
from tests.benchmarks.jobs import Options
from tests.benchmarks.jobs import run as run_jobs
from tests.benchmarks.latency_charts import draw
from tests.benchmarks.peers import RULES
from tests.benchmarks.trials import WIDTH, Plan, Stage, Trial

RATES = (1.0, 10.0, 100.0, 1_000.0, 10_000.0)
QUICK = Plan(sizes=(3, 10, 50), ramps=(0, 60), moments=2)
DETECTORS = ("larum", *RULES)
FAR = float("inf")


class Job(msgspec.Struct, frozen=True):
    """One brand, and what kind of crises to inject into it, at all sizes, ramps and moments of the plan."""

    plan: Plan
    background: str
    rate: float
    what: What
    data: str | None


class Cell(msgspec.Struct):
    """Medians over the moments and backgrounds of one kind of crisis at one rate; None where most were not found.

    `floor` is when larum's settings allow to tell at all. `limited` is None where even the limit lies beyond the week
    that was looked at: then there is no goal.
    """

    what: str
    shape: str
    rate: float
    size: float
    trials: int
    limited: float | None
    floor: float | None
    medians: dict[str, float | None]

    def meets(self, name: str) -> bool:
        """Whether a detector's median delay is at most twice the limit and one bucket."""
        found = self.medians[name]
        return self.limited is not None and found is not None and found <= 2.0 * self.limited + WIDTH / 60.0


class Results(msgspec.Struct):
    """All trials and what they come to; `met` is the part of cells with a limit where the goal is met.

    `told` says how many of the jobs that is.
    """

    told: str
    trials: list[Trial]
    cells: list[Cell]
    met: dict[str, float]
    by_what: dict[str, dict[str, float]]
    by_background: dict[str, dict[str, float]]


def run(job: Job) -> list[Trial]:
    """Make one brand and inject everything."""
    plan = msgspec.structs.replace(job.plan, whats=(job.what,))
    return Stage(plan, job.background, job.rate, Path(job.data) if job.data else None).run()


def jobs_of(plan: Plan, rates: Iterable[float], data: Path | None) -> list[Job]:
    """Give all backgrounds, rates and kinds of crises, shuffled."""
    brands = [(name, rate) for rate in rates for name in SPREADS]
    real = resampled(data) if data else []
    brands += [("real", rate) for rate in rates if thinned(real, rate)]
    jobs = [Job(plan, name, rate, what, str(data) if data else None) for name, rate in brands for what in plan.whats]
    return [jobs[place] for place in np.random.default_rng(plan.seed).permutation(len(jobs))]


def cells(trials: list[Trial]) -> list[Cell]:
    """Take medians of delays and limits by kind of crisis and rate."""
    grouped: dict[tuple[str, float, float, float], list[Trial]] = {}
    for one in trials:
        grouped.setdefault((one.what, one.ramp, one.rate, one.size), []).append(one)
    return [
        Cell(
            what=what,
            shape=Crisis(size, ramp).shape,
            rate=rate,
            size=size,
            trials=len(group),
            limited=median(one.limit for one in group),
            floor=median(one.floor for one in group),
            medians={name: median(one.delays[name] for one in group) for name in DETECTORS},
        )
        for (what, ramp, rate, size), group in grouped.items()
    ]


def median(values: Iterable[float | None]) -> float | None:
    """Take the median, None being later than everything.

    Examples
    --------
    >>> median([1.0, None, 3.0]), median([1.0, None, None])
    (3.0, None)
    """
    middle = statistics.median_high(FAR if value is None else value for value in values)
    return None if middle == FAR else round(middle, 3)


def part_met(some: list[Cell]) -> dict[str, float]:
    """Give for each detector the part of cells that meet the goal, of those that have one."""
    having = [cell for cell in some if cell.limited is not None]
    return {name: round(sum(cell.meets(name) for cell in having) / max(1, len(having)), 3) for name in DETECTORS}


def summarise(trials: list[Trial], told: str) -> Results:
    """Sum up all trials."""
    made = cells(trials)

    def by(key: Callable[[Trial], str]) -> dict[str, dict[str, float]]:
        names = sorted({key(one) for one in trials})
        return {name: part_met(cells([one for one in trials if key(one) == name])) for name in names}

    return Results(
        told=told,
        trials=trials,
        cells=made,
        met=part_met(made),
        by_what=by(lambda one: f"{one.what}, {Crisis(one.size, one.ramp).shape}"),
        by_background=by(lambda one: one.background),
    )


def show(results: Results, console: Console) -> None:
    """Print delays of crises that begin at once, and how many cells meet the goal."""
    for what in dict.fromkeys(cell.what for cell in results.cells):
        console.print(_delays(what, [one for one in results.cells if one.what == what and one.shape == "step"]))
    table = Table(
        box=None, header_style="bold", title="part of cells that meet 2 × limit + one bucket", title_justify="left"
    )
    for heading in ("", *DETECTORS):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, met in {**results.by_what, **results.by_background, "all": results.met}.items():
        table.add_row(name, *(f"{met[detector]:.0%}" for detector in DETECTORS))
    console.print(table)
    console.print(f"{len(results.trials)} crises, {results.told}")


def _delays(what: str, some: list[Cell]) -> Table:
    title = f"\n{what}, at once: median minutes to the alarm"
    table = Table(box=None, header_style="bold", pad_edge=False, title=title, title_justify="left")
    for heading in ("an hour", "times", "limit", "floor", *DETECTORS):
        table.add_column(heading, justify="right", no_wrap=True)
    for cell in some:
        times = (_minutes(cell.medians[name]) for name in DETECTORS)
        colour = "green" if cell.meets("larum") else "red" if cell.limited is not None else "dim"
        larum, *others = times
        bounds = _minutes(cell.limited), _minutes(cell.floor)
        table.add_row(f"{cell.rate:,.0f}", f"{cell.size:g}", *bounds, f"[{colour}]{larum}[/]", *others)
    return table


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with NAB's streams/*.csv, for real backgrounds")
    parser.add_argument("--quick", action="store_true", help="fewer sizes, ramps, rates and moments")
    parser.add_argument("--moments", type=int, help="so many of each crisis in each brand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="draw delays by rate and size to this file, PNG or SVG")
    parser.add_argument("--json", action="store_true", help="print JSON")
    Options.add_to(parser)
    asked = parser.parse_args()
    plan = msgspec.structs.replace(QUICK if asked.quick else Plan(), seed=asked.seed)
    if asked.moments:
        plan = msgspec.structs.replace(plan, moments=asked.moments)
    jobs = jobs_of(plan, RATES[1::2] if asked.quick else RATES, asked.data)
    done = run_jobs(jobs, run, list[Trial], Options.of(asked), Console(stderr=True))
    trials = sorted(
        (trial for some in done.results for trial in some),
        key=lambda one: (one.background, one.rate, one.what, one.ramp, one.size),
    )
    results = summarise(trials, done.told)
    if asked.plot:
        draw(asked.plot, results.cells, DETECTORS)
    if asked.json:
        print(msgspec.json.encode(results).decode())
    else:
        show(results, Console())


if __name__ == "__main__":
    main()
