"""Phrases in social text: inflected words, a word or two between them, negated or not, meant or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from detectors.sentiment.tokens import MAX_WORD, Kind, Token, analyse

GAP = 3  # words between two words of a phrase
MIN_STEM, MAX_ENDING = 3, 6
CAPACITY = 20_000  # tokens that are remembered
LAUGHTER = frozenset(
    [
        "😂",
        "🤣",
        "😹",
        "😆",
        "😝",
        "😜",
        "💀",
        ":d",
        "xd",
        "xdd",
        "lol",
        "lmao",
        "lmfao",
        "rofl",
        "rotfl",
        "beka",
        "heh",
    ]
)
LAUGHS = ("haha", "hahh", "hehe", "hihi", "ahah", "lool")


class Alternatives(NamedTuple):
    """Words of which one is said: as they are, or beginning with a stem and at most `MAX_ENDING` letters longer.

    Examples
    --------
    >>> either = Alternatives.of("zatrul*|strul")
    >>> [word for word in ("zatrulem", "strul", "strulem", "zatrulibysmysie") if either.hold(word)]
    ['zatrulem', 'strul']
    """

    words: frozenset[str]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Alternatives:
        """Read alternatives as they are written."""
        each = written.split("|")
        return cls(frozenset(one for one in each if one[-1] != "*"), tuple(one[:-1] for one in each if one[-1] == "*"))

    def hold(self, word: str) -> bool:
        """Whether a word is one of them."""
        if word in self.words:
            return True
        return word.startswith(self.stems) and any(
            word.startswith(stem) and len(word) <= len(stem) + MAX_ENDING for stem in self.stems
        )


class Term(NamedTuple):
    """A word or phrase: what it means, of each word the alternatives, and which word is looked for first.

    Meanings are bits; 0 is that of a figure of speech.
    """

    meaning: int
    words: tuple[Alternatives, ...]
    anchor: int


class Word(NamedTuple):
    """What is known of a word: its readings, the terms that are looked for by it, and what else it is good for.

    `negates` what follows, `stops` a clause, being no word at all; `laughs`.
    """

    readings: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    figures: tuple[Term, ...] = ()
    negates: bool = False
    stops: bool = False
    laughs: bool = False


class Phrasebook(dict[str, tuple[Word, ...]]):
    """The terms of one language, and what they make of every raw token, looked up once.

    A term is one to three words; ``a|b*`` are alternatives, of which ``b*`` stands for every word that begins so and
    has at most `MAX_ENDING` letters more. Between two words of a phrase may be `GAP` others. A term without a meaning
    is a figure of speech: what it overlaps is not meant.

    Parameters
    ----------
    terms
        Of the language.
    negators
        Words that take back what follows, where it does not begin with them.
    scope
        How many words they reach over.

    Examples
    --------
    >>> died, laugh = Alternatives.of("died"), Alternatives.of("laugh*")
    >>> terms = [Term(1, (died,), 0), Term(0, (died, laugh), 0)]
    >>> book = Phrasebook(terms, frozenset(["nobody"]), scope=3)
    >>> [book.read(text.split()) for text in ("two people died", "nobody has died", "I died of laughter")]
    [1, 0, 0]
    """

    def __init__(self, terms: Iterable[Term], negators: frozenset[str], scope: int) -> None:
        super().__init__()
        self._negators = negators
        self._scope = scope
        self._whole: dict[str, list[Term]] = {}
        self._stems: dict[str, list[Term]] = {}
        for term in terms:
            anchor = term.words[term.anchor]
            for word in anchor.words:
                self._whole.setdefault(word, []).append(term)
            for stem in anchor.stems:
                self._stems.setdefault(stem, []).append(term)
        self._starts = {stem[:MIN_STEM] for stem in self._stems}
        self._longest = max(map(len, self._stems), default=0)

    def __missing__(self, raw: str) -> tuple[Word, ...]:
        if len(raw) > MAX_WORD + 1:
            return self[raw[: MAX_WORD + 1]]
        if len(self) > CAPACITY:
            self.clear()
        words = self[raw] = tuple(self._words(analyse(raw)))
        return words

    def may_mean(self, token: Token) -> bool:
        """Whether a term with a meaning is looked for by a token."""
        return any(term.meaning for part in token.parts for term in self._find(part))

    def read(self, tokens: Iterable[str]) -> int:
        """Give the meanings, as bits, of all terms in the raw tokens of a post: none where somebody laughs."""
        words = [word for raw in tokens for word in self[raw]]
        if any(word.laughs for word in words):
            return 0
        found = [
            (term.meaning, span)
            for at, word in enumerate(words)
            for term in word.terms
            if (span := _span(term, words, at)) and not self._negated(words, span[0])
        ]
        if not found:
            return 0
        figures = [span for at, word in enumerate(words) for term in word.figures if (span := _span(term, words, at))]
        meaning = 0
        for kind, (first, last) in found:
            if not any(start <= last and first <= end for start, end in figures):
                meaning |= kind
        return meaning

    def _words(self, token: Token) -> Iterator[Word]:
        """Give the words of a token: of a hashtag those in it, of signs and classes one that says nothing."""
        laughs = any(part in LAUGHTER or part.startswith(LAUGHS) for part in token.parts)
        if token.kind is Kind.WORD:
            negates = token.form in self._negators or token.form.endswith("n't")
            yield self._word(token.parts)._replace(negates=negates, laughs=laughs)
        elif token.kind is Kind.HASHTAG:
            yield from (self._word((part,))._replace(laughs=laughs) for part in token.parts)
        else:
            yield Word((token.form,), stops=token.kind is Kind.SIGNS, laughs=laughs)

    def _word(self, readings: tuple[str, ...]) -> Word:
        found = [term for reading in dict.fromkeys(readings) for term in self._find(reading)]
        figures = tuple(term for term in found if not term.meaning)
        return Word(readings, tuple(term for term in found if term.meaning), figures)

    def _find(self, word: str) -> list[Term]:
        found = [*self._whole.get(word, ())]
        if word[:MIN_STEM] in self._starts:
            for length in range(max(MIN_STEM, len(word) - MAX_ENDING), min(len(word), self._longest) + 1):
                found += self._stems.get(word[:length], ())
        return found

    def _negated(self, words: Sequence[Word], first: int) -> bool:
        """Whether a negator reaches a term that begins at a word; one that begins with it means it so."""
        if words[first].negates:
            return False
        for word in reversed(words[max(0, first - self._scope) : first]):
            if word.stops or word.negates:
                return word.negates
        return False


def _span(term: Term, words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Give the first and last word of a term that is looked for by a word, if all of it is said."""
    first = last = at
    for alternatives in reversed(term.words[: term.anchor]):
        if (first := _near(alternatives, words, first, -1)) < 0:
            return None
    for alternatives in term.words[term.anchor + 1 :]:
        if (last := _near(alternatives, words, last, 1)) < 0:
            return None
    return first, last


def _near(alternatives: Alternatives, words: Sequence[Word], at: int, step: int) -> int:
    """Give the place of one of some words near another with no stop between, or -1."""
    for place in range(at + step, at + step * (GAP + 2), step):
        if not 0 <= place < len(words) or words[place].stops:
            return -1
        if any(map(alternatives.hold, words[place].readings)):
            return place
    return -1
