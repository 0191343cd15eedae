"""A post as numbers: hashed words, prefixes, pairs and negated words, and the dense signs that a cold model reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.sentiment import lexicon
from detectors.sentiment.language import SCORED, identifier, languages
from detectors.sentiment.tokens import MAX_TOKENS, pieces
from detectors.sentiment.vocabulary import (
    NEGATOR,
    PAD,
    SIGNS,
    SIZE,
    SLOTS,
    START,
    STOP,
    WIDTH,
    Columns,
    Floats,
    Integers,
    Pieces,
    Vocabulary,
    columns,
    hash_of,
    unpack_evidence,
    unpack_signs,
)

CHUNK = 256
SCOPE = 3
FLIP = -0.74
GAIN = 4.0
DENSE = ("bias", "negative", "positive", *SIGNS)

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_NEGATED = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - (SLOTS.bit_length() - 1))
_NEGATORS = np.array(NEGATOR)
_MANY = 4.0
_MOST = MAX_TOKENS * SIZE


class Features(NamedTuple):
    """Features of some posts.

    Parameters
    ----------
    post
        For each token, which post it is in.
    slots
        For each token, the slots of its features, shape (tokens, features of a token); `PAD` where there are fewer.
    scale
        For each post, the value that all its hashed features have: short posts speak as loud as long ones.
    dense
        For each post, the features named by `DENSE`, shape (posts, features).
    language
        For each post, the index of its language in `TAGS`.
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
        identifier()  # loaded now, no post waits for it
        self._vocabulary = Vocabulary()
        self._pieces = Pieces(self._vocabulary)
        self._phrases = np.stack([_phrase_valences(lexicon.polish()), _phrase_valences(lexicon.english())])

    def extract(self, texts: Sequence[str], tags: Sequence[str | None]) -> Features:
        """Extract the features of posts; every post's are the same in whatever company it comes."""
        known, post = self._known(texts)
        rows, count = known.rows, len(texts)
        language = languages(unpack_evidence(np.bincount(post, known.evidence, count)), texts, tags)
        spoken = np.minimum(language, len(SCORED) - 1)[post]
        negated = _negated(known.flags & _NEGATORS[spoken] != 0, known.flags & STOP != 0)
        pairs = _pairs(known.hashes)
        pairs[rows == rows[0]] = PAD
        valence = np.where(spoken, known.valences[1], known.valences[0]) * np.where(negated, FLIP, 1.0)
        valence += self._phrases[spoken, pairs]
        low, high = known.signs
        signs = unpack_signs(np.bincount(post, low, count), np.bincount(post, high, count))
        norm = 1.0 / np.sqrt(signs[:, -1] + 3.0)
        negations = np.where(negated, _slots(known.hashes * _NEGATED), PAD)
        slots = np.column_stack([known.slots, pairs, negations])
        slots[_repeated(rows + post * (rows.max() + 1)), :WIDTH] = PAD
        return Features(post, slots, GAIN * norm, _dense(post, valence, signs, norm), language)

    def _known(self, texts: Sequence[str]) -> tuple[Columns, Integers]:
        """Look up all tokens, each post led by `START`; say which post each is in."""
        self._pieces.trim()
        lookup, start = self._pieces.__getitem__, self._vocabulary[START]
        records = []
        for text in texts:
            own = b"".join(map(lookup, pieces(text)))
            records += [start, own if len(own) <= _MOST else own[:_MOST]]
        post = np.repeat(np.arange(len(texts)), [len(own) // SIZE + 1 for own in records[1::2]])
        return columns(b"".join(records)), post


def _dense(post: Integers, valence: Floats, signs: Integers, norm: Floats) -> Floats:
    """Sum up the bad and the good words, apart because bad is stronger than good, and count the signs."""
    count = len(norm)
    dense = np.empty((count, len(DENSE)))
    dense[:, 0] = 1.0
    dense[:, 1] = np.bincount(post, np.maximum(-valence, 0.0), count) * norm
    dense[:, 2] = np.bincount(post, np.maximum(valence, 0.0), count) * norm
    dense[:, 3:] = np.minimum(signs, _MANY) / 2.0
    dense[:, -1] = np.log1p(signs[:, -1]) / 4.0
    return dense


def _phrase_valences(known: lexicon.Lexicon) -> Floats:
    valences = np.zeros(SLOTS)
    for phrase, valence in known.phrases.items():
        valences[_pairs(np.array([hash_of(word) for word in phrase], np.uint64))[1]] = valence
    return valences


def _pairs(hashes: NDArray[np.uint64]) -> Integers:
    """Slots of each form with the one before it."""
    mixed = hashes * _PAIR
    mixed[1:] += hashes[:-1]
    return _slots(mixed)


def _repeated(keys: Integers) -> NDArray[np.bool_]:
    """Mark every key that stood before."""
    order = np.argsort(keys, kind="stable")
    marked = np.zeros(len(keys), np.bool_)
    marked[order[1:]] = np.diff(keys[order]) == 0
    return marked


def _slots(mixed: NDArray[np.uint64]) -> Integers:
    return np.maximum((mixed >> _SHIFT).astype(np.int64), PAD + 1)


def _negated(negators: NDArray[np.bool_], stops: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark tokens at most `SCOPE` behind a negator with no stop between."""
    at = np.arange(len(stops))
    stop = np.maximum.accumulate(np.where(stops, at, -1))
    negator = np.maximum.accumulate(np.where(negators, at, -SCOPE - 1))
    marked = np.zeros(len(stops), np.bool_)
    marked[1:] = (negator[:-1] > stop[1:]) & (at[1:] - negator[:-1] <= SCOPE)
    return marked
