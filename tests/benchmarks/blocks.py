"""Quiet brands made of real counts: blocks of hours of real streams, put together anew in the same hours of a week."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from tests.benchmarks.backgrounds import HOUR, MONDAY, WEEK, Counts, Floats, Integers, Tone, with_tone

STEP = 300  # seconds between the counts of the real streams
BLOCK = 6 * HOUR
KNOWN_FAULTS = (  # in the labels, as the data's README names them: not quiet, though outside the labelled windows
    ("", "2015-03-11 07:00:00", "2015-03-11 09:10:00"),  # an outage in several streams
    ("AAPL", "2015-04-14 20:00:00", "2015-04-15 20:00:00"),  # a burst without a label
)


class Stream(NamedTuple):
    """Counts as they were: every five minutes from `times[0]`, gaps left out."""

    name: str
    times: Integers
    values: Integers


class Resampled(NamedTuple):
    """A quiet brand that says what a real one said, thinned to so many voices an hour."""

    rate: float
    stream: Stream
    quiet: tuple[tuple[int, ...], ...]
    profile: Floats
    tone: Tone = Tone()

    @property
    def own_rate(self) -> float:
        """Voices an hour of the real stream on a quiet day."""
        return float(self.profile.mean()) * HOUR / STEP

    def expected(self, times: Integers, width: int) -> Floats:
        """Voices expected in buckets of `width` seconds."""
        slots = (times - MONDAY) % WEEK // HOUR
        return np.asarray(self.profile[slots] * (self.rate / self.own_rate * width / STEP))

    def sample(self, rng: Generator, buckets: int, width: int = 60, start: int = MONDAY) -> Counts:
        """Draw so many buckets: blocks of hours, each from one of the weeks, thinned and spread over minutes."""
        first = start // BLOCK * BLOCK
        blocks = -(-(start + buckets * width - first) // BLOCK)
        chosen = [self._block(rng, first + number * BLOCK) for number in range(blocks)]
        coarse = np.concatenate(chosen)
        kept = rng.binomial(coarse, min(1.0, self.rate / self.own_rate))
        voices = _refine(rng, kept, width) if width < STEP else kept.reshape(-1, width // STEP).sum(axis=1)
        hour = np.ones(HOUR // width) / (HOUR // width)
        level = np.convolve(voices, hour, mode="same")
        skip = (start - first) // width
        chosen_voices, chosen_level = voices[skip : skip + buckets], level[skip : skip + buckets]
        return with_tone(rng, start, width, chosen_voices, chosen_level, self.tone)

    def _block(self, rng: Generator, time: int) -> Integers:
        begins = self.quiet[(time - MONDAY) % WEEK // BLOCK]
        begin = begins[rng.integers(len(begins))]
        return self.stream.values[begin : begin + BLOCK // STEP]


def read(path: Path) -> Stream:
    """Read one stream, moved onto the grid of five minutes; a missing row repeats the last count."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(epoch(row["timestamp"]) // STEP, round(float(row["value"]))) for row in csv.DictReader(file)]
    values = dict(rows)
    first, last = rows[0][0], rows[-1][0]
    filled = np.zeros(last - first + 1, dtype=np.int64)
    for slot in range(first, last + 1):
        filled[slot - first] = values.get(slot, filled[max(0, slot - first - 1)])
    return Stream(path.stem, np.arange(first, last + 1) * STEP, filled)


def resampled(data: Path) -> list[Resampled]:
    """Make a brand of each stream in ``DIR/streams``, at its own rate, without its labelled windows."""
    file = data / "combined_windows.json"
    windows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    made = [_make(read(path), windows) for path in sorted((data / "streams").glob("*.csv"))]
    if not made:
        raise SystemExit(f"{data}: no streams/*.csv")
    return made


def thinned(streams: list[Resampled], rate: float) -> Resampled | None:
    """Choose the real stream whose rate is next above the one asked for, and thin it; None above the busiest."""
    enough = [one for one in streams if one.own_rate >= rate]
    return min(enough, key=lambda one: one.own_rate)._replace(rate=rate) if enough else None


def epoch(timestamp: str) -> int:
    """Read a timestamp without offset as UTC."""
    return int(datetime.fromisoformat(timestamp.strip()).replace(tzinfo=UTC).timestamp())


def _make(stream: Stream, windows: dict[str, list[list[str]]]) -> Resampled:
    labelled = next((spans for key, spans in windows.items() if Path(key).stem == stream.name), [])
    faults = [[start, end] for name, start, end in KNOWN_FAULTS if name in stream.name]
    loud = np.zeros(len(stream.times), dtype=bool)
    for start, end in [*labelled, *faults]:
        loud |= (stream.times >= epoch(start) - STEP) & (stream.times <= epoch(end))
    quiet = _quiet_blocks(stream, loud)
    profile = _profile(stream, loud)
    return Resampled(float(profile.mean()) * HOUR / STEP, stream, quiet, profile)


def _quiet_blocks(stream: Stream, loud: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Where blocks begin that hold nothing labelled, by block of the week."""
    found: list[list[int]] = [[] for _ in range(WEEK // BLOCK)]
    for begin in np.flatnonzero((stream.times - MONDAY) % BLOCK == 0):
        if begin + BLOCK // STEP <= len(loud) and not loud[begin : begin + BLOCK // STEP].any():
            found[(int(stream.times[begin]) - MONDAY) % WEEK // BLOCK].append(int(begin))
    everything = sorted(begin for begins in found for begin in begins)
    return tuple(tuple(begins or everything) for begins in found)


def _profile(stream: Stream, loud: np.ndarray) -> Floats:
    """Mean count by hour of the week, of what is quiet."""
    slots = (stream.times[~loud] - MONDAY) % WEEK // HOUR
    counts = np.bincount(slots, minlength=WEEK // HOUR)
    sums = np.bincount(slots, weights=stream.values[~loud], minlength=WEEK // HOUR)
    return np.asarray(np.where(counts > 0, sums / np.maximum(1, counts), sums.sum() / max(1, counts.sum())))


def _refine(rng: Generator, coarse: Integers, width: int) -> Integers:
    """Spread counts of five minutes evenly over smaller buckets, as chance will."""
    parts = STEP // width
    return rng.multinomial(coarse, np.full(parts, 1.0 / parts)).reshape(-1).astype(np.int64)
