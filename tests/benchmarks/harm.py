"""Whether harm keeps its part of the budget, and how soon it is found: brands with ordinary harm, minute by minute.

    python -m tests.benchmarks.harm [--brands 1] [--days 91] [--json]

Brands have 0.02 to 10 voices a minute, of which 0.03 to 20 % speak of harm: each for itself, on days that differ, or in
stories that two or four tell within hours. Every alarm is false. They begin with nothing learned. At the end of each,
people come to harm, one in six minutes: with which of them would it be told?
"""

from __future__ import annotations

import argparse
import itertools
import statistics

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from detectors.harm import HarmDetector
from detectors.observations import Features
from streams.core.judgement import Limits, is_enough
from streams.core.settings import Detection

DAY = 1_440
LEVELS = (2.0, 2.5, 3.0, 4.0)  # log10 of days: what pages one brand, three, ten, a hundred at a page a month
RATES, SHARES = (0.02, 0.2, 2.0, 10.0), (0.0003, 0.003, 0.03, 0.2)
STORIES = ((1, 0.0), (1, 0.5), (2, 0.3), (4, 0.3))  # how many tell one, and the deviation of a day's logarithm
VICTIMS, EVERY, STORY_MINUTES = 30, 6, 120.0


class Row(msgspec.Struct):
    """Brands of one share of harm: false alarms beside those due, and the median victim who is heard, by level."""

    share: float
    brand_days: int
    alarms: list[int]
    due: list[float]
    heard: list[float]


def voices(
    rng: np.random.Generator, rate: float, share: float, story: tuple[int, float], days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw all voices, and those of harm, of each minute."""
    tellers, deviation = story
    minutes = days * DAY
    rhythm = rate * (1.0 + 0.8 * np.sin(np.arange(minutes) * 2.0 * np.pi / DAY))
    day = np.exp(rng.normal(0.0, deviation, days)).repeat(DAY)
    harms = np.zeros(minutes, np.int64)
    for start in rng.poisson(rhythm * share / tellers * day).nonzero()[0]:
        told = rng.exponential(STORY_MINUTES, rng.geometric(1.0 / tellers))
        told[0] = 0.0
        at = start + told.astype(int)
        np.add.at(harms, at[at < minutes], 1)
    return np.maximum(rng.poisson(rhythm * rng.gamma(5.0, 0.2, minutes)), harms), harms


def run(seed: int, rate: float, share: float, story: tuple[int, float], days: int) -> tuple[list[int], list[int]]:
    """Let one brand run; return false alarms and the victim who is heard, at each level."""
    rng, detector = np.random.default_rng((1, seed)), HarmDetector()
    floor = Limits.of(Detection(), 1)
    alarms, last, heard = [0] * len(LEVELS), [-DAY - 1] * len(LEVELS), [0] * len(LEVELS)
    everyone, harms = voices(rng, rate, share, story, days + 1)
    for minute, (mentions, harm) in enumerate(zip(everyone.tolist(), harms.tolist(), strict=True)):
        after = minute - days * DAY
        victim = after // EVERY + 1 if after >= 0 and after % EVERY == 0 else 0
        if victim > VICTIMS:
            break
        x: Features = {"time": minute * 60.0, "mentions": float(mentions + (victim > 0))}
        found = detector.find_one(x, float(harm + (victim > 0)))
        for number, level in enumerate(LEVELS):
            if found.surprise < level or not is_enough(found, floor):
                continue
            if after >= 0:
                heard[number] = heard[number] or victim or after // EVERY + 1
            else:
                alarms[number] += minute - last[number] > DAY
                last[number] = minute
        learn = detector.learn_one if found.surprise < 1.0 and after < 0 else detector.doubt_one
        learn(x, float(harm + (victim > 0)))
    return alarms, [one or VICTIMS + 1 for one in heard]


def measure(brands: int, days: int) -> list[Row]:
    """Run so many brands of each kind."""
    rows = []
    seeds = itertools.count()
    for share in track(SHARES, "shares", console=Console(stderr=True), transient=True):
        runs = [
            run(next(seeds), rate, share, story, days) for rate in RATES for story in STORIES for _ in range(brands)
        ]
        alarms = [sum(one[0][number] for one in runs) for number in range(len(LEVELS))]
        heard = [statistics.median(one[1][number] for one in runs) for number in range(len(LEVELS))]
        total = len(runs) * days
        rows.append(Row(share, total, alarms, [round(total / 10.0**level, 2) for level in LEVELS], heard))
    return rows


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=1, help="how many of each rate, share and story")
    parser.add_argument("--days", type=int, default=91, help="how long each")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    rows = measure(asked.brands, asked.days)
    if asked.json:
        print(msgspec.json.encode(rows).decode())
        return
    table = Table(box=None, header_style="bold")
    for heading in (
        "share of harm",
        "brand days",
        *(f"alarms / due, once in {10**level:,.0f} days" for level in LEVELS),
    ):
        table.add_column(heading, justify="right")
    table.add_column("victim who is heard", justify="right")
    for one in rows:
        told = [f"{count} / {due:g}" for count, due in zip(one.alarms, one.due, strict=True)]
        table.add_row(f"{one.share:.2%}", f"{one.brand_days:,}", *told, ", ".join(f"{v:g}" for v in one.heard))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
