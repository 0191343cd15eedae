"""The simulation behind `larum demo`: invented posts about invented brands, in which a crisis breaks out.

It knows nothing of the detectors. Counts are over-dispersed and moods swing from hour to hour, as in real streams.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

import xxhash

from streams.core.posts import Post
from streams.demo.arrivals import Rate, arrivals, rhythm
from streams.demo.phrases import Lang, Phrases, Tone
from streams.demo.script import BRANDS, END, HOUR, MINUTE, START, Script, plan, seeded

FLOOD_POSTS, ANGRY_POSTS = 500, 10
SALE_FACTOR = 5.0
WHOLE = START.timestamp(), END.timestamp()


class Draft(NamedTuple):
    """A post before it has found its place among the others; `repeats` names the post whose words it repeats."""

    time: float
    id: str
    author: str
    text: str
    lang: Lang
    reach: int
    repeats: str | None = None


class Talk(NamedTuple):
    """How people talk of a brand on an ordinary day: posts an hour, shares of English and of negative posts."""

    per_hour: float
    english: float
    negative: float


class Event(NamedTuple):
    """A stream of posts of one kind; `repeated` is the share of posts that repeat another's words."""

    name: str
    rate: Rate
    span: tuple[float, float]
    repeated: float
    english: float


TALK = {"zorzanka": Talk(62, 0.12, 0.24), "turmon": Talk(56, 0.15, 0.28), "northquill": Talk(44, 0.55, 0.2)}


def simulate(seed: int) -> Iterator[Post]:
    """Simulate thirteen days of posts, in order of time.

    Parameters
    ----------
    seed
        Decides everything: the same seed gives the same posts.

    Yields
    ------
    Post
        With source ``simulation``.

    Examples
    --------
    >>> first, second = next(simulate(7)), next(simulate(7))
    >>> first == second, first.source
    (True, 'simulation')
    """
    when = plan(seed)
    zorzanka, turmon, northquill = crowds = [Crowd(seed, brand.id, brand.name) for brand in BRANDS]
    streams = [crowd.ordinary() for crowd in crowds]
    streams += [northquill.sale(when), turmon.flood(when), zorzanka.angry(when), zorzanka.crisis(when)]
    for draft in heapq.merge(*streams, unrelated(seed)):
        yield Post(
            id=draft.id,
            source="simulation",
            created_at=round(draft.time, 3),
            text=draft.text,
            author=draft.author,
            lang=draft.lang,
            reach=draft.reach,
            repost_of=draft.repeats,
        )


