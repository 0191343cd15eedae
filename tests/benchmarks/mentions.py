"""Mentions of very many brands, few of them loud: batches of tallies as the match stage flushes them.

How often a brand is named goes by Zipf's law, the one of rank r in proportion to 1 / r, as names in general are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from streams.core.hearing import Hearing
from streams.core.match import trim
from streams.core.settings import Brand, Detection, Settings
from streams.core.tallies import VERSION, Excerpt, Mention, Tally, TallyBatch, encode

START = 1_767_571_200  # 2026-01-05 00:00 UTC, a Monday
TEXTS, VOCABULARY, WORDS = 20_000, 20_000, 16
AUTHORS = 1_000_000
SOURCES = ("bluesky", "forum", "news")
NEGATIVE = (1.0, 3.0)  # beta distribution of the model's scores: a quarter of them are above one half
LATENESS = 60.0
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du", "wi", "sta")
_ANY_HASH = 1 << 63


def name(number: int) -> str:
    """Make up the name of a brand, pronounceable and unlike that of another number."""
    parts = []
    for _ in range(6):
        number, part = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[part])
    return "".join(parts)


def settings(brands: int, width: int) -> Settings:
    """Give settings with so many brands and buckets of `width` seconds."""
    return Settings(
        brands=tuple(Brand(id=name(number), name=name(number), inflect=False) for number in range(brands)),
        detection=Detection(bucket_seconds=width, lateness_seconds=LATENESS),
    )


class Mentions:
    """Everything that is said of many brands.

    Parameters
    ----------
    brands
        How many there are.
    width
        Seconds in a bucket.
    a_minute
        Mentions of all brands together in a minute.
    flushes
        Batches a minute: the match stage flushes after each fetch, about once a second while posts trickle in.
    start
        When it begins, epoch seconds.
    seed
        The same seed gives the same mentions.
    """

    def __init__(self, brands: int, width: int, a_minute: int, flushes: int, start: int = START, seed: int = 1) -> None:
        self._rng = np.random.default_rng(seed)
        self._names = [name(number) for number in range(brands)]
        weights = 1.0 / np.arange(1, brands + 1)
        self._cumulated = np.cumsum(weights / weights.sum())
        self._width, self._a_minute, self._flushes = width, a_minute, flushes
        words = [name(number + 10_000_000) for number in range(VOCABULARY)]
        chosen = self._rng.integers(0, VOCABULARY, (TEXTS, WORDS))
        self._texts = [" ".join(words[word] for word in row) for row in chosen.tolist()]
        self._hearing = Hearing(width)
        self._start = start
        self._number = 0

    def first(self) -> bytes:
        """Give a batch in which each brand is named once: from then on all are watched."""
        brands = np.arange(len(self._names))
        return self._batch(brands, np.full(len(brands), float(self._start)), self._start)

    def minute(self, number: int) -> Iterator[bytes]:
        """Give the encoded batches of one minute, the first after that of `first` being 1."""
        begin, step = self._start + 60.0 * number, 60.0 / self._flushes
        for flush in range(self._flushes):
            count = int(self._rng.poisson(self._a_minute / self._flushes))
            brands = np.minimum(np.searchsorted(self._cumulated, self._rng.random(count)), len(self._names) - 1)
            times = begin + step * (flush + np.sort(self._rng.random(count)))
            yield self._batch(brands, times, begin + step * (flush + 1))

    def _batch(self, brands: NDArray[np.int64], times: NDArray[np.float64], until: float) -> bytes:
        rng, count = self._rng, len(brands)
        gathered: dict[tuple[str, int], list[Mention]] = defaultdict(list)
        negatives = rng.beta(*NEGATIVE, count).round(3).tolist()
        hashes = rng.integers(1, _ANY_HASH, (count, 3), dtype=np.int64).tolist()
        authors = rng.integers(1, AUTHORS, count).tolist()
        drawn = zip(brands.tolist(), times.tolist(), negatives, hashes, authors, strict=True)
        for brand, time, negative, (post, text, shape), author in drawn:
            source = SOURCES[post % len(SOURCES)]
            bucket = int(time // self._width) * self._width
            self._hearing.add([source], [time], [post])
            self._number += 1
            excerpt = Excerpt(str(self._number), self._texts[text % TEXTS], None, f"author-{author}", "posts/0@1")
            mention = Mention(post, time, text, author, negative, source, "en", 100, excerpt, shape)
            gathered[self._names[brand], bucket].append(mention)
        watermark = until - LATENESS
        tallies = [Tally(*key, trim(mentions)) for key, mentions in gathered.items()]
        heard = list(self._hearing.news(watermark))
        return encode(TallyBatch(VERSION, 0, 1, watermark, False, tallies, [], heard=heard, live=True))
