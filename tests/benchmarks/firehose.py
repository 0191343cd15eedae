"""A firehose of posts, encoded: varied texts, links, hashtags and emoji, of which a known part names a brand.

A post takes a microsecond or two to make, so that a broker can be filled with millions: texts are drawn and encoded
beforehand, half of them with JSON's escapes as many clients write them, and each post puts its own identity, author,
time and perhaps a brand into one. Which posts name a brand goes by their number, so that every part of the stream has
the same share of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate

from streams.core.settings import Brand

START = 1_767_225_600  # 2026-01-01 00:00 UTC
A_SECOND = 6_000  # posts of event time, about what all of Twitter has
TEXTS, VOCABULARY, AUTHORS = 20_000, 20_000, 1_000_000
WORDS = (8, 22)  # in a text, fewest and most
SYLLABLES = ("ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du", "wi", "sta")
SPOKEN = (
    "awful", "scandal", "never again", "love it", "thank you", "terrible service", "great", "okay I guess", "refund",
    "waiting", "wstyd", "świetnie", "dziękuję", "obsługa", "kłamstwo", "polecam", "żenada", "zażółć", "czekam", "nie",
)  # fmt: skip
ENDINGS = ("", "!", "…", "?", " 😡", " 😀", " #monday", " @someone", " https://example.org/a/17", " 100%")
LANGUAGES = (b"en", b"en", b"en", b"pl")


def name(number: int, syllables: int = 6) -> str:
    """Make up a word, pronounceable; another number gives another one.

    Examples
    --------
    >>> name(0), name(13, syllables=2)
    ('babababababa', 'koko')
    """
    parts = []
    for _ in range(syllables):
        number, part = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[part])
    return "".join(parts)


def brands(count: int, aliases: int = 0) -> tuple[Brand, ...]:
    """Make up brands, each with so many further names; all names differ from all words of the texts by their length."""
    made = []
    for number in range(count):
        further = tuple(name(number * aliases + each, syllables=7).capitalize() for each in range(aliases))
        made.append(Brand(id=name(number), name=name(number).capitalize(), aliases=further))
    return tuple(made)


class Firehose:
    """Posts by their numbers; the same seed gives the same ones.

    Parameters
    ----------
    names
        Of the brands; which of them a post names goes by Zipf's law, the one of rank r in proportion to 1 / r.
    every
        One post of so many names a brand: 1 for all, 100 for one in a hundred.
    """

    def __init__(self, names: Sequence[str], every: int, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._words = [name(number + 1_000, syllables=4) for number in range(VOCABULARY)] + list(SPOKEN) * 200
        self._texts = [self._text(number) for number in range(TEXTS)]
        self._names = [each.encode() for each in names]
        self._cumulated = list(accumulate(1.0 / rank for rank in range(1, len(names) + 1)))
        self._every = every

    def posts(self, count: int, start: float = START, a_second: float = A_SECOND) -> Iterator[bytes]:
        """Give posts in order of time, an encoded JSON document each."""
        for number in range(count):
            yield self.post(number, b"%.3f" % (start + number / a_second))

    def post(self, number: int, time: bytes) -> bytes:
        """Give one post, written at `time` (epoch seconds as they stand in JSON)."""
        before, word, after = self._texts[number * 7_919 % TEXTS]
        if self.names_a_brand(number):
            word = self._random.choices(self._names, cum_weights=self._cumulated)[0]
        return b'{"id":"%d","author":"a%d","created_at":%b,"source":"made",%b%b%b' % (
            number, number * 7_907 % AUTHORS, time, before, word, after
        )  # fmt: skip

    @staticmethod
    def of(number: int, time: bytes, text: bytes) -> bytes:
        """Give a post with a text of its own, as it stands in JSON."""
        return b'{"id":"%d","author":"a%d","created_at":%b,"source":"made","lang":"en","text":"%b"}' % (
            number, number * 7_907 % AUTHORS, time, text
        )  # fmt: skip

    def names_a_brand(self, number: int) -> bool:
        """Tell whether a post names a brand: one in each block, at another place in the next one."""
        return number % self._every == number // self._every % self._every

    def _text(self, number: int) -> tuple[bytes, bytes, bytes]:
        """Draw a text: the document up to the word in whose place a brand may be named, that word, and the rest."""
        drawn = self._random.choices(self._words, k=self._random.randint(*WORDS))
        place = self._random.randrange(len(drawn))
        before, after = " ".join([*drawn[:place], ""]).capitalize(), " ".join(["", *drawn[place + 1 :]])
        parts = before, drawn[place], after + self._random.choice(ENDINGS)
        head, word, tail = (json.dumps(part, ensure_ascii=number % 2 == 0)[1:-1].encode() for part in parts)
        return b'"lang":"%b","text":"%b' % (self._random.choice(LANGUAGES), head), word, tail + b'"}'
