"""What larum says after a crisis, by simulation: half-lives, further waves, and what false alarms teach.

    python -m tests.benchmarks.aftermath recovery [--repeats 100]
    python -m tests.benchmarks.aftermath waves [--repeats 30]
    python -m tests.benchmarks.aftermath labels [--repeats 4]

`recovery` knows the half-life of each outcry and asks how often the interval of 95 % holds it, how far the estimate is
off, and what is said of one that does not fall. `waves` counts how often a crisis that only falls is told as a further
wave, and how often and how soon one that comes again is. `labels` gives a brand a loud, cross and harmless raffle each
week, and counts pages where people say that they are false alarms and where they do not; in the last week there is a
crisis. Outcries begin at any hour and follow the clock as ordinary talk does; all counts vary by a log-normal factor.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.random import Generator
from rich.console import Console
from rich.table import Table
from scipy.signal import lfilter

from streams.core.aftermath import Recovery, Tide, recovery
from streams.core.crises import Severity
from streams.core.ledger import Voices
from streams.core.sentinel import Sentinel, SentinelState
from streams.core.settings import Detection
from tests.benchmarks.backgrounds import DAY, HOUR, MONDAY, PERSISTENT, WEEK, Floats, Simulated

SHARE = 0.25
WIDTH = 300  # seconds of a bucket, for waves and labels
BRANDS = 3
LABEL_SECONDS = 1_800  # until somebody has looked at a page
NOISES = ((0.0, 1.0), (0.3, 0.5), (0.3, 3.0), (0.5, 1.0))  # standard deviation of the logarithm, and hours of memory


class Told(NamedTuple):
    """An estimate of a known half-life."""

    half_life: float
    recovery: Recovery


def noise(rng: Generator, buckets: int, width: float, deviation: float, memory: float) -> Floats:
    """Draw a factor of mean one that lasts for hours."""
    keep = math.exp(-width / HOUR / memory)
    drawn = lfilter([math.sqrt(1.0 - keep * keep)], [1.0, -keep], rng.normal(size=buckets + 1_000))[1_000:]
    return np.asarray(np.exp(deviation * drawn - deviation * deviation / 2.0))


def outcry(hours: Floats, half_life: float) -> Floats:
    """Give the shape of an outcry, one at its peak half an hour after it began."""
    fall = np.where(np.isfinite(half_life), 0.5 ** (np.maximum(0.0, hours - 0.5) / half_life), 1.0)
    return np.where(hours < 0.0, 0.0, np.clip(hours / 0.5, 0.0, 1.0) * fall)


def season(hours: Floats) -> Floats:
    """Give how much is said at an hour, from a sixth of the most by night."""
    return np.asarray(np.exp(0.9 * np.sin((hours - 9.0) / 24.0 * math.tau)))


def recoveries(
    rng: Generator, rate: float, peak: float, half_life: float, hours: float, spread: tuple[float, float]
) -> Told:
    """Tell of an outcry so many hours after it began."""
    minutes = round(60 * hours)
    start, at = rng.uniform(0.0, 24.0), np.arange(0.5, minutes, dtype=np.float64) / 60.0
    usual = rate * season(start + at) / 60.0
    angry = peak / 60.0 * outcry(at, half_life) * season(start + at) / season(np.array([start + 0.5]))
    factor = noise(rng, minutes, 60.0, *spread)
    negatives = rng.poisson((SHARE * usual + angry) * factor).astype(np.float64)
    others = rng.poisson((1.0 - SHARE) * usual * factor)
    return Told(half_life, recovery(Tide(0.0, 60.0, negatives + others, negatives, usual), 0.0, SHARE))


def measure_recovery(repeats: int) -> Iterator[list[str]]:
    """Yield a row for each size of outcry, noise and time that has passed."""
    rng = np.random.default_rng(1)
    for (rate, peak), spread, hours in product(((4.0, 15.0), (10.0, 60.0), (100.0, 300.0)), NOISES, (4.0, 12.0, 30.0)):
        told = [
            recoveries(rng, rate, peak, half_life, hours, spread)
            for half_life in (1.0, 4.0, 12.0, math.inf)
            for _ in range(repeats)
        ]
        falling = [one for one in told if math.isfinite(one.half_life)]
        given = [one for one in falling if one.recovery.half_life]
        held = [
            (one.recovery.half_life_lower or 0.0) <= one.half_life <= (one.recovery.half_life_upper or math.inf)
            for one in given
        ]
        off = [math.log2((one.recovery.half_life or math.nan) / one.half_life) for one in given]
        states = Counter(one.recovery.state for one in told if not math.isfinite(one.half_life))
        yield [
            f"{rate:g}/h, peak {peak:g}/h", f"{spread[0]:g}, {spread[1]:g} h", f"{hours:g}",
            f"{len(given)} of {len(falling)}", f"{np.mean(held):.2f}" if held else "–",
            f"{np.median(off):+.2f} ({np.percentile(off, 10):+.2f} to {np.percentile(off, 90):+.2f})" if off else "–",
            ", ".join(f"{state} {states[state]}" for state in sorted(states)),
        ]  # fmt: skip


def warm(rng: Generator, rate: float) -> bytes:
    """Let a sentinel learn a quiet fortnight."""
    sentinel = Sentinel(Detection(bucket_seconds=WIDTH), BRANDS, countries=())
    at = np.arange(14 * DAY // WIDTH) * WIDTH
    means = rate * season(at / HOUR) * WIDTH / HOUR
    for bucket, mean in zip((MONDAY + at).tolist(), means.tolist(), strict=True):
        angry, calm = rng.poisson((SHARE * mean, (1.0 - SHARE) * mean))
        sentinel.close(bucket, Voices(int(angry + calm), int(angry + calm), int(angry)))
    return msgspec.msgpack.encode(sentinel.dump())


def waves(
    rng: Generator,
    learned: bytes,
    rate: float,
    peak: float,
    half_life: float,
    again: float,
    spread: tuple[float, float],
) -> tuple[bool, float | None]:
    """Say whether a further wave was told before there was one, and after how many minutes where there was one.

    `again` is its size beside the first; it begins five half-lives after that.
    """
    sentinel = Sentinel(Detection(bucket_seconds=WIDTH), BRANDS, countries=())
    sentinel.restore(msgspec.msgpack.decode(learned, type=SentinelState))
    begin, second = rng.uniform(8.0, 20.0), 5.0 * half_life
    hours = (np.arange(round((begin + second + 6.0 * half_life) * HOUR / WIDTH)) + 0.5) * WIDTH / HOUR
    shape = outcry(hours - begin, half_life) + again * outcry(hours - begin - second, half_life)
    usual = rate * season(hours) * WIDTH / HOUR
    angry = peak * WIDTH / HOUR * shape * season(hours) / season(np.array([begin + 0.5]))
    factor = noise(rng, len(hours), WIDTH, *spread)
    negatives, others = rng.poisson((SHARE * usual + angry) * factor), rng.poisson((1.0 - SHARE) * usual * factor)
    false, found = False, None
    for index, (negative, other) in enumerate(zip(negatives.tolist(), others.tolist(), strict=True)):
        step = sentinel.close(
            MONDAY + 14 * DAY + index * WIDTH, Voices(negative + other, negative + other, negative)
        ).step
        since = (hours[index] - begin - second) * 60.0
        if step in {"raised", "opened"} and sentinel.life.wave > 1:
            false = false or since < 0.0
            found = since if since >= 0.0 and found is None else found
        if step == "closed":
            sentinel.rest()
    return false, found


def measure_waves(repeats: int) -> Iterator[list[str]]:
    """Yield a row for each size of outcry, half-life and noise."""
    rng = np.random.default_rng(2)
    for rate, peak in ((40.0, 60.0), (200.0, 300.0), (200.0, 2_000.0)):
        learned = warm(rng, rate)
        for half_life, spread in product((1.0, 3.0), NOISES):
            row = [f"{rate:g}/h, peak {peak:g}/h", f"{half_life:g} h", f"{spread[0]:g}, {spread[1]:g} h"]
            for again in (0.0, 0.5, 1.0, 2.0):
                told = [waves(rng, learned, rate, peak, half_life, again, spread) for _ in range(repeats)]
                soon = [after for _, after in told if after is not None]
                if again:
                    row.append(f"{len(soon)} of {repeats}" + (f", {np.median(soon):.0f} min" if soon else ""))
                else:
                    row.append(f"{sum(false or after is not None for false, after in told)} of {repeats}")
            yield row


class Labelled(NamedTuple):
    """Pages for raffles and for anything else, and minutes until the page for the crisis."""

    raffles: list[int]
    others: int
    crisis: float | None


def labels(rng: Generator, weeks: int, peak: float, crisis: float, *, told: bool) -> Labelled:
    """Give a brand of 20 voices an hour a raffle each week, and in the last one a crisis too."""
    counts = Simulated(20.0, PERSISTENT).sample(rng, weeks * WEEK // WIDTH, WIDTH)
    at = np.arange(len(counts.voices)) * WIDTH
    begins = [week * WEEK + 2 * DAY + 18 * HOUR + int(rng.uniform(0.0, 2.0) * HOUR) for week in range(2, weeks)]
    cross = sum(rng.lognormal(math.log(peak), 0.25) * outcry((at - begin) / HOUR, 1.0) for begin in begins)
    began = (weeks - 1) * WEEK + 5 * DAY + 15 * HOUR
    more = rng.poisson((cross + crisis * outcry((at - began) / HOUR, 3.0)) * WIDTH / HOUR)
    voices, negatives = counts.voices + more, counts.negatives + rng.binomial(more, 0.7)
    sentinel = Sentinel(Detection(bucket_seconds=WIDTH), BRANDS, countries=())
    pages: list[int] = []
    waiting: list[tuple[int, int]] = []
    for time, many, negative in zip(at.tolist(), voices.tolist(), negatives.tolist(), strict=True):
        before = sentinel.life.severity
        while waiting and waiting[0][0] <= time:
            sentinel.judge(waiting.pop(0)[1], MONDAY + time, false=True)
        step = sentinel.close(MONDAY + time, Voices(many, many, negative)).step
        life = sentinel.life
        if (
            step in {"opened", "raised"}
            and life.severity >= Severity.WARNING
            and (before < Severity.WARNING or life.rise)
        ):
            pages.append(time)
            if told and any(begin <= time < begin + 6 * HOUR for begin in begins):
                waiting.append((time + LABEL_SECONDS, life.onset))
        if step == "closed":
            sentinel.rest()
    raffles = [sum(begin <= page < begin + 6 * HOUR for page in pages) for begin in begins]
    real = [page for page in pages if began <= page < began + 12 * HOUR]
    return Labelled(raffles, len(pages) - sum(raffles) - len(real), (real[0] - began) / 60.0 if real else None)


def measure_labels(repeats: int) -> Iterator[list[str]]:
    """Yield a row for each size of crisis, with and without labels."""
    for crisis, told in product((300.0, 600.0), (False, True)):
        found = [labels(np.random.default_rng(seed), 12, 120.0, crisis, told=told) for seed in range(repeats)]
        months = repeats * 10 * WEEK / (30.44 * DAY)
        by_week = [sum(one.raffles[week] for one in found) for week in range(10)]
        after = ", ".join("missed" if one.crisis is None else f"{one.crisis:.0f}" for one in found)
        yield [
            f"{crisis:g}/h", "yes" if told else "no", f"{sum(by_week) / months:.1f}",
            " ".join(map(str, by_week)), str(sum(one.others for one in found)), after,
        ]  # fmt: skip


PARTS = {
    "recovery": (
        measure_recovery,
        60,
        ("outcry", "noise", "hours", "told", "coverage", "log2 of the ratio", "one that stays"),
    ),
    "waves": (measure_waves, 30, ("outcry", "half-life", "noise", "false", "half as large", "as large", "twice")),
    "labels": (measure_labels, 4, ("crisis", "labelled", "pages a month", "by week", "others", "crisis after (min)")),
}


def main() -> None:
    """Measure one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--repeats", type=int)
    arguments = parser.parse_args()
    run, repeats, headings = PARTS[arguments.part]
    table = Table(*headings, box=None)
    for row in run(arguments.repeats or repeats):
        table.add_row(*row)
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
