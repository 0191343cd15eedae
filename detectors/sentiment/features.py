"""A post as numbers: hashed words, prefixes, pairs and negated words, and the dense signs that a cold model reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from river import base

from detectors.sentiment import lexicon
from detectors.sentiment.language import SCORED, identifier, languages, of_tag
from detectors.sentiment.pairs import Phrases, paired, slots_of
from detectors.sentiment.tokens import MAX_TOKENS, pieces
from detectors.sentiment.vocabulary import (
    NEGATOR,
    PAD,
    SIGNS,
    SIZE,
    START,
    STOP,
    WIDTH,
    Columns,
    Floats,
    Integers,
    Pieces,
    Vocabulary,
    columns,
    unpack_evidence,
    unpack_signs,
)

CHUNK = 256
SCOPE = 3
FLIP = -0.74
GAIN = 4.0
DENSE = ("bias", "negative", "positive", *SIGNS)

_NEGATED = np.uint64(0xC2B2AE3D27D4EB4F)
_NEGATORS = np.array(NEGATOR)
_MANY = 4.0
_MOST_ROWS = 1 << 32
_LOGARITHMS = np.array([math.log1p(words) / 4.0 for words in range(MAX_TOKENS + 1)])  # numpy's differ by processor
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
    valence
        For each token, what it says by its language's lexicon, where it stands: negated, or as the end of a phrase.
    negated
        For each token, whether a negation reaches it.
    low_signs, high_signs
        For each token, the signs it carries, packed.
    """

    post: Integers
    slots: Integers
    scale: Floats
    dense: Floats
    language: Integers
    valence: Floats
    negated: NDArray[np.bool_]
    low_signs: Integers
    high_signs: Integers