class Crowd:
    """The people who post about one brand."""

    def __init__(self, seed: int, brand: str, name: str) -> None:
        self.seed, self.brand = seed, brand
        self.phrases = Phrases(brand, name)
        self.talk = TALK[brand]

    def ordinary(self) -> Iterator[Draft]:
        """Talk as on any day: moods swing from hour to hour around the brand's usual share of complaints."""
        rng, negative = seeded(self.seed, self.brand, "moods"), self.talk.negative
        moods = Moods(lambda: rng.betavariate(30 * negative, 30 * (1 - negative)), positive=0.4)
        rate = self.talk.per_hour
        return self._talk(Event("", lambda time: rate * rhythm(time), WHOLE, 0.06, self.talk.english), moods)

    def sale(self, when: Script) -> Iterator[Draft]:
        """Hunt for bargains: many, cheerful, a few of them disappointed."""
        span = when.sale, when.sale + when.sale_hours * HOUR
        rate = (SALE_FACTOR - 1) * self.talk.per_hour
        moods = Moods(lambda: 0.06, positive=0.75)
        return self._talk(Event("sale", lambda time: rate * rhythm(time), span, 0.12, self.talk.english), moods)

    def flood(self, when: Script) -> Iterator[Draft]:
        """Post one text from five hundred accounts in half an hour."""
        rng = seeded(self.seed, "flood")
        text = self.phrases.exactly(rng, "pl", "flood")
        late = sorted(when.flood + 30 * MINUTE * rng.random() for _ in range(FLOOD_POSTS - 1))
        for number, time in enumerate([when.flood, *late]):
            account = f"konto{rng.getrandbits(40):x}"
            yield Draft(time, self._id("flood", number), account, text, "pl", rng.randint(0, 40))

    def angry(self, when: Script) -> Iterator[Draft]:
        """Complain, ten people who are stuck in the same queue."""
        rng = seeded(self.seed, "angry")
        texts: dict[str, None] = {}
        while len(texts) < ANGRY_POSTS:
            texts[self.phrases.exactly(rng, "pl", "angry")] = None
        late = sorted(when.angry + 6 * MINUTE * rng.random() for _ in range(ANGRY_POSTS - 1))
        for number, (time, text) in enumerate(zip([when.angry, *late], texts, strict=True)):
            yield Draft(time, self._id("angry", number), _author(rng), text, "pl", _reach(rng))

    def crisis(self, when: Script) -> Iterator[Draft]:
        """Break out: one post, an hour or two later a flood of different people, then an evening and a day of it."""
        top, ramp = when.peak * self.talk.per_hour, when.ramp_minutes * MINUTE

        def rate(time: float) -> float:
            rising = min((time - when.crisis) / ramp, 1.0)
            ebb = math.exp2(-max(time - when.crisis - ramp, 0.0) / (5 * HOUR))
            return top * rising * rising * (3 - 2 * rising) * ebb * rhythm(time)

        spark = seeded(self.seed, "spark")
        yield self._draft(spark, ("spark", 0), when.crisis, "crisis", "negative", "pl")
        event = Event("crisis", rate, (when.crisis, END.timestamp()), repeated=0.2, english=0.25)
        yield from self._talk(event, Moods(lambda: 0.93, positive=0.0))

    def _talk(self, event: Event, moods: Moods) -> Iterator[Draft]:
        rng = seeded(self.seed, self.brand, event.name)
        recent: deque[Draft] = deque(maxlen=60)
        times = arrivals(self.seed, f"{self.brand}/{event.name}", event.rate, event.span)
        for number, time in enumerate(times):
            if recent and rng.random() < event.repeated:
                said = rng.choice(recent)
                yield Draft(
                    time, self._id(event.name, number), _author(rng), said.text, said.lang, _reach(rng), repeats=said.id
                )
            else:
                lang: Lang = "en" if rng.random() < event.english else "pl"
                draft = self._draft(rng, (event.name, number), time, event.name, moods.tone(rng, time), lang)
                recent.append(draft)
                yield draft

    def _draft(self, rng: Random, key: tuple[str, int], time: float, topic: str, tone: Tone, lang: Lang) -> Draft:
        text = self.phrases.write(rng, lang, tone, topic)
        return Draft(time, self._id(*key), _author(rng), text, lang, _reach(rng))

    def _id(self, event: str, number: int) -> str:
        return xxhash.xxh3_64_hexdigest(f"{self.seed}/{self.brand}/{event}/{number}".encode())


class Moods:
    """Which tone the next post takes; the share of complaints is drawn anew every hour.

    Parameters
    ----------
    negative
        Draws the share of complaints of an hour.
    positive
        Share of praise among the others.
    """

    def __init__(self, negative: Callable[[], float], positive: float) -> None:
        self._draw, self._positive = negative, positive
        self._hour, self._negative = -1, 0.0

    def tone(self, rng: Random, time: float) -> Tone:
        """Draw the tone of a post of this time; times must not go back by an hour."""
        if (hour := int(time // HOUR)) != self._hour:
            self._hour, self._negative = hour, self._draw()
        if rng.random() < self._negative:
            return "negative"
        return "positive" if rng.random() < self._positive else "neutral"


def unrelated(seed: int) -> Iterator[Draft]:
    """Simulate posts that name none of the brands, though some of the words look like them."""
    phrases, rng = Phrases("shared", ""), seeded(seed, "unrelated")
    for number, time in enumerate(arrivals(seed, "unrelated", lambda time: 9 * rhythm(time), WHOLE)):
        lang: Lang = "en" if rng.random() < 0.3 else "pl"
        name = xxhash.xxh3_64_hexdigest(f"{seed}/unrelated/{number}".encode())
        yield Draft(time, name, _author(rng), phrases.exactly(rng, lang, "unrelated"), lang, _reach(rng))


def _author(rng: Random) -> str:
    """Name an author: few post much and many post little."""
    return f"user{int(20_000 * rng.random() ** 2):05}"


def _reach(rng: Random) -> int:
    return int(rng.lognormvariate(5.2, 1.4))
