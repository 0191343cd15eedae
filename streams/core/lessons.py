"""Which labels a model has to have learned, and in which order: the last of each post, in the order of their log."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
import xxhash


class Effect(StrEnum):
    """What a label does to what was known."""

    LEARNED = "learned"
    REPEATED = "repeated"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Word(NamedTuple):
    """The last that was said of a post: where it stands in the log, and a hash of what is learned from it."""

    offset: int
    said: int


class Known(msgspec.Struct, frozen=True, array_like=True):
    """The last word on every labelled post, as little-endian columns of 64 bits, in the order of the log."""

    position: int
    keys: bytes
    offsets: bytes
    said: bytes


class Lessons:
    """Follow a log of labels, and know whether a model that has learned some of them is what the log says.

    What the log says is the last label of each post, in the order in which these last ones stand, those that were taken
    back left out. It is the same whether or not the log was compacted, so models that were made from either are equal
    bit for bit. A repeat moves a label to its end, and a change or a withdrawal takes the older one out: then a model
    that has learned the older order has to be made anew, unless the new order comes to the same.

    Attributes
    ----------
    position
        Offset of the label that comes next.
    sure
        False from a repeat, a change or a withdrawal on until `behind` has found that the order came to the same.

    Examples
    --------
    >>> lessons = Lessons()
    >>> str(lessons.take(0, key=7, said=1)), lessons.behind
    ('learned', False)
    >>> str(lessons.take(1, key=7, said=1)), lessons.behind  # the order of one label is the same
    ('repeated', False)
    >>> str(lessons.take(2, key=7, said=2)), lessons.behind
    ('changed', True)
    """

    def __init__(self) -> None:
        self.position = 0
        self._known: dict[int, Word] = {}
        self._learned = xxhash.xxh3_128()
        self.sure = True

    def __len__(self) -> int:
        return len(self._known)

    def take(self, offset: int, key: int, said: int | None) -> Effect:
        """Take the next label of the log; it is to be learned at once if it is `Effect.LEARNED` and all is `sure`.

        Parameters
        ----------
        offset
            Where it stands.
        key
            What it is about.
        said
            Hash of what is learned from it, None where it takes an older one back.

        Raises
        ------
        ValueError
            It stands before one that was taken.
        """
        if offset < self.position:
            raise ValueError(f"the label at {offset} was taken already: the next is at {self.position}")
        self.position = offset + 1
        before = self._known.pop(key, None)  # so that the last in the log is the last here
        if said is not None:
            self._known[key] = Word(offset, said)
        if before is None:
            if said is None:
                return Effect.REPEATED
            if self.sure:
                self._learned.update(said.to_bytes(8, "little"))
            return Effect.LEARNED
        self.sure = False
        if said is None:
            return Effect.WITHDRAWN
        return Effect.REPEATED if said == before.said else Effect.CHANGED

    @property
    def behind(self) -> bool:
        """Whether the model has learned other labels than it should have, or in another order."""
        if not self.sure:
            self.sure = self._learned.digest() == self.digest()
        return not self.sure

    def says(self, key: int) -> int | None:
        """Give the hash of the last that was said of a post; None where nothing was, or it was taken back."""
        word = self._known.get(key)
        return None if word is None else word.said

    def counts(self, offset: int, key: int) -> bool:
        """Say whether the label at an offset is the last of its post."""
        word = self._known.get(key)
        return word is not None and word.offset == offset

    def digest(self) -> bytes:
        """Hash all that is to be learned, in its order."""
        return _hash(self._known).digest()

    def learned(self) -> None:
        """Hear that the model has now learned all that it should have."""
        self._learned, self.sure = _hash(self._known), True

    def keep(self, keys: set[int]) -> int:
        """Forget the labels that are gone from the log; return how many they were."""
        gone = self._known.keys() - keys
        for key in gone:
            del self._known[key]
        self.sure = self.sure and not gone
        return len(gone)

    @property
    def last(self) -> tuple[int, int] | None:
        """Offset and key of the last label that counts."""
        if not self._known:
            return None
        key = next(reversed(self._known))
        return self._known[key].offset, key

    def dump(self) -> Known:
        """Write down what is known."""
        words = self._known.values()
        return Known(
            self.position, _column(self._known), _column(word.offset for word in words), _column(w.said for w in words)
        )

    @classmethod
    def load(cls, known: Known) -> Lessons:
        """Read what `dump` wrote, of a model that was not behind.

        Raises
        ------
        ValueError
            The columns do not fit together.
        """
        keys, offsets, said = map(_values, (known.keys, known.offsets, known.said))
        ordered = all(one < other for one, other in pairwise(offsets))
        if not len(keys) == len(offsets) == len(said) or len(set(keys)) < len(keys) or not ordered:
            raise ValueError("the columns of the known labels do not fit together")
        if offsets and offsets[-1] >= known.position:
            raise ValueError("a known label stands behind the position")
        lessons = cls()
        lessons.position = known.position
        lessons._known = dict(zip(keys, map(Word, offsets, said), strict=True))
        lessons.learned()
        return lessons


def _hash(known: dict[int, Word]) -> xxhash.xxh3_128:
    return xxhash.xxh3_128(_column(word.said for word in known.values()))


def _column(values: Iterable[int]) -> bytes:
    return np.fromiter(values, "<u8").tobytes()


def _values(column: bytes) -> list[int]:
    values: list[int] = np.frombuffer(column, "<u8").tolist()
    return values
