"""The words of a post as evidence reads them: by their stems, as they were written, and whether they tell anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from detectors.sentiment.tokens import split
from streams.core.matching.folding import fold
from streams.core.matching.inflection import forms
from streams.core.matching.phrase import Phrase
from streams.core.settings import Brand
from streams.core.stems import LONGEST, stem

SHORTEST = 2
_LINK = "http"  # what `split` makes of a link
_pieces = re.compile("#?[^#]+")


class Word(NamedTuple):
    """One word or hashtag.

    Parameters
    ----------
    stem
        The key to count by; a hashtag has that of the word in it.
    shown
        As written, in lower case, a hashtag with its '#'.
    folded
        Without case, diacritics and '#': names are compared by it.
    tells
        It is no stop word.
    """

    stem: str
    shown: str
    folded: str
    tells: bool

    @property
    def is_tag(self) -> bool:
        """Whether it is a hashtag."""
        return self.shown[0] == "#"


def stop_words() -> dict[str, frozenset[str]]:
    """Read the words that tell nothing by themselves, folded, by language: pronouns, particles, light verbs."""
    found: dict[str, set[str]] = {}
    for line in (files(__package__) / "stop_words.tsv").read_text(encoding="utf-8").splitlines():
        lang, _, words = line.split("\t")
        found.setdefault(lang, set()).update(map(fold, words.split()))
    return {lang: frozenset(words) for lang, words in found.items()}


_stop = stop_words()
_any_stop = frozenset[str]().union(*_stop.values())


def read(text: str, lang: str) -> list[Word | None]:
    """Read a post; None stands where something else is: a link, an account, a number, an emoji, punctuation.

    Parameters
    ----------
    text
        Of any kind.
    lang
        Its language: what is not English is stemmed as Polish, and in neither of the two the stop words of both count.

    Examples
    --------
    >>> [word and word.shown for word in read("@shop Mysz w #Sałatka! 3 razy", "pl")]
    [None, 'mysz', None, '#sałatka', None, None, 'razy']
    >>> [word.stem for word in read("delayed delays don't", "en") if word and word.tells]
    ['delay', 'delay']
    """
    known = lang if lang in _stop else ""
    return [word for raw in split(text) for word in _read(raw, known)]


@lru_cache(maxsize=32_768)
def _read(raw: str, lang: str) -> tuple[Word | None, ...]:
    """Read one token; most have been seen before."""
    if "@" in raw:
        return (None,)
    return tuple(_word(piece, lang) for piece in _pieces.findall(raw)) or (None,)


def _word(piece: str, lang: str) -> Word | None:
    tag = piece[0] == "#"
    whole = piece.strip("#_'’").lower()[:LONGEST]
    shown, apostrophe, _ = whole.replace("’", "'").partition("'")
    if len(shown) < SHORTEST or whole == _LINK or not (shown[0].isalpha() or (tag and not shown.isdecimal())):
        return None
    folded = fold(shown)
    stop = not tag and (folded in _stop.get(lang, _any_stop) or (bool(apostrophe) and whole.endswith("t")))
    return Word(stem(shown, lang), f"#{shown}" if tag else shown, folded, not stop)


def terms_of(words: Iterable[Word | None], own: frozenset[str]) -> dict[str, str]:
    """Give the terms of a post, words and pairs of words that stand together: by key, each as it was first written.

    A stop word, a name of the brand and all that is no word end a pair; hashtags make none.

    Parameters
    ----------
    words
        As `read` gives them.
    own
        The brand's own names, folded.

    Examples
    --------
    >>> list(terms_of(read("Nieczynna kasa w Żabce!", "pl"), frozenset({"zabce"})).values())
    ['nieczynna', 'kasa', 'nieczynna kasa']
    """
    found: dict[str, str] = {}
    before: Word | None = None
    for word in words:
        if word is None or not word.tells or word.folded in own:
            before = None
            continue
        found.setdefault(word.stem, word.shown)
        if word.is_tag:
            before = None
            continue
        if before and before.stem != word.stem:
            found.setdefault(f"{before.stem} {word.stem}", f"{before.shown} {word.shown}")
        before = word
    return found


def own_words(brand: Brand) -> frozenset[str]:
    """Give all the words, folded, by which posts name a brand; they tell nothing about it.

    Examples
    --------
    >>> own = own_words(Brand(id="zara", name="Zara", handles=("zara_pl",)))
    >>> "zarze" in own, "zara_pl" in own, "zarazki" in own
    (True, True, False)
    """
    found = {fold(name) for name in (*brand.hashtags, *brand.handles)}
    for name in (brand.name, *brand.aliases):
        found.update(_forms_of(name, inflect=brand.inflect))
    return frozenset(found)


def _forms_of(name: str, *, inflect: bool) -> Iterator[str]:
    """Give the forms of each word of a name, and of all of them grown together as in a hashtag."""
    phrase = Phrase(name, inflect=inflect)
    for word in phrase.words:
        yield from word
    joined = "".join(phrase.parts)
    yield from forms(joined) if inflect else {fold(joined)}
    yield from (word.folded for word in read(name, "") if word)
