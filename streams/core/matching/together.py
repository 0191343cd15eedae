"""Fold many texts together: a look-up for each character in a table, a fraction of a microsecond for a post."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from streams.core.matching.folding import fold
from streams.core.matching.phrase import is_word

APART = 0x20  # the mark of all that is between words

_SEPARATOR = "\x1e"  # whitespace, so that no word of a name holds it
_CODE_POINTS = 0x110000
# What does not fold to one character: what vanishes, what takes its text to `fold`, and what was not met yet.
_VANISHES, _AWKWARD, _UNMET = _CODE_POINTS, _CODE_POINTS + 1, _CODE_POINTS + 2
_folded = np.full(_CODE_POINTS, _UNMET, "<u4")
_marks = np.zeros(_CODE_POINTS, np.uint8)
_is_space = np.array([chr(code).isspace() for code in range(128)] + [False])

Codes = NDArray[np.uint32]


class Together:
    r"""Many texts as `fold` gives them, on end, with a separator before and behind each.

    Folding looks at a character by itself, but for marks that are put into their canonical order: a text with one of
    these, or with a character that becomes several, is left to `fold`.

    Parameters
    ----------
    texts
        Any.

    Attributes
    ----------
    marks
        A byte for each character: `APART` for what is no part of a word, ASCII for itself, one of 128 for any other, so
        that what differs in these differs in the texts.

    Examples
    --------
    >>> together = Together(["Żabka!", "Straße"])
    >>> together.marks, together.start(1), together.text(1), together.numbers([1, 9])
    (b' zabka  strasse ', 8, 'strasse', [0, 1])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        codes, folded = _looked_up(texts)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        awkward = np.flatnonzero(folded == _AWKWARD)
        if len(awkward):
            said = list(texts)
            for number in np.unique(np.searchsorted(lengths.cumsum(), awkward)).tolist():
                said[number] = fold(said[number])
                lengths[number] = len(said[number]) + 1
            codes, folded = _looked_up(said)
            folded = np.where(folded == _AWKWARD, codes, folded)  # what is folded already does not change any more
        ends = lengths.cumsum()
        vanishing = np.flatnonzero(folded == _VANISHES)
        if len(vanishing):
            ends -= np.searchsorted(vanishing, ends)
            folded = folded[folded != _VANISHES]
        self._folded = folded
        self._ends = ends
        self.marks = _marks.take(folded).tobytes()

    def numbers(self, places: Sequence[int]) -> list[int]:
        """Say for places in `marks` which texts they are in."""
        return list(np.searchsorted(self._ends, places).tolist())

    def between_spaces(self, starts: Sequence[int], ends: Sequence[int]) -> list[bool]:
        """Say for parts of `marks` whether each has a space, or where its text starts or ends, on either side."""
        before = self._folded[np.asarray(starts, np.int64) - 1]
        after = self._folded[np.asarray(ends, np.int64)]
        return list((_is_space[np.minimum(before, 128)] & _is_space[np.minimum(after, 128)]).tolist())

    def start(self, number: int) -> int:
        """Say where a text starts in `marks`."""
        return int(self._ends[number - 1]) + 1 if number else 1

    def text(self, number: int) -> str:
        """Give one of the texts, folded."""
        return self._folded[self.start(number) : self._ends[number]].tobytes().decode("utf-32-le", "surrogatepass")


def _looked_up(texts: Sequence[str]) -> tuple[Codes, Codes]:
    """Give the characters of the texts, and what the table says of each."""
    joined = _SEPARATOR.join(["", *texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    folded = _folded.take(codes)
    if folded.max() == _UNMET:
        for code in np.unique(codes[folded == _UNMET]).tolist():
            _meet(code)
        folded = _folded.take(codes)
    return codes, folded


def _meet(code: int) -> None:
    """Enter a character, and what it folds to, into the tables."""
    folded = fold(chr(code))
    alone = len(folded) == 1 and not unicodedata.combining(folded)
    _folded[code] = ord(folded) if alone else _AWKWARD if folded else _VANISHES
    for character in (chr(code), *folded):
        _marks[ord(character)] = _mark(character)


def _mark(character: str) -> int:
    if not is_word(character):
        return APART
    return ord(character) if character.isascii() else 128 + ord(character) % 128
