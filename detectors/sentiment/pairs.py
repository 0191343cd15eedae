"""Pairs of words by the hashes of both: which slots they have, and which of them are phrases that lexicons know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.sentiment.lexicon import Lexicon
from detectors.sentiment.vocabulary import PAD, SLOTS, Floats, Integers, hash_of

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - (SLOTS.bit_length() - 1))


class Phrases:
    """Valences of phrases of two words, found by the hashes of pairs; a slot finds the phrase, its hash confirms it.

    Parameters
    ----------
    lexicons
        By scored language.
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._places = np.zeros((len(lexicons), SLOTS), np.uint16)
        found = [(np.uint64(0), 0.0)]
        for language, known in enumerate(lexicons):
            for phrase, valence in known.phrases.items():
                hashes = np.array([hash_of(word) for word in phrase], np.uint64)
                pair = paired(hashes, np.array([0]), np.array([1]))[1:]
                self._places[language, slots_of(pair)] = len(found)
                found.append((pair[0], valence))
        self._pairs = np.array([pair for pair, _ in found], np.uint64)
        self._valences = np.array([valence for _, valence in found])

    def valences(self, pairs: NDArray[np.uint64], slots: Integers, language: Integers) -> Floats:
        """Look up pairs, with their slots, each in its language; 0 for those that are no phrases."""
        places = self._places[language, slots]
        found: Floats = self._valences[places] * (self._pairs[places] == pairs)
        return found


def paired(hashes: NDArray[np.uint64], starts: Integers, ends: Integers) -> NDArray[np.uint64]:
    """Hash each form with the one before it; what stands first in a post has its last one before it."""
    before = np.empty_like(hashes)
    before[1:] = hashes[:-1]
    before[starts] = hashes[ends]
    return hashes * _PAIR + before


def slots_of(mixed: NDArray[np.uint64]) -> Integers:
    """Give the slots of hashes: their highest bits, and never `PAD`."""
    return np.maximum((mixed >> _SHIFT).astype(np.int64), PAD + 1)
