"""A post as numbers: hashed words, prefixes, pairs and negated words, and the dense signs a cold model reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.sentiment.language import Language, of_tag
from detectors.sentiment.tokens import split
from detectors.sentiment.vocabulary import PAD, SIGNS, SLOTS, START, Vocabulary, hash_of

CHUNK = 256
SCOPE = 3
FLIP = -0.74
GAIN = 4.0
DENSE = ("bias", "negative", "positive", *SIGNS)

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_NEGATED = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - (SLOTS.bit_length() - 1))

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Features(NamedTuple):
    """Features of some posts.

    Parameters
    ----------
    post
        For each token, which post it is in.
    slots
        For each token, the slots of its features, shape (features of a token, tokens); `PAD` where there are fewer.
    scale
        For each post, the value that all its hashed features have: short posts speak as loud as long ones.
    dense
        For each post, the features named by `DENSE`, shape (posts, features).
    language
        For each post, its `Language`.
    """

    post: Integers
    slots: Integers
    scale: Floats
    dense: Floats
    language: Integers


class Extractor:
    """Texts to `Features`, in bulk.

    Examples
    --------
    >>> features = Extractor().extract(["Wstyd! Nigdy więcej", "thank you"], [None, None])
    >>> features.language.tolist()
    [0, 1]
    >>> negative, positive = DENSE.index("negative"), DENSE.index("positive")
    >>> (features.dense[:, negative] > features.dense[:, positive]).tolist()
    [True, False]
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()

    def extract(self, texts: Sequence[str], tags: Sequence[str | None]) -> Features:
        """Extract the features of posts; every post's are the same in whatever company it comes."""
        rows, lengths = self._rows(texts)
        count = len(texts)
        post = np.repeat(np.arange(count), lengths)
        known = self._vocabulary
        evidence = [np.bincount(post, column[rows], count) for column in known.evidence]
        language = _languages(evidence, tags)
        spoken = np.minimum(language, Language.ENGLISH)[post]
        negated = _negated(known.negators[spoken, rows], known.stops[rows])
        valence = known.valences[spoken, rows] * np.where(negated, FLIP, 1.0)
        signs = np.stack([np.bincount(post, column[rows], count) for column in known.signs], axis=1)
        norm = 1.0 / np.sqrt(signs[:, -1] + 3.0)
        dense = np.empty((count, len(DENSE)))
        dense[:, 0] = 1.0
        dense[:, 1] = np.bincount(post, np.maximum(-valence, 0.0), count) * norm
        dense[:, 2] = np.bincount(post, np.maximum(valence, 0.0), count) * norm
        dense[:, 3:] = np.minimum(signs, 4.0) * 0.5
        dense[:, -1] = np.log1p(signs[:, -1]) * 0.25
        slots = np.vstack([known.slots[:, rows], self._pairs(rows), self._negations(rows, negated)])
        return Features(post, slots, GAIN * norm, dense, language)

    def _rows(self, texts: Sequence[str]) -> tuple[Integers, list[int]]:
        self._vocabulary.trim(CHUNK * 256)
        lookup = self._vocabulary.__getitem__
        rows: list[int] = []
        lengths = []
        for text in texts:
            before = len(rows)
            rows.append(START)
            rows.extend(map(lookup, split(text)))
            lengths.append(len(rows) - before)
        return np.array(rows, np.int64), lengths

    def _pairs(self, rows: Integers) -> Integers:
        hashes = self._vocabulary.hashes[rows]
        before = np.concatenate([hashes[:1], hashes[:-1]])
        slots = _slots(hashes * _PAIR + before)
        slots[rows == START] = PAD
        return slots

    def _negations(self, rows: Integers, negated: NDArray[np.bool_]) -> Integers:
        return np.where(negated, _slots(self._vocabulary.hashes[rows] * _NEGATED), PAD)


def pair_slot(first: str, second: str) -> int:
    """Slot of a pair of neighbouring forms."""
    return int(_slots(np.array([hash_of(second)], np.uint64) * _PAIR + np.uint64(hash_of(first)))[0])


def _slots(mixed: NDArray[np.uint64]) -> Integers:
    return np.maximum((mixed >> _SHIFT).astype(np.int64), 1)


def _negated(negators: NDArray[np.bool_], stops: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark tokens at most `SCOPE` behind a negator with no stop between."""
    at = np.arange(len(stops))
    stop = np.maximum.accumulate(np.where(stops, at, -1))
    negator = np.maximum.accumulate(np.where(negators, at, -SCOPE - 1))
    negator = np.concatenate([[-SCOPE - 1], negator[:-1]])
    marked: NDArray[np.bool_] = (negator > stop) & (at - negator <= SCOPE)
    return marked


def _languages(evidence: Sequence[NDArray[Any]], tags: Sequence[str | None]) -> Integers:
    polish, english, other = evidence
    best = np.maximum(np.maximum(polish, english), other)
    found = np.where(polish >= best, Language.POLISH, np.where(english >= best, Language.ENGLISH, Language.OTHER))
    found = np.where(best < 1.0, Language.UNKNOWN, found).astype(np.int64)
    for index, tag in enumerate(tags):
        if tag is not None:
            found[index] = of_tag(tag)
    return found
