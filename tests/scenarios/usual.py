"""What is usually said of a brand, day by day: the talk into which every story falls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from streams.core.posts import Post
from streams.core.settings import Brand, Detection, Settings

START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
BRAND = Brand(id="zorzanka", name="Zorzanka")
LETTERS = list("abcdefghijklmnoprstuz")
WORDS = 9  # a text has: all but those that every post shares are its own, as in honest posts

_spelling = np.random.default_rng(0)
VOCABULARY = ["".join(_spelling.choice(LETTERS, size)) for size in _spelling.integers(4, 10, 5_000)]


@dataclass(frozen=True)
class Usual:
    """Ordinary talk of a brand.

    Parameters
    ----------
    rate
        Posts a minute at two in the afternoon, local time; a third of that at night.
    negative
        Share of negatives.
    sources
        Where it goes on, in equal parts.
    seed
        Of chance.
    start
        Midnight of the first day, UTC.
    zone
        In whose hours people live.
    sunday
        How many times as much is said on Sundays, and on the `free` days.
    free
        Public holidays.
    sharp
        People sleep and wake at once: a tenth at night, and within two hours all of it.
    """

    rate: float
    negative: float = 0.2
    sources: tuple[str, ...] = ("x",)
    seed: int = 1
    start: datetime = START
    zone: str = "UTC"
    sunday: float = 1.0
    free: tuple[date, ...] = ()
    sharp: bool = False

    @property
    def settings(self) -> Settings:
        """As in the user's `larum.toml`."""
        return Settings(brands=(BRAND,), detection=Detection(timezone=self.zone, countries=("PL",)))

    def expect(self, moment: datetime) -> float:
        """Give the posts of a minute that are to be expected."""
        local = moment.astimezone(ZoneInfo(self.zone))
        day = math.cos(2.0 * math.pi * (local.hour + local.minute / 60.0 - 14.0) / 24.0)
        level = 0.1 + 0.9 / (1.0 + math.exp(-8.0 * day)) if self.sharp else 1.0 / 3.0 + (1.0 + day) / 3.0
        rest = local.weekday() == 6 or local.date() in self.free
        return self.rate * level * (self.sunday if rest else 1.0)

    def count(self, day: int) -> list[tuple[int, int]]:
        """Give posts, and negative ones among them, of each minute of a day."""
        midnight = self.start + timedelta(days=day)
        rates = np.array([self.expect(midnight + timedelta(minutes=minute)) for minute in range(1_440)])
        generator = np.random.default_rng([self.seed, day])
        posts = generator.poisson(rates * generator.gamma(8.0, 1 / 8.0, rates.size))
        return list(zip(posts.tolist(), generator.binomial(posts, self.negative).tolist(), strict=True))

    def posts(self, day: int) -> Iterator[list[Post]]:
        """Give the posts of each minute of a day."""
        generator = np.random.default_rng([self.seed, day, 1])
        start = (self.start + timedelta(days=day)).timestamp()
        for minute, (posts, angry) in enumerate(self.count(day)):
            texts = write(generator, posts, angry)
            seconds = generator.uniform(0.0, 59.0, posts).tolist()
            yield [
                Post(
                    id=f"{day}.{minute}.{number}",
                    source=self.sources[(minute + number) % len(self.sources)],
                    author=f"{day}.{minute}.{number}",
                    text=text,
                    lang="pl",
                    created_at=start + 60.0 * minute + second,
                )
                for number, (text, second) in enumerate(zip(texts, seconds, strict=True))
            ]


def write(generator: np.random.Generator, posts: int, angry: int, said: str = "wstyd") -> list[str]:
    """Write so many texts, the first of them angry, each in words of its own."""
    rows = generator.integers(0, len(VOCABULARY), (posts, WORDS)).tolist()
    return [
        f"Zorzanka {said if number < angry else 'jest'} {' '.join([VOCABULARY[word] for word in row])}"
        for number, row in enumerate(rows)
    ]


def complaint(number: int, said: str = "wstyd") -> str:
    """Write the angry text that has this number."""
    return write(np.random.default_rng(number), 1, 1, said)[0]
