"""Tell what is said about a brand, minute by minute, and see what larum makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from streams.core.crises import CrisisEvent
from streams.core.posts import Post
from tests.scenarios.collector import Collector, Fate, Hole, Order, Retraction, Skew
from tests.scenarios.past import close, counter, counts_past, posts_past, reader, states
from tests.scenarios.usual import Usual, write

Write = Callable[[int], dict[str, Any]]
"""Fields of the post of a flood that has this number."""


class Layer(NamedTuple):
    """Talk beside the usual: posts of a minute, the share that is negative, and in which words."""

    start: datetime
    end: datetime
    expect: Callable[[datetime], float]
    negative: float
    said: str = "wstyd"
    lang: str = "pl"


class Flood(NamedTuple):
    """So many posts, evenly spread, of which each is written by hand."""

    start: datetime
    minutes: float
    times: int
    write: Write


class Story:
    """Days of ordinary talk, and what is added to them.

    Parameters
    ----------
    rate, negative, **usual
        Of the usual talk: see `Usual`.
    days
        How long it goes on.
    """

    def __init__(self, rate: float, negative: float = 0.2, days: int = 4, **usual: Any) -> None:
        self.usual = Usual(rate, negative, **usual)
        self.days = days
        self._layers: list[Layer] = []
        self._floods: list[Flood] = []
        self._faults: list[Hole | Skew | Retraction | Order] = []

    def add(
        self, start: datetime, minutes: float, rate: float, negative: float, said: str = "wstyd", lang: str = "pl"
    ) -> Story:
        """Add so many posts a minute, of which such a share is negative."""
        self._layers.append(Layer(start, start + timedelta(minutes=minutes), lambda _: rate, negative, said, lang))
        return self

    def grow(self, start: datetime, days: float, times: float, negative: float) -> Story:
        """Add so many times the usual talk for some days, by night and day."""
        expect = self.usual.expect
        self._layers.append(Layer(start, start + timedelta(days=days), lambda at: times * expect(at), negative))
        return self

    def flood(self, start: datetime, minutes: float, times: int, write: Write) -> Story:
        """Add so many posts, evenly spread, each of which is written by hand."""
        self._floods.append(Flood(start, minutes, times, write))
        return self

    def lose(
        self, start: datetime, minutes: float, missed: float = 1.0, source: str | None = None, fate: Fate = "lost"
    ) -> Story:
        """Let the collector miss everything for a while, or a part of it, or one source."""
        self._faults.append(Hole(start, start + timedelta(minutes=minutes), missed, source, fate))
        return self

    def skew(self, start: datetime, minutes: float, source: str, seconds: float) -> Story:
        """Let a source stamp its posts wrongly for a while."""
        self._faults.append(Skew(start, start + timedelta(minutes=minutes), source, seconds))
        return self

    def retract(self, since: datetime, at: datetime) -> Story:
        """Let every second post that was written between these be deleted."""
        self._faults.append(Retraction(since, at))
        return self

    def rebaseline(self, at: datetime) -> Story:
        """Let the user say that the present level is the normal one."""
        self._faults.append(Order(at))
        return self

    def tell(self, restart_every: int = 0) -> list[CrisisEvent]:
        """Let the embedded runtime read the posts as they are written; return all events.

        It may be started anew every so many minutes, from what the one before it would have remembered.
        """
        first = self._first_day()
        past = posts_past(self.usual, first)
        runtime, events = reader(self.usual, past.states), list(past.events)
        for number, (moment, posts) in enumerate(self._handed_in(first), 1):
            now = (moment + timedelta(minutes=1)).timestamp()
            events += (runtime.take_posts([(post, "") for post in posts], now) if posts else runtime.idle(now)).events
            if restart_every and number % restart_every == 0:
                runtime = reader(self.usual, states(runtime))
        return events + runtime.finish().events

    def count(self) -> list[CrisisEvent]:
        """Let larum read the counts of every minute instead, where posts would be too many; return all events."""
        first = self._first_day()
        past = counts_past(self.usual, first)
        brand, events = counter(self.usual, past.states), list(past.events)
        for fault in self._faults:
            assert isinstance(fault, Order), "only posts can be lost, stamped or deleted"
            brand.rebaseline(int(fault.start.timestamp()))
        for day in range(first, self.days):
            for minute, usual in enumerate(self.usual.count(day)):
                moment = self._minute(day, minute)
                counts = [usual, *(self._count(number, moment) for number in range(len(self._layers)))]
                posts, angry = (sum(column) for column in zip(*counts, strict=True))
                events += close(brand, int(moment.timestamp()), posts, angry)
        return events

    def _first_day(self) -> int:
        """Give the first day on which anything happens: what was before is the past that stories share."""
        starts = [one.start for one in [*self._layers, *self._floods, *self._faults]]
        assert all(start < self._minute(self.days, 0) for start in starts), "the story ends before all of it is told"
        return min(((start - self.usual.start).days for start in starts), default=self.days)

    def _minute(self, day: int, minute: int) -> datetime:
        return self.usual.start + timedelta(days=day, minutes=minute)

    def _handed_in(self, first: int) -> Iterator[tuple[datetime, list[Post]]]:
        """Give what larum is handed in, minute by minute."""
        collector = Collector(self._faults)
        for day in range(first, self.days):
            for minute, usual in enumerate(self.usual.posts(day)):
                moment = self._minute(day, minute)
                yield moment, collector.hand_in(moment, [*usual, *self._added(moment)])

    def _added(self, moment: datetime) -> Iterator[Post]:
        """Give the posts that layers and floods add to a minute."""
        sources = self.usual.sources
        for number, layer in enumerate(self._layers):
            posts, angry = self._count(number, moment)
            if not posts:
                continue
            generator = self._chance(number, moment, "words")
            for one, text in enumerate(write(generator, posts, angry, layer.said)):
                at = moment + timedelta(seconds=float(generator.uniform(0.0, 59.0)))
                name = f"{number}+{moment.timestamp():.0f}.{one}"
                source = sources[(moment.minute + one) % len(sources)]
                yield Post(id=name, source=source, author=name, text=text, lang=layer.lang, created_at=at)
        for number, flood in enumerate(self._floods):
            if flood.start - timedelta(minutes=1) < moment < flood.start + timedelta(minutes=flood.minutes):
                yield from self._poured(number, flood, moment)

    def _poured(self, number: int, flood: Flood, moment: datetime) -> Iterator[Post]:
        """Give the posts of a flood in a minute."""
        for one in range(flood.times):
            at = flood.start + timedelta(minutes=one * flood.minutes / flood.times)
            if moment <= at < moment + timedelta(minutes=1):
                stated = {"id": f"flood{number}.{one}", "source": self.usual.sources[0], "lang": "pl"}
                yield Post(**{**stated, **flood.write(one)}, created_at=at)

    def _count(self, number: int, moment: datetime) -> tuple[int, int]:
        """Give posts, and negative ones among them, that a layer adds to a minute."""
        layer = self._layers[number]
        if not layer.start <= moment < layer.end:
            return 0, 0
        generator = self._chance(number, moment, "counts")
        posts = int(generator.poisson(layer.expect(moment) * generator.gamma(8.0, 1 / 8.0)))
        return posts, int(generator.binomial(posts, layer.negative))

    def _chance(self, number: int, moment: datetime, what: str) -> np.random.Generator:
        """Give chance that depends on what it is of alone: a day of a story is the same without those before it."""
        return np.random.default_rng([self.usual.seed, number, int(moment.timestamp()), len(what)])
