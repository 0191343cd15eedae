"""What closing a bucket costs, and how much is remembered of a brand: all five detectors, judgement and learning.

    python -m tests.benchmarks.close [--days 30] [--json]

One sentinel for each rate of voices is fed simulated minutes whose level drifts, as production's is: first a month, so
that all it remembers is there, then one day that is timed, in processor seconds. The state is counted as it is encoded
for the changelog. The goal is 50 microseconds a brand and minute, and 20 kB a brand.
"""

from __future__ import annotations

import argparse
import statistics
import time

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks.backgrounds import DAY, PERSISTENT, draw
from tests.benchmarks.sentinels import Watcher

RATES = (1.0, 10.0, 100.0, 1_000.0, 10_000.0)
WIDTH, PARTS = 60, 24  # the timed day in parts, of which the median counts: the machine is shared


class Cost(msgspec.Struct):
    """Of one brand with so many voices an hour."""

    rate: float
    microseconds: float
    state_bytes: int


def measure(rate: float, days: int) -> Cost:
    """Let a sentinel learn, then time a day of it."""
    rng = np.random.default_rng((1, round(rate)))
    rows = list(draw(rng, rate, PERSISTENT).sample(rng, (days + 1) * DAY // WIDTH, WIDTH).rows())
    watcher = Watcher(WIDTH, brands=100)
    learned, part = days * DAY // WIDTH, DAY // WIDTH // PARTS
    for row in rows[:learned]:
        watcher.see(*row)
    costs = []
    for start in range(learned, len(rows), part):
        began = time.process_time()
        for row in rows[start : start + part]:
            watcher.see(*row)
        costs.append((time.process_time() - began) / part * 1e6)
    return Cost(rate, round(statistics.median(costs), 1), len(watcher.dump()))


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30, help="how long a brand is learned before the day that is timed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    costs = [measure(rate, asked.days) for rate in track(RATES, "rates", console=Console(stderr=True), transient=True)]
    if asked.json:
        print(msgspec.json.encode(costs).decode())
        return
    table = Table(box=None, header_style="bold")
    for heading in ("voices an hour", "µs a bucket", "bytes of state"):
        table.add_column(heading, justify="right")
    for one in costs:
        table.add_row(f"{one.rate:,.0f}", f"{one.microseconds:.0f}", f"{one.state_bytes:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
