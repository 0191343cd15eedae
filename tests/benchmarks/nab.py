"""Numenta's Twitter streams through larum's detection, fed nothing but counts: one setting for all, no look-ahead.

    python -m tests.benchmarks.nab --data DIR --out DIR [--scorer nab_score.py] [--json]

Reads every ``DIR/streams/*.csv`` (timestamp, value; every five minutes), writes one result file each of the same name
(timestamp, value, anomaly_score) as NAB's scorer takes them. The score is above 0 only where an episode opens: one
alarm an episode. It is 0.5 at the threshold that the default budget gives and grows with the surprise. Beside it stand
the one-line rule 'highest 15-minute count in three days, one alarm a day' and NAB's windowed
Gaussian. With a scorer all are scored, also with the threshold chosen on all streams but the one that is scored.
"""

from __future__ import annotations

import argparse
import csv
import math
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks.backgrounds import Floats, Integers
from tests.benchmarks.blocks import epoch
from tests.benchmarks.nab_charts import draw
from tests.benchmarks.nab_rules import highest, windowed_gaussian
from tests.benchmarks.nab_scores import Scores, score
from tests.benchmarks.sentinels import Watcher

WIDTH = 300
DETECTORS = {
    "larum": "larum",
    "highest": "highest in 3 days",
    "gaussian": "windowed Gaussian",
}


class Rows(NamedTuple):
    """One file as it is: the timestamps are written back as they were read."""

    stamps: list[str]
    values: Integers

    @classmethod
    def read(cls, path: Path) -> Rows:
        """Read a stream."""
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return cls([row["timestamp"] for row in rows], np.array([round(float(row["value"])) for row in rows]))

    def write(self, path: Path, scores: Floats) -> None:
        """Write a result file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("timestamp", "value", "anomaly_score"))
            writer.writerows(zip(self.stamps, self.values, (f"{one:.9f}" for one in scores), strict=True))


class Results(msgspec.Struct):
    """What one run comes to; `alarms` and `days` are over all streams, `scores` by detector where there are labels."""

    streams: int
    days: float
    seconds: float
    alarms: dict[str, int]
    scores: dict[str, Scores] | None


def larum(rows: Rows) -> Floats:
    """Score each row: above 0 where an episode opens, the more surprising the closer to 1."""
    watcher = Watcher(bucket_seconds=WIDTH)
    threshold = watcher.sentinel.limits.notice
    scores, last = np.zeros(len(rows.values)), 0
    for at, (stamp, value) in enumerate(zip(rows.stamps, rows.values.tolist(), strict=True)):
        bucket = epoch(stamp) // WIDTH * WIDTH
        for missing in range(last + WIDTH, bucket, WIDTH) if last else ():
            watcher.miss(missing)
        seen = watcher.see(bucket, value, scored=0)
        if seen.opened:
            scores[at] = squash(seen.surprise - threshold)
        last = bucket
    return scores


def squash(excess: float) -> float:
    """Bring orders of magnitude beyond the threshold between 0 and 1, never so close to 1 that two become equal.

    Examples
    --------
    >>> squash(0.0), squash(2.0) < squash(200.0) < 1.0
    (0.5, True)
    """
    return 0.5 + math.atan(excess) / math.pi


def run(path: Path, folders: dict[str, Path]) -> tuple[dict[str, int], float]:
    """Put one stream through all; count their alarms, and the days."""
    rows = Rows.read(path)
    every: dict[str, Callable[[], Floats]] = {
        "larum": lambda: larum(rows),
        "highest": lambda: highest(rows.values),
        "gaussian": lambda: windowed_gaussian(rows.values),
    }
    alarms = {}
    for name, detect in every.items():
        scores = detect()
        rows.write(folders[name] / path.name, scores)
        alarms[name] = int((scores > (1.0 - 1e-6 if name == "gaussian" else 0.0)).sum())
    return alarms, (epoch(rows.stamps[-1]) - epoch(rows.stamps[0])) / 86_400.0


def run_all(paths: list[Path], folders: dict[str, Path], console: Console) -> tuple[dict[str, int], float]:
    """Put all streams through, on all processors."""
    with ProcessPoolExecutor() as pool:
        done = pool.map(run, paths, [folders] * len(paths))
        each = list(track(done, "streams", total=len(paths), console=console, transient=True))
    alarms = {name: sum(counted[name] for counted, _ in each) for name in DETECTORS}
    return alarms, sum(days for _, days in each)


def show(results: Results, console: Console) -> None:
    """Print a line for each detector; alarms and false-alarm episodes are those of a stream-day."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    headings = ["detector", "a day"]
    if results.scores:
        headings += ["NAB", "low FP", "low FN", "left out", "hit", "in 3 h", "false"]
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for name, title in DETECTORS.items():
        row = [title, f"{results.alarms[name] / results.days:.3f}"]
        table.add_row(*row, *(_cells(results.scores[name]) if results.scores else ()))
    console.print(table)
    console.print(f"{results.streams} streams of {results.days:.0f} days together, {results.seconds:.0f} seconds")
    for name, one in (results.scores or {}).items():
        spread = ", ".join(f"{stream} {value:.1f}" for stream, value in one.left_out.items())
        console.print(f"{DETECTORS[name]}, each scored by the others' threshold: {spread}", style="dim")


def _cells(one: Scores) -> list[str]:
    values = [*one.left_out.values()]
    return [
        *(f"{value:.1f}" for value in (one.standard, one.low_fp, one.low_fn)),
        f"{np.mean(values):.1f}±{np.std(values):.1f}" if values else "–",
        f"{one.hit}/{one.windows}",
        str(one.near),
        f"{one.false_a_day:.3f}",
    ]


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with streams/*.csv, and labels if there are any"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for larum's result files")
    parser.add_argument("--scorer", type=Path, help="nab_score.py; without it nothing is scored")
    parser.add_argument("--plot", type=Path, help="draw streams and alarms to this file, PNG or SVG")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    paths = sorted((asked.data / "streams").glob("*.csv"))
    if not paths:
        parser.error(f"{asked.data}: no streams/*.csv")
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        beside = Path(temporary)
        folders = {"larum": asked.out, "highest": beside / "highest", "gaussian": beside / "gaussian"}
        alarms, days = run_all(paths, folders, Console(stderr=True))
        seconds = time.perf_counter() - began
        scores = score(asked.scorer, asked.data, folders) if asked.scorer else None
    results = Results(len(paths), round(days, 1), round(seconds, 1), alarms, scores)
    if asked.plot:
        draw(asked.plot, asked.data, asked.out)
    if asked.json:
        print(msgspec.json.encode(results).decode())
    else:
        show(results, Console())


if __name__ == "__main__":
    main()
