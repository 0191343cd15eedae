"""Near copies: texts that say nearly the same in nearly the same words, recognised by their shapes.

The shape of a text is 64 one-bit minhashes of its words: each hash function names the word of the text that it ranks
lowest, and one bit of that word's hash is kept. Two texts that have a part J of all their distinct words in common
(Jaccard) name the same word with chance J, so a bit differs with chance (1 - J) / 2, independently of the others. How
many bits differ is binomial, and so both errors of a threshold are known beforehand (`chance_alike`):

=============================================  ====  =============
two texts                                         J  taken as one
=============================================  ====  =============
one word of twenty changed                      .90           99.7 %
one word of twelve changed                      .85             94 %
one word of eight changed                       .78             72 %
half of all their words in common               .50            1.1 %
a quarter of all their words in common          .25        1 : 120,000
=============================================  ====  =============
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import comb
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.texts import hash_of, word_in

BITS = 64
FAMILIES = 1_024  # families of copies that are remembered, each a chance to be mistaken for one
UNRELATED = 0.25  # of all their words, honest posts about one thing share that much: ten of twenty-five, each
MISTAKEN = 0.01  # where all that is remembered shares so much with an honest text, the most it is taken for a copy
FEWEST_WORDS = 6  # the shape of fewer says too little: a word changed leaves less than two thirds

_ROW = np.dtype("<u2")
_NONE, _REPOST = 0, 1  # rows of no word, and of the mark of a repost
_FEW = 4  # texts
_SEEDS = range(BITS * _ROW.itemsize // 16)

Rows = NDArray[np.int64]


def chance_alike(jaccard: float, near: int) -> float:
    """Give the chance that the shapes of two texts differ by at most so many bits.

    Parameters
    ----------
    jaccard
        Part of all their distinct words that both have.
    near
        Bits.

    Examples
    --------
    >>> [round(chance_alike(jaccard, NEAR), 3) for jaccard in (19 / 21, 11 / 13, 7 / 9, 0.5)]
    [0.997, 0.944, 0.722, 0.011]
    """
    differ = (1.0 - jaccard) / 2.0
    return sum(comb(BITS, bits) * differ**bits * (1.0 - differ) ** (BITS - bits) for bits in range(near + 1))


NEAR = max(bits for bits in range(BITS) if FAMILIES * chance_alike(UNRELATED, bits) <= MISTAKEN)


class Signature(NamedTuple):
    """By which copies of a text are recognised: a hash of its words, and its shape (0 where they are too few)."""

    text: int
    shape: int


def sign(texts: Sequence[str]) -> list[Signature]:
    """Sign texts, many at a time.

    Those that differ in links, handles, numbers, emoji, punctuation or repeated words, or by the mark of a repost, have
    one signature. A text without any words is hashed as it stands.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents. Compression and Complexity of Sequences.
    Li, Koenig (2010), b-bit minwise hashing. WWW '10.

    Examples
    --------
    >>> one, two, three, short = sign([
    ...     "To jest skandal i wstyd, nigdy więcej nie kupię w tym sklepie",
    ...     "RT @fan: to jest skandal i WSTYD!!! Nigdy, nigdy więcej nie kupię w tym sklepie 🤬 https://x.pl/1",
    ...     "To jest skandal i wstyd, nigdy więcej nie kupię w tym markecie, serio",
    ...     "wstyd i tyle",
    ... ])
    >>> one == two, one.text == three.text, (one.shape ^ three.shape).bit_count() <= NEAR, short.shape
    (True, False, True, 0)
    """
    _known.trim()
    pieces = [text.lower().split() for text in texts]
    rows = np.array(list(map(_known.__getitem__, chain.from_iterable(pieces))), np.int64)
    owners = np.repeat(np.arange(len(texts)), list(map(len, pieces)))
    rows, owners = _distinct(rows, owners)
    counts = np.bincount(owners, minlength=len(texts))
    ends = counts.cumsum()
    words = list(map(_known.words.__getitem__, rows.tolist()))
    said = [" ".join(words[end - count : end]) for count, end in zip(counts.tolist(), ends.tolist(), strict=True)]
    shapes = _shapes(rows, ends - counts, counts)
    hashes = [hash_of(own or text) for own, text in zip(said, texts, strict=True)]
    return list(map(Signature._make, zip(hashes, shapes, strict=True)))


def _distinct(rows: Rows, owners: Rows) -> tuple[Rows, Rows]:
    """Keep the first of each word of a text, without the mark of a repost, and say which text it is of."""
    order = np.argsort(owners * (rows.max(initial=0) + 1) + rows, kind="stable")
    again = np.zeros(len(rows), np.bool_)
    again[order[1:]] = (np.diff(rows[order]) == 0) & (np.diff(owners[order]) == 0)
    kept = np.flatnonzero((rows != _NONE) & ~again)
    first = np.diff(owners[kept], prepend=-1) != 0
    kept = kept[~(first & (rows[kept] == _REPOST))]
    return rows[kept], owners[kept]


class _Known(dict[str, int]):
    """Pieces of texts, in lower case, to the words in them; most pieces have been seen before.

    A word is known by its row.

    Attributes
    ----------
    words
        By their rows.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self._capacity = capacity
        self._forget()

    def trim(self) -> None:
        """Forget everything once there are more pieces than `capacity`."""
        if len(self) > self._capacity:
            self._forget()

    def hashes(self) -> NDArray[np.uint16]:
        """Give 64 hashes of each word, 16 bits each, by its row."""
        return np.frombuffer(self._hashes, _ROW).reshape(-1, BITS)

    def __missing__(self, piece: str) -> int:
        word = word_in(piece)
        row = self._rows.get(word)
        if row is None:
            row = self._enter(word)
        self[piece] = row
        return row

    def _enter(self, word: str) -> int:
        row = self._rows[word] = len(self.words)
        self.words.append(word)
        encoded = word.encode("utf-8", "surrogatepass")
        self._hashes += b"".join([xxhash.xxh3_128_digest(encoded, seed=seed) for seed in _SEEDS])
        return row

    def _forget(self) -> None:
        self.clear()
        self._rows: dict[str, int] = {}
        self.words: list[str] = []
        self._hashes = bytearray()
        for word in ("", "rt"):
            self._enter(word)


_known = _Known(capacity=65_536)


def _shapes(rows: Rows, starts: Rows, counts: Rows) -> list[int]:
    """Give the shapes of texts from the rows of their words, 0 for those that have too few.

    A word of each text at a time, of those that have so many; the last few texts, which are long, each by itself.
    """
    hashes, shapes = _known.hashes(), np.zeros(len(counts), np.uint64)
    order = np.argsort(-counts, kind="stable")
    order = order[: np.count_nonzero(counts >= FEWEST_WORDS)]
    starts, left = starts[order], counts[order]
    lowest = hashes.take(rows[starts], axis=0)
    place = 1
    while (many := np.count_nonzero(left > place)) > _FEW:
        np.minimum(lowest[:many], hashes.take(rows[starts[:many] + place], axis=0), out=lowest[:many])
        place += 1
    for number in range(many):
        own = rows[starts[number] : starts[number] + left[number]]
        lowest[number] = hashes.take(own, axis=0).min(axis=0)
    shapes[order] = _bits(lowest)
    return list(shapes.tolist())


def _bits(lowest: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Keep the last bit of each lowest hash: which bit a word has is as good as independent of its rank."""
    return np.packbits((lowest & 1).astype(np.uint8), axis=1).view(">u8").ravel().astype(np.uint64)
