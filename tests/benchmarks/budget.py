"""Whether the budget of false alarms is kept: quiet over-dispersed brands through larum's sentinel, alarms counted.

    python -m tests.benchmarks.budget [--data ../nab] [--brands 15 --days 91] [--budgets 10 100 1000] [--json]
    python -m tests.benchmarks.budget --brands 1000 --days 91 --out budget.jsonl [--seconds 28800]

The budget is stated in pages a month over 1,000 brands (notices: ten times as many); each sentinel is told that it is
one of these. Brands have 1 to 10,000 voices an hour and are simulated (over-dispersion independent by minute, or
lasting and clumping) or, with --data, real ones resampled by blocks; every alarm is false. They begin with nothing
learned, so the first hours count too. A thousand brands for a quarter are 131 million minutes: the default takes a
sample of them, and says what it can by exact Poisson intervals of 95 %; --brands 1000 runs the whole. Brand after brand
is done at all budgets, rates and backgrounds evenly mixed, so what is done when the --seconds are over is a fair sample
too; with --out a rerun goes on from there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import chi2

from tests.benchmarks.backgrounds import DAY, MONDAY, SPREADS, Simulated, draw
from tests.benchmarks.blocks import Resampled, resampled
from tests.benchmarks.budget_charts import draw as draw_ratios
from tests.benchmarks.jobs import Options
from tests.benchmarks.jobs import run as run_jobs
from tests.benchmarks.sentinels import Watcher

OVER = 1_000  # brands that the budget is for
NOTICES = 10.0  # for each page
RATES = (1.0, 10_000.0)
GOLDEN = 0.618_033_988_75


class Quiet(msgspec.Struct):
    """What one quiet brand got within its days, at one budget: when, in days since it began."""

    number: int
    background: str
    rate: float
    budget: float
    days: float
    pages: list[float]
    notices: list[float]
    kinds: dict[str, int]


class Spent(msgspec.Struct):
    """Alarms of some brands against what the budget would have them get, with 95 % intervals of the ratio."""

    group: str
    budget: float
    brand_days: float
    pages: int
    pages_expected: float
    pages_ratio: tuple[float, float, float]
    notices: int
    notices_expected: float
    notices_ratio: tuple[float, float, float]


class Results(msgspec.Struct):
    """All groups; the first of each budget is of all brands. `told` says how many of the jobs that is."""

    brands: int
    days: float
    bucket_seconds: int
    told: str
    spent: list[Spent]
    kinds: dict[str, dict[str, int]]
    runs: list[Quiet]


class Job(msgspec.Struct, frozen=True):
    """One brand at one budget."""

    number: int
    background: str
    budget: float
    days: int
    width: int
    seed: int
    data: str | None


def run(job: Job) -> Quiet:
    """Let one quiet brand run; the same number is the same brand at every budget."""
    rng = np.random.default_rng((job.seed, job.number))
    brand = _brand(rng, job)
    counts = brand.sample(rng, job.days * DAY // job.width, job.width)
    watcher = Watcher(job.width, job.budget, NOTICES * job.budget, OVER)
    pages: list[float] = []
    notices: list[float] = []
    kinds: dict[str, int] = {}
    for bucket, voices, negatives in counts.rows():
        seen = watcher.see(bucket, voices, negatives)
        if not (seen.opened or seen.page):
            continue
        (pages if seen.page else notices).append(round((bucket - MONDAY) / DAY, 2))
        name = f"{'page' if seen.page else 'notice'}: {'+'.join(seen.kinds)}"
        kinds[name] = kinds.get(name, 0) + 1
    return Quiet(job.number, job.background, round(brand.rate, 2), job.budget, job.days, pages, notices, kinds)


def _brand(rng: np.random.Generator, job: Job) -> Simulated | Resampled:
    if job.background in SPREADS:
        part = (job.number * GOLDEN) % 1.0  # spreads the rates evenly, on the scale of their logarithms
        return draw(rng, RATES[0] * (RATES[1] / RATES[0]) ** part, SPREADS[job.background])
    if job.data is None:
        raise ValueError(f"the background {job.background!r} needs data")
    streams = resampled(Path(job.data))
    return streams[job.number // 3 % len(streams)]


def spending(group: str, runs: list[Quiet]) -> Spent:
    """Hold the alarms of some brands at one budget against it."""
    budget, days = runs[0].budget, sum(one.days for one in runs)
    pages, notices = sum(len(one.pages) for one in runs), sum(len(one.notices) for one in runs)
    expected = budget / OVER * days / 30.0
    return Spent(
        group=group,
        budget=budget,
        brand_days=days,
        pages=pages,
        pages_expected=round(expected, 3),
        pages_ratio=ratio(pages, expected),
        notices=notices,
        notices_expected=round(NOTICES * expected, 3),
        notices_ratio=ratio(notices, NOTICES * expected),
    )


def ratio(count: int, expected: float) -> tuple[float, float, float]:
    """Divide a Poisson count by what was expected, with its exact interval of 95 %.

    Examples
    --------
    >>> ratio(0, 1.0)
    (0.0, 0.0, 3.689)
    """
    low = float(chi2.ppf(0.025, 2 * count)) / 2.0 if count else 0.0
    high = float(chi2.ppf(0.975, 2 * count + 2)) / 2.0
    return round(count / expected, 3), round(low / expected, 3), round(high / expected, 3)


def summarise(runs: list[Quiet]) -> list[Spent]:
    """Sum up by budget: all brands, each background, each decade of rates."""
    keys: tuple[Callable[[Quiet], str], ...] = (
        lambda _: "all",
        lambda one: one.background,
        lambda one: f"{10 ** int(np.log10(max(1.0, one.rate))):,}+ an hour",
    )
    spent = []
    for budget in sorted({one.budget for one in runs}):
        for key in keys:
            grouped: dict[str, list[Quiet]] = {}
            for one in sorted(runs, key=lambda one: one.rate):
                if one.budget == budget:
                    grouped.setdefault(key(one), []).append(one)
            spent += [spending(name, some) for name, some in grouped.items()]
    return spent


def kinds(runs: Iterable[Quiet]) -> dict[str, dict[str, int]]:
    """Count alarms by budget, severity and kinds."""
    told: dict[str, dict[str, int]] = {}
    for one in runs:
        counted = told.setdefault(f"{one.budget:g}", {})
        for name, count in one.kinds.items():
            counted[name] = counted.get(name, 0) + count
    return told


def show(results: Results, console: Console) -> None:
    """Print pages and notices against the budgets."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("a month", "brands", "days", "pages", "ratio (95 %)", "notices", "ratio (95 %)"):
        table.add_column(heading, justify="left" if heading == "brands" else "right", no_wrap=True)
    for one in results.spent:
        pages = f"{one.pages}/{one.pages_expected:.1f}", _interval(one.pages_ratio)
        notices = f"{one.notices}/{one.notices_expected:.0f}", _interval(one.notices_ratio)
        style = "bold" if one.group == "all" else None
        table.add_row(f"{one.budget:g}", one.group, f"{one.brand_days:,.0f}", *pages, *notices, style=style)
    console.print(table)
    for budget, counted in results.kinds.items():
        told = ", ".join(f"{name} {count}" for name, count in sorted(counted.items(), key=lambda item: -item[1]))
        console.print(f"{budget} a month: {told}", style="dim")
    console.print(
        f"{results.brands} brands for {results.days:g} days, buckets of {results.bucket_seconds} s, "
        f"budgets over {OVER:,} brands; {results.told}"
    )


