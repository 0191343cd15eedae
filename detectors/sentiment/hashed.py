"""What labels taught of hashed features, in eight bytes each: a weight, and how many posts of either kind had it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.sentiment.language import SCORED
from detectors.sentiment.vocabulary import SLOTS, Floats, Integers

PSEUDO = 1.0
MOST = 1023
STEP_PRIOR = 10.0
QUANTA = 64
LOOSEN = 2

WEIGHT, COUNT = np.dtype("<f4"), np.dtype("<u2")

Records = NDArray[np.int64]
Tables = tuple[tuple[float, ...], tuple[float, ...]]


class Looked(NamedTuple):
    """One post's features: their slots, a copy of their records with views of its parts, and the sums that they make.

    Parameters
    ----------
    slots, records
        As they are kept.
    weights, of_negative, of_other
        Views of the records.
    words, odds
        Sums of the weights, and of the odds.
    """

    slots: Integers
    records: Records
    weights: NDArray[np.float32]
    of_negative: NDArray[np.uint16]
    of_other: NDArray[np.uint16]
    words: float
    odds: float


class Hashed:
    """Weights and counts of the hashed features of each scored language.

    A feature says two things. Its *weight* is moved by labels, in steps that shrink with the number of labels that had
    it. Its *odds* are how much commoner it is in negative posts than in others, as a logarithm, drawn to nothing as by
    one post that is like the average: what naive Bayes makes of counts, which learns from fewer labels than weights
    do, and to a worse end.

    A record of eight bytes, looked up at once, has the weight as a 32-bit float, and both counts in 16 bits each;
    before they are full both are halved. Logarithms come from tables, since numpy's own differ in their last bit from
    processor to processor, and predictions must not.

    References
    ----------
    [^1]: Ng, A. and Jordan, M., 2001. On discriminative vs. generative classifiers: a comparison of logistic regression
        and naive Bayes. Advances in Neural Information Processing Systems 14.
    [^2]: Wang, S. and Manning, C., 2012. Baselines and bigrams: simple, good sentiment and topic classification.
        Proceedings of ACL 2012, 90-94.
    """

    def __init__(self, rate: float) -> None:
        self._records: Records = np.zeros(len(SCORED) * SLOTS, "<i8")
        self._steps = np.array([rate / math.sqrt(seen + STEP_PRIOR) for seen in range(2 * MOST + 1)], WEIGHT)
        self._posts = [[1, 1] for _ in SCORED]
        self._quanta = [0 for _ in SCORED]
        self._logs = np.zeros((2, len(SCORED) * (MOST + 1)))
        self._tables = [tuple(self._logs[:, at : at + MOST + 1]) for at in range(0, len(SCORED) * (MOST + 1), MOST + 1)]
        for language in SCORED:
            self._weigh(language)

    def sums(self, slots: Integers, language: Integers, post: Integers, count: int) -> tuple[Floats, Floats]:
        """Sum up weights, and odds, by post: each in the order of the features."""
        records = self._records[slots]
        counts = records.view(COUNT)
        table = language * (MOST + 1)
        odds = self._logs[0].take(counts[2::4] + table)
        odds -= self._logs[1].take(counts[3::4] + table)
        words: Floats = np.bincount(post, records.view(WEIGHT)[::2], count)  # type: ignore[assignment]  # with weights
        return words, np.bincount(post, odds, count)  # type: ignore[return-value]

    def look(self, slots: Integers, language: int) -> Looked:
        """Look up one post's features."""
        records = self._records[slots]
        counts, weights = records.view(COUNT), records.view(WEIGHT)[::2]
        of_negative, of_other = counts[2::4], counts[3::4]
        negative, other = self._tables[language]
        odds = negative.take(of_negative)
        odds -= other.take(of_other)
        return Looked(slots, records, weights, of_negative, of_other, _sum(weights.astype(np.float64)), _sum(odds))

    def learn(self, looked: Looked, language: int, gradient: float, negative: bool) -> None:
        """Move the weights of features that were looked up against a gradient, and count their post's label."""
        slots, records, weights, of_negative, of_other, _, _ = looked
        moved = self._steps.take(of_negative + of_other)
        moved *= gradient
        weights -= moved
        kind = of_negative if negative else of_other
        kind += 1
        if self._posts[language][not negative] >= MOST and len(kind) and kind.max() >= MOST:
            full = kind >= MOST
            of_negative[full] >>= 1
            of_other[full] >>= 1
        self._records[slots] = records
        self._posts[language][not negative] += 1
        self._weigh(language)

    def loosen(self, language: int) -> None:
        """Forget most of the counts of a language: what comes next weighs the more."""
        counts = self._records[language * SLOTS : (language + 1) * SLOTS].view(COUNT).reshape(-1, 4)
        counts[:, 2:] >>= LOOSEN
        self._posts[language] = [max(posts >> LOOSEN, 1) for posts in self._posts[language]]
        self._weigh(language)

    def state(self) -> tuple[Integers, Records, list[list[int]]]:
        """Slots that a label has touched, their records, and the posts of either kind by language."""
        slots = np.flatnonzero(self._records)
        return slots, self._records[slots], self._posts

    def restore(self, slots: Integers, records: Records, posts: list[list[int]]) -> None:
        """Take over what `state` gave.

        Raises
        ------
        ValueError
            It does not fit together.
        """
        if len(slots) != len(records) or (len(slots) and not 0 <= slots.min() <= slots.max() < len(self._records)):
            raise ValueError("the snapshot's parts do not fit together")
        weights, counts = records.view(WEIGHT)[::2], records.view(COUNT).reshape(-1, 4)[:, 2:]
        if not np.isfinite(weights).all() or (counts >= MOST).any() or [len(kinds) for kinds in posts] != [2, 2]:
            raise ValueError("the snapshot's parts do not fit together")
        if min(map(min, posts)) < 1:
            raise ValueError("the snapshot counts fewer posts than none")
        self._records[slots] = records
        self._posts = posts
        for language in SCORED:
            self._weigh(language)

    def _weigh(self, language: int) -> None:
        """Take the tables of the share of negatives so far, if it is another one than before."""
        negative, other = self._posts[language]
        quantum = min(max(QUANTA * negative // (negative + other), 1), QUANTA - 1)
        if quantum != self._quanta[language]:
            self._quanta[language] = quantum
            for table, logs in zip(self._tables[language], _tables(quantum), strict=True):
                table[:] = logs


@lru_cache(maxsize=QUANTA)
def _tables(quantum: int) -> Tables:
    """Logarithms of counts, of negative and of other posts, against what an average post would bring."""
    share = quantum / QUANTA
    negative, other = PSEUDO * share, PSEUDO * (1.0 - share)
    return (
        tuple(math.log((count + negative) / negative) for count in range(MOST + 1)),
        tuple(math.log((count + other) / other) for count in range(MOST + 1)),
    )


def _sum(values: Floats) -> float:
    """Sum up from the first to the last, as `numpy.bincount` does."""
    return float(np.add.accumulate(values)[-1]) if len(values) else 0.0
