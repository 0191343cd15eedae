"""Crises injected into the counts of one brand whose sentinel is warm, and how long each detector took."""

from __future__ import annotations

import math
import zlib
from pathlib import Path as FilePath
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.random import Generator

from streams.core.crises import Severity
from tests.benchmarks.backgrounds import DAY, HOUR, SPREADS, WEEK, Counts, Simulated, Spread, draw, measure
from tests.benchmarks.blocks import Resampled, resampled, thinned
from tests.benchmarks.injections import Crisis, What, odds
from tests.benchmarks.limits import Path, limit
from tests.benchmarks.peers import RULES, delay, threshold
from tests.benchmarks.sentinels import Watcher

WIDTH = 60
LEARNED = 28 * DAY // WIDTH  # buckets before the first crisis
AHEAD = 7 * DAY // WIDTH  # buckets that a crisis may take to be found
QUIET_BRANDS, QUIET_DAYS = 30, 42  # for the peers' thresholds


class Plan(msgspec.Struct, frozen=True):
    """What is injected into every brand, and the budget: false alarms a month over so many brands."""

    sizes: tuple[float, ...] = (2, 3, 5, 10, 20, 50)
    ramps: tuple[float, ...] = (0, 5, 60, 360, 1_440, 4_320)
    whats: tuple[What, ...] = ("volume", "tone", "both")
    moments: int = 3
    budget: float = 1.0
    brands: int = 100
    seed: int = 1

    @property
    def days_between(self) -> float:
        """Mean time between false alarms, brand-days."""
        return self.brands * 30.0 / self.budget


class Trial(msgspec.Struct, frozen=True):
    """One crisis: minutes from its onset to the alarm of each detector, None where there was none, and the limit.

    `floor` is when the crisis has brought as many voices, or negatives, beyond the expected as larum's settings ask
    for: fewer are never told, however sure it is of them.
    """

    background: str
    rate: float
    size: float
    ramp: float
    what: What
    limit: float | None
    floor: float | None
    delays: dict[str, float | None]


class Moment(NamedTuple):
    """A quiet minute at any hour of the week, and the sentinel's state then."""

    bucket: int
    state: bytes


class Stage:
    """One brand, warm: its counts, its sentinel at several moments, and what the peers' thresholds are."""

    def __init__(self, plan: Plan, background: str, rate: float, data: FilePath | None) -> None:
        self.plan, self.background, self.rate = plan, background, rate
        self.rng = np.random.default_rng((plan.seed, zlib.crc32(background.encode()), round(rate)))
        self.brand = _brand(self.rng, background, rate, data)
        self.counts = self.brand.sample(self.rng, LEARNED + WEEK // WIDTH + AHEAD, WIDTH)
        self.quiet = [self.brand.sample(self.rng, QUIET_DAYS * DAY // WIDTH, WIDTH) for _ in range(QUIET_BRANDS)]
        self.spread = self._spread()
        self._detection = self._watcher().detection
        self.limits = {
            (name, channel): threshold(rule, [getattr(one, channel) for one in self.quiet], WIDTH, plan.days_between)
            for name, rule in RULES.items()
            for channel in ("voices", "negatives")
        }
        self.quiet = []

    def run(self) -> list[Trial]:
        """Inject every crisis at every moment."""
        crises = [
            Crisis(size, ramp, what) for what in self.plan.whats for ramp in self.plan.ramps for size in self.plan.sizes
        ]
        return [self._trial(moment, crisis) for moment in self._moments() for crisis in crises]

    def _moments(self) -> list[Moment]:
        """Let the sentinel learn four weeks; keep its state at some moments of the fifth when nothing was open."""
        watcher = self._watcher()
        wanted = sorted(LEARNED + self.rng.integers(0, WEEK // WIDTH, self.plan.moments))
        found: list[Moment] = []
        for at, row in enumerate(self.counts.cut(0, LEARNED + WEEK // WIDTH).rows()):
            while len(found) < len(wanted) and at >= wanted[len(found)] and not watcher.is_open:
                found.append(Moment(at, watcher.dump()))
            watcher.see(*row)
        return found

    def _trial(self, moment: Moment, crisis: Crisis) -> Trial:
        quiet = self.counts.cut(moment.bucket, moment.bucket + AHEAD)
        path = Path(self.brand.expected(quiet.times, 60), self.spread, self.brand.tone)
        soonest = limit(self.rng, path, crisis, math.log(self.plan.days_between * 1_440.0))
        buckets = len(quiet.voices)
        if math.isfinite(soonest):
            buckets = min(buckets, math.ceil(8.0 * soonest + crisis.ramp) + 12 * HOUR // WIDTH)
        loud = crisis.inject(self.rng, quiet.cut(0, buckets))
        delays = {"larum": self._larum(moment, crisis, loud)}
        channel = "voices" if crisis.what == "volume" else "negatives"
        series = np.concatenate((getattr(self.counts, channel)[: moment.bucket], getattr(loud, channel)))
        for name, rule in RULES.items():
            delays[name] = delay(rule(series, WIDTH), self.limits[name, channel], moment.bucket, WIDTH)
        told = {name: value if math.isfinite(value) else None for name, value in delays.items()}
        return Trial(
            self.background,
            self.rate,
            crisis.size,
            crisis.ramp,
            crisis.what,
            soonest if math.isfinite(soonest) else None,
            self._floor(path, crisis),
            told,
        )

    def _floor(self, path: Path, crisis: Crisis) -> float | None:
        factor = crisis.factor(np.arange(len(path.rate), dtype=np.float64) + 0.5)
        wanted: float = self._detection.min_voices
        more = path.rate * (factor - 1.0)
        if crisis.what != "volume":
            share = odds(np.full(len(factor), path.tone.share), factor)
            more = path.rate * ((factor if crisis.what == "both" else 1.0) * share - path.tone.share)
            wanted = self._detection.min_negatives
        total = np.cumsum(more)
        return float(np.searchsorted(total, wanted)) + 1.0 if total[-1] >= wanted else None

    def _larum(self, moment: Moment, crisis: Crisis, loud: Counts) -> float:
        """Feed the crisis; a page is wanted, for volume alone a notice."""
        watcher = self._watcher()
        watcher.restore(moment.state)
        wanted = Severity.NOTICE if crisis.what == "volume" else Severity.WARNING
        for at, row in enumerate(loud.rows()):
            if watcher.see(*row).severity >= wanted:
                return (at + 1) * WIDTH / 60.0
        return math.inf

    def _watcher(self) -> Watcher:
        return Watcher(WIDTH, self.plan.budget, self.plan.budget, self.plan.brands)

    def _spread(self) -> Spread:
        """The background's own over-dispersion: as made where all of it is told, else as measured."""
        if isinstance(self.brand, Simulated) and not self.brand.spread.clumps:
            return self.brand.spread
        return measure(self.quiet, [self.brand.expected(one.times, WIDTH) for one in self.quiet])


def _brand(rng: Generator, background: str, rate: float, data: FilePath | None) -> Simulated | Resampled:
    if background in SPREADS:
        return draw(rng, rate, SPREADS[background])
    real = thinned(resampled(data), rate) if data else None
    if real is None:
        raise ValueError(f"no real stream of {rate:g} voices an hour")
    return real