class Extractor(base.Transformer):
    """Texts to `Features`, in bulk; or one to a dictionary, for river's pipelines.

    It has nothing to learn: features are a function of the text alone.

    Parameters
    ----------
    lang
        Language of the texts that `transform_one` is given, or None to find it out.

    Examples
    --------
    >>> features = Extractor().extract(["Wstyd! Nigdy więcej", "thank you"], [None, None])
    >>> features.language.tolist()
    [0, 1]
    >>> negative, positive = DENSE.index("negative"), DENSE.index("positive")
    >>> (features.dense[:, negative] > features.dense[:, positive]).tolist()
    [True, False]

    In one of river's pipelines:

    >>> from river import linear_model
    >>> model = Extractor(lang="pl") | linear_model.LogisticRegression()
    >>> for _ in range(20):
    ...     model.learn_one("Ta infolinia to karuzela", True)
    ...     model.learn_one("Kawa na stacji jak zawsze", False)
    >>> model.predict_one("Znowu karuzela na infolinii"), model.predict_one("kawa")
    (True, False)
    """

    def __init__(self, lang: str | None = None) -> None:
        self.lang = lang
        identifier()  # loaded now, no post waits for it
        self._vocabulary = Vocabulary()
        self._pieces = Pieces(self._vocabulary)
        self._last: tuple[tuple[str, str | None], Features] | None = None
        self._phrases = Phrases([lexicon.polish(), lexicon.english()])

    def extract(self, texts: Sequence[str], tags: Sequence[str | None]) -> Features:
        """Extract the features of posts; every post's are the same in whatever company it comes.

        Those of a post asked for last, by itself, are at hand: who scores it before learning its label asks twice.
        """
        if len(texts) > 1:
            return self._extract(texts, tags)
        asked, last = (texts[0], tags[0]), self._last
        if last is None or last[0] != asked:
            last = self._last = asked, self._extract(texts, tags)
        return last[1]

    def _extract(self, texts: Sequence[str], tags: Sequence[str | None]) -> Features:
        known, sizes = self._known(texts)
        count = len(texts)
        post = np.arange(count).repeat(sizes)
        language = _languages(known, post, texts, tags)
        spoken = np.minimum(language, len(SCORED) - 1)[post]
        negated = _negated(known.flags & _NEGATORS[spoken], known.flags & STOP)
        ends = sizes.cumsum() - 1
        pairs = paired(known.hashes, ends - sizes + 1, ends)
        valence = known.valences[np.arange(len(post)), spoken]
        valence = np.where(negated, FLIP * np.maximum(valence, 0.0), valence)
        paired_slots = slots_of(pairs)
        valence += self._phrases.valences(pairs, paired_slots, spoken)
        low, high = known.signs
        signs = unpack_signs(np.bincount(post, low, count), np.bincount(post, high, count))
        norm = 1.0 / np.sqrt(signs[:, -1] + 3.0)
        slots = np.empty((len(post), WIDTH + 2), np.int64)
        slots[:, :WIDTH] = known.slots
        slots[_repeated(known.rows + post * _MOST_ROWS), :WIDTH] = PAD
        slots[:, WIDTH] = paired_slots
        slots[:, WIDTH + 1] = slots_of(known.hashes * _NEGATED) * negated
        dense = _dense(post, valence, signs, norm)
        return Features(post, slots, GAIN * norm, dense, language, valence, negated, low, high)

    def transform_one(self, x: str) -> dict[str | int, float]:  # type: ignore[override]  # river types texts as dictionaries
        """Give the features of one post: the dense ones by name, the hashed ones by slot, those that are 0 left out."""
        features = self.extract([x], [self.lang])
        slots = features.slots[features.slots != PAD].tolist()
        dense = zip(DENSE, features.dense[0].tolist(), strict=True)
        return {**{name: value for name, value in dense if value}, **dict.fromkeys(slots, float(features.scale[0]))}

    @property
    def _tags(self) -> set[str]:
        return {base.tags.TEXT_INPUT}

    def _known(self, texts: Sequence[str]) -> tuple[Columns, Integers]:
        """Look up all tokens, each post led by `START`; say how many each post has."""
        self._pieces.trim()
        lookup, start = self._pieces.__getitem__, self._vocabulary[START]
        records = []
        for text in texts:
            own = b"".join(map(lookup, pieces(text)))
            records += [start, own if len(own) <= _MOST else own[:_MOST]]
        return columns(b"".join(records)), np.array([len(own) // SIZE + 1 for own in records[1::2]])


def _dense(post: Integers, valence: Floats, signs: Integers, norm: Floats) -> Floats:
    """Sum up the bad and the good words, apart because bad is stronger than good, and count the signs."""
    count = len(norm)
    dense = np.empty((count, len(DENSE)))
    dense[:, 0] = 1.0
    dense[:, 1] = np.bincount(post, np.maximum(-valence, 0.0), count) * norm
    dense[:, 2] = np.bincount(post, np.maximum(valence, 0.0), count) * norm
    dense[:, 3:] = np.minimum(signs, _MANY) / 2.0
    dense[:, -1] = _LOGARITHMS[signs[:, -1]]
    return dense


def _repeated(keys: Integers) -> Integers:
    """Say where there are keys that stood before."""
    order = keys.argsort(kind="stable")
    keys = keys[order]
    again: Integers = order[1:][keys[1:] == keys[:-1]]
    return again


def _negated(negators: Integers, stops: Integers) -> NDArray[np.bool_]:
    """Mark tokens at most `SCOPE` behind a negator with no stop between."""
    at = np.arange(len(stops))
    stop = np.maximum.accumulate(np.where(stops, at, -1))
    negator = np.maximum.accumulate(np.where(negators, at, -SCOPE - 1))
    marked = np.zeros(len(stops), np.bool_)
    marked[1:] = negator[:-1] > np.maximum(stop, at - SCOPE - 1)[1:]
    return marked


def _languages(known: Columns, post: Integers, texts: Sequence[str], tags: Sequence[str | None]) -> Integers:
    """Trust the tags, and find out what has none."""
    if None not in tags:
        return np.array([of_tag(tag) for tag in tags if tag is not None])
    return languages(unpack_evidence(np.bincount(post, known.evidence, len(tags))), texts, tags)
