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

from collections.abc import Mapping, Sequence
from functools import lru_cache
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
_SEEDS = range(BITS * _ROW.itemsize // 16)


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
    said = [_words(text) for text in texts]
    shapes = _shapes(said)
    return [
        Signature(hash_of(" ".join(words) or text), shapes.get(number, 0))
        for number, (words, text) in enumerate(zip(said, texts, strict=True))
    ]


def _words(text: str) -> dict[str, bytes]:
    """Give the distinct words of a text in their order, each with its hashes."""
    words = dict(map(_read, text.lower().split()))
    words.pop("", None)
    if next(iter(words), "") == "rt":
        del words["rt"]
    return words


@lru_cache(maxsize=65_536)
def _read(piece: str) -> tuple[str, bytes]:
    """Read the word in a piece of a text, and hash it 64 times, 16 bits each. Most pieces have been seen before."""
    word = word_in(piece)
    encoded = word.encode("utf-8", "surrogatepass")
    return word, b"".join([xxhash.xxh3_128_digest(encoded, seed=seed) for seed in _SEEDS])


def _shapes(said: Sequence[Mapping[str, bytes]]) -> dict[int, int]:
    """Give the shapes of those texts that have enough words, by their numbers; many of one length at a time."""
    by_length: dict[int, list[int]] = {}
    for number, words in enumerate(said):
        if len(words) >= FEWEST_WORDS:
            by_length.setdefault(len(words), []).append(number)
    shapes: dict[int, int] = {}
    for length, numbers in by_length.items():
        hashes = np.frombuffer(b"".join([b"".join(said[number].values()) for number in numbers]), dtype=_ROW)
        lowest = hashes.reshape(len(numbers), length, BITS).min(axis=1)
        shapes.update(zip(numbers, _bits(lowest), strict=True))
    return shapes


def _bits(lowest: NDArray[np.uint16]) -> list[int]:
    """Keep the last bit of each lowest hash: which bit a word has is as good as independent of its rank."""
    return list(np.packbits((lowest & 1).astype(np.uint8), axis=1).view(">u8").ravel().tolist())