def _interval(ratio: tuple[float, float, float]) -> str:
    middle, low, high = ratio
    return f"{middle:.2g} ({low:.2g}–{high:.2g})"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with NAB's streams/*.csv, for real backgrounds")
    parser.add_argument("--brands", type=int, default=15, help=f"how many, of the {OVER:,} that the budget is for")
    parser.add_argument("--days", type=int, default=91, help="how long each")
    parser.add_argument("--budgets", type=float, nargs="+", default=[10.0, 100.0, 1_000.0], help="pages a month")
    parser.add_argument("--bucket-seconds", type=int, default=60, choices=(60, 300), help="300 is five times as quick")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, help="draw the ratios to this file, PNG or SVG")
    parser.add_argument("--json", action="store_true", help="print JSON")
    Options.add_to(parser)
    asked = parser.parse_args()
    backgrounds = [*SPREADS, "real"] if asked.data else list(SPREADS)
    jobs = [
        Job(
            number,
            backgrounds[number % len(backgrounds)],
            budget,
            asked.days,
            asked.bucket_seconds,
            asked.seed,
            str(asked.data) if asked.data else None,
        )
        for number in range(asked.brands)
        for budget in asked.budgets
    ]
    done = run_jobs(jobs, run, Quiet, Options.of(asked), Console(stderr=True))
    runs = done.results
    brands = len({one.number for one in runs})
    results = Results(brands, asked.days, asked.bucket_seconds, done.told, summarise(runs), kinds(runs), runs)
    if asked.plot:
        draw_ratios(asked.plot, results.spent)
    if asked.json:
        print(msgspec.json.encode(results).decode())
    else:
        show(results, Console())


if __name__ == "__main__":
    main()
