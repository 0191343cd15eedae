"""Tell what is said about a brand, minute by minute, and see what larum makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from streams.core.crises import CrisisEvent, Severity
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.settings import Brand, Settings
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="zorzanka", name="Zorzanka"),))
START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday

Minute = Callable[[datetime], tuple[float, float]]
"""Expected posts of a minute, and the share of them that is negative."""


Fate = Literal["lost", "late", "stamped"]
"""Of posts that a collector misses: gone; handed in when it is back, as written; or as if they were written then."""


class Hole(NamedTuple):
    """A time in which a collector misses a part of the posts, of one source or of all."""

    start: datetime
    end: datetime
    missed: float
    source: str | None
    fate: Fate


class Story:
    """Days of ordinary talk, and what is added to them.

    Parameters
    ----------
    rate
        Ordinary posts a minute at noon; a third of that at night.
    negative
        Ordinary share of negatives.
    days
        How long the ordinary talk goes on.
    sources
        Where it goes on, in equal parts.
    """

    CATCH_UP = 100  # posts a minute that a collector hands in when it is back

    def __init__(
        self, rate: float, negative: float = 0.2, days: float = 5.0, seed: int = 1, sources: Sequence[str] = ("x",)
    ) -> None:
        self.sources = sources
        self.rate, self.negative = rate, negative
        self.end = START + timedelta(days=days)
        self._generator = np.random.default_rng(seed)
        self._layers: list[tuple[datetime, datetime, Minute]] = [(START, self.end, self._ordinary)]
        self._same: list[tuple[datetime, datetime, float, str]] = []
        self._holes: list[Hole] = []
        self._missed: dict[Hole, list[Post]] = {}
        self._number = 0

    def add(self, start: datetime, minutes: float, rate: float, negative: float) -> Story:
        """Add so many posts a minute, of which such a share is negative."""
        self._layers.append((start, start + timedelta(minutes=minutes), lambda _: (rate, negative)))
        return self

    def repeat(self, start: datetime, minutes: float, times: int, text: str) -> Story:
        """Add one text, posted so many times by as many accounts."""
        self._same.append((start, start + timedelta(minutes=minutes), times / minutes, text))
        return self

    def lose(
        self, start: datetime, minutes: float, missed: float = 1.0, source: str | None = None, fate: Fate = "lost"
    ) -> Story:
        """Let the collector miss everything for a while, or a part of it, or one source."""
        self._holes.append(Hole(start, start + timedelta(minutes=minutes), missed, source, fate))
        return self

    def tell(self) -> list[CrisisEvent]:
        """Run it through the pipeline; return all events."""
        pipeline = Pipeline(SETTINGS, Keyword())
        events: list[CrisisEvent] = []
        moment = START
        while moment < self.end:
            events += pipeline.take([(post, "") for post in self._collected(moment)]).events
            moment += timedelta(minutes=1)
        return events + pipeline.finish().events

    def _collected(self, moment: datetime) -> Iterator[Post]:
        """Give what the collector hands in: what is written in this minute, less what it misses, and what it missed."""
        for post in self.minute(moment):
            hole = next((hole for hole in self._holes if self._falls_into(hole, post, moment)), None)
            if hole is None:
                yield post
            elif hole.fate != "lost":
                self._missed.setdefault(hole, []).append(post)
        for hole, posts in self._missed.items():
            if moment >= hole.end:
                handed_in = [posts.pop(0) for _ in range(min(len(posts), self.CATCH_UP))]
                stamp = moment + timedelta(seconds=30)
                yield from (
                    post if hole.fate == "late" else msgspec.structs.replace(post, created_at=stamp)
                    for post in handed_in
                )

    def _falls_into(self, hole: Hole, post: Post, moment: datetime) -> bool:
        return (
            hole.start <= moment < hole.end
            and hole.source in {None, post.source}
            and (hole.missed == 1.0 or bool(self._generator.random() < hole.missed))
        )

    def minute(self, moment: datetime) -> Iterator[Post]:
        """Give the posts of a minute."""
        for start, end, minute in self._layers:
            if start <= moment < end:
                rate, negative = minute(moment)
                for _ in range(self._generator.poisson(rate * self._generator.gamma(8.0, 1 / 8.0))):
                    yield self._post(moment, "wstyd" if self._generator.random() < negative else "jest")
        for start, end, rate, text in self._same:
            if start <= moment < end:
                for _ in range(self._generator.poisson(rate)):
                    yield self._post(moment, text, same=True)

    def _ordinary(self, moment: datetime) -> tuple[float, float]:
        day = 0.5 * (1.0 + np.cos(2.0 * np.pi * (moment.hour + moment.minute / 60.0 - 14.0) / 24.0))
        return self.rate * float(1.0 / 3.0 + 2.0 / 3.0 * day), self.negative

    def _post(self, moment: datetime, word: str, *, same: bool = False) -> Post:
        self._number += 1
        tail = "" if same else " " + "".join(self._generator.choice(list("abcdefghijklmnoprstuwz"), 8))
        return Post(
            id=str(self._number),
            source=self.sources[self._number % len(self.sources)],
            author=str(self._number),
            text=f"Zorzanka {word}{tail}",
            lang="pl",
            created_at=moment + timedelta(seconds=float(self._generator.uniform(0, 59))),
        )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of the story: day 0 is its first Monday."""
    return START + timedelta(days=day, hours=hour, minutes=minute)


def pages(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the first event of each crisis that wakes somebody."""
    first: dict[str, CrisisEvent] = {}
    for event in events:
        if event.step in {"opened", "raised"} and Severity[event.data.severity.upper()] >= Severity.WARNING:
            first.setdefault(event.subject, event)
    return list(first.values())


def crises(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the events that are about the brand."""
    return [event for event in events if not event.data.silent_source]


def silences(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the events that are about sources."""
    return [event for event in events if event.data.silent_source]


def minutes_after(start: datetime, event: CrisisEvent) -> float:
    """Say how long after `start` an event came, minutes of the posts' own time."""
    return (datetime.fromisoformat(event.time) - start).total_seconds() / 60.0
