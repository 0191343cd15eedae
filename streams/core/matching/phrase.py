"""A name, context word or excluded phrase: its words in all their forms, found as a whole in a folded text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from streams.core.matching.folding import fold
from streams.core.matching.inflection import SHORTEST, forms

SEPARATORS = r"[\s\-\u2010-\u2013]"  # whitespace and hyphens
_GAP = re.compile(f"{SEPARATORS}+")
# A name ends where its last character or the next one is no letter, digit or underscore.
_END = r"(?:(?<!\w)|(?!\w))"


class Phrase:
    r"""One or more words, each in any of its forms, with any whitespace or hyphens between them.

    The words of a phrase are inflected each for itself, for names mix what changes with what does not: 'Poczty
    Polskiej', 'Banku Pekao', 'Alior Banku', 'Coca-Coli'.

    Parameters
    ----------
    text
        As people write it, in the base form.
    inflect
        Take Polish forms too.

    Examples
    --------
    >>> list(Phrase("Poczta Polska").spans("na poczcie  polskiej"))
    [(3, 20)]
    """

    def __init__(self, text: str, *, inflect: bool = True) -> None:
        parts = [part for part in _GAP.split(text) if fold(part)]
        shortest = SHORTEST if len(parts) == 1 else SHORTEST - 1
        self.text = text
        self.parts = parts
        self.words = [forms(part, shortest) if inflect else frozenset({fold(part)}) for part in parts]

    @cached_property
    def _search(self) -> Callable[..., re.Match[str] | None]:
        gap = f"{SEPARATORS}++"
        return re.compile(gap.join(_any_of(word) for word in self.words) + _END).search

    @property
    def anchor(self) -> frozenset[str]:
        """The forms of its longest word, which is the least likely to stand in a text without the others."""
        return max(self.words, key=lambda word: len(min(word, key=len)))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Find where the phrase stands in a folded text as whole words."""
        match = self._search(text)
        while match:
            start, end = match.span()
            if not (start and is_word(text[start - 1]) and is_word(text[start])):
                yield start, end
            match = self._search(text, start + 1)


def is_word(character: str) -> bool:
    """Say whether a character continues a word: letters, digits and the underscore do."""
    return character.isalnum() or character == "_"


def _any_of(word: frozenset[str]) -> str:
    # The common beginning comes first, for the search jumps from one place where it stands to the next.
    shared = _shared_prefix(min(word), max(word))
    endings = sorted((form[len(shared) :] for form in word), key=lambda ending: (-len(ending), ending))
    return re.escape(shared) + (f"(?:{'|'.join(map(re.escape, endings))})" if endings != [""] else "")


def _shared_prefix(first: str, last: str) -> str:
    for index, (a, b) in enumerate(zip(first, last, strict=False)):
        if a != b:
            return first[:index]
    return min(first, last, key=len)
