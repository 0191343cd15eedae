"""Harm: which posts speak of danger to life, health, money or rights, which is worth more than a bad word."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from functools import cache
from importlib.resources import files

from detectors.sentiment.language import function_words
from detectors.sentiment.phrasebook import Alternatives, Phrasebook, Term
from detectors.sentiment.tokens import HANDLE, MAX_TOKENS, MAX_WORD, analyse, pieces, tokens_in

SCOPES = {"pl": 2, "en": 3}  # words that a negator reaches over: Polish negates each verb by itself
UNKNOWN = "und"
ANCHOR = "^"  # marks the word of a phrase that is said most seldom
CAPACITY = 100_000  # pieces that are remembered
FIGURE = "-"  # instead of a kind: a figure of speech, in which nobody comes to harm


class Harm(IntFlag):
    """Kinds of harm; a post may speak of several."""

    DEATH = 1
    INJURY = 2
    POISONING = 4
    FIRE = 8
    CONTAMINATION = 16
    FRAUD = 32
    DISCRIMINATION = 64
    ABUSE = 128
    LEAK = 256
    OUTAGE = 512

    @property
    def kinds(self) -> list[str]:
        """Names of the kinds, in lower case.

        Examples
        --------
        >>> (Harm.DEATH | Harm.FIRE).kinds, Harm(0).kinds
        (['death', 'fire'], [])
        """
        return [kind.name.lower() for kind in Harm if kind in self and kind.name]


NO_HARM = Harm(0)


class HarmReader:
    """Say of posts which harm they speak of.

    Most posts have no word that a term of harm could be found by, and what stands between two spaces was mostly seen
    before: of these it is only looked up that there is nothing. A post with laughter in it is a joke.

    Examples
    --------
    >>> reader = HarmReader()
    >>> texts = ["Zatrułem się ich sałatką, ląduję w szpitalu", "Umarłam ze śmiechu", "Nikt się nie zatruł"]
    >>> [harm.kinds for harm in reader.read_many(texts, ["pl", "pl", "pl"])]
    [['injury', 'poisoning'], [], []]
    """

    def __init__(self) -> None:
        self._books = {lang: _phrasebook(lang) for lang in SCOPES}
        self._pieces = _Pieces(list(self._books.values()))

    def read_many(self, texts: Sequence[str], langs: Sequence[str]) -> list[Harm]:
        """Read posts, each in its language; where nobody knows it in all, in another one not at all."""
        if len(self._pieces) > CAPACITY:
            self._pieces.clear()
        return [self._read(text, lang) for text, lang in zip(texts, langs, strict=True)]

    def _read(self, text: str, lang: str) -> Harm:
        if lang not in self._books and lang != UNKNOWN:
            return NO_HARM
        cut = pieces(text)
        if not any(map(self._pieces.__getitem__, cut)):
            return NO_HARM
        tokens = [raw for piece in cut[:MAX_TOKENS] for raw in tokens_in(piece)][:MAX_TOKENS]
        if lang != UNKNOWN:
            return Harm(self._books[lang].read(tokens))
        harm = NO_HARM
        for book in self._books.values():
            harm |= book.read(tokens)
        return harm


class _Pieces(dict[str, bool]):
    """What stands between two spaces, and whether a term of harm may be found by it; an account's name says none."""

    def __init__(self, books: Sequence[Phrasebook]) -> None:
        super().__init__()
        self._books = books

    def __missing__(self, piece: str) -> bool:
        if HANDLE in piece:
            return False
        tokens = [analyse(raw) for raw in tokens_in(piece)[:MAX_TOKENS]]
        may_speak = any(book.may_mean(token) for token in tokens for book in self._books)
        if len(piece) <= MAX_WORD:
            self[piece] = may_speak
        return may_speak


@cache
def reader() -> HarmReader:
    """Give the reader that all share: what it remembers changes no answer."""
    return HarmReader()


@cache
def _phrasebook(lang: str) -> Phrasebook:
    lines = (files(__package__) / "harm.tsv").read_text(encoding="utf-8").splitlines()
    terms = [_term(kind, words) for kind, spoken, words in (line.split("\t") for line in lines) if spoken == lang]
    return Phrasebook(terms, function_words()[f"not.{lang}"], SCOPES[lang])


def _term(kind: str, phrase: str) -> Term:
    words = phrase.split(" ")
    anchor = next((at for at, word in enumerate(words) if word[0] == ANCHOR), 0)
    said = tuple(Alternatives.of(word.lstrip(ANCHOR)) for word in words)
    return Term(0 if kind == FIGURE else Harm[kind.upper()], said, anchor)
