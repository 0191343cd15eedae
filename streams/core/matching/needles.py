"""By what a post can name a brand, and the patterns that are scanned for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from streams.core.matching.folding import fold
from streams.core.matching.inflection import forms
from streams.core.matching.phrase import Phrase, is_word
from streams.core.matching.together import Together
from streams.core.settings import Brand

Kind = Literal["name", "alias", "handle", "hashtag"]


class Needle(NamedTuple):
    """Something by which a post can name a brand.

    Parameters
    ----------
    brand
        Index of the brand.
    kind, name
        What it is and how the configuration writes it.
    phrase
        For a name of several words: the scan has found its longest word, the phrase finds it all.
    """

    brand: int
    kind: Kind
    name: str
    phrase: Phrase | None = None


def needles_of(index: int, brand: Brand) -> Iterator[tuple[str, Needle]]:
    """Give the needles of a brand, each with the patterns by which it is found."""
    for name in (brand.name, *brand.aliases):
        kind: Kind = "name" if name == brand.name else "alias"
        phrase = Phrase(name, inflect=brand.inflect)
        if len(phrase.parts) > 1:
            needle = Needle(index, kind, name, phrase)
            yield from ((form, needle) for form in phrase.anchor)
        needle = Needle(index, kind, name)
        joined = "".join(phrase.parts)
        mark = "#" if len(name.split()) > 1 else ""
        yield from ((mark + form, needle) for form in (forms(joined) if brand.inflect else {fold(joined)}) if form)
    for handle in brand.handles:
        yield f"@{fold(handle)}", Needle(index, "handle", handle)
    for hashtag in brand.hashtags:
        yield f"#{fold(hashtag)}", Needle(index, "hashtag", hashtag)


def phrases_of(texts: Sequence[str], brand: Brand) -> list[Phrase]:
    """Give the phrases of a brand."""
    return [Phrase(text, inflect=brand.inflect) for text in texts]


def marked(patterns: Sequence[str]) -> Iterator[bytes]:
    """Give the marks by which the patterns are scanned for: where one is to stand alone, with what sets words apart."""
    together = Together(patterns)
    for number, pattern in enumerate(patterns):
        start = together.start(number)
        yield together.marks[start - is_word(pattern[0]) : start + len(pattern) + is_word(pattern[-1])]
