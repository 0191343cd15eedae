"""Words of known valence: what the model knows before anybody has labelled a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import xxhash

from detectors.sentiment.tokens import fold

MIN_STEM, MAX_STEM = 3, 14
HARSHER = 1.3
MAX_ENDING = 9  # as of Polish verbs: spieprz-yłybyście


class Lexicon:
    """Valences from -4 (worst) to 4 (best) of words, stems and phrases of two words.

    Parameters
    ----------
    entries
        Pairs of a term and its valence. ``word`` stands for itself, ``stem*`` for every word that begins with it and
        has at most `MAX_ENDING` letters more, ``two words`` for the phrase. A star behind fewer than `MIN_STEM`
        letters or within them masks letters, as writers do: ``f*``, ``sh*t``. Of several entries the last counts.

    Examples
    --------
    >>> lexicon = Lexicon([("oszust*", -3.5), ("lipa", -3.0), ("nigdy więcej", -3.5)])
    >>> lexicon.valence("oszustami"), lexicon.valence("lipa"), lexicon.valence("lipami")
    (-3.5, -3.0, 0.0)
    >>> lexicon.phrases
    {('nigdy', 'wiecej'): -3.5}
    """

    def __init__(self, entries: Iterable[tuple[str, float]]) -> None:
        self._words: dict[str, float] = {}
        self._stems: dict[str, float] = {}
        self.phrases: dict[tuple[str, str], float] = {}
        self.entries = dict(entries)
        for term, valence in self.entries.items():
            folded = fold(term)
            first, _, second = folded.partition(" ")
            if second:
                self.phrases[first, second] = valence
            elif folded.endswith("*") and len(folded) > MIN_STEM:
                self._stems[folded[:-1]] = valence
            else:
                self._words[folded] = valence
        self._starts = {stem[:MIN_STEM] for stem in self._stems}

    def valence(self, word: str) -> float:
        """Valence of a folded word, 0 where it is not known: the word's own, or that of its longest stem."""
        if word in self._words:
            return self._words[word]
        if word[:MIN_STEM] not in self._starts:
            return 0.0
        longest = min(len(word), MAX_STEM)
        for length in range(longest, max(MIN_STEM - 1, len(word) - MAX_ENDING - 1), -1):
            if word[:length] in self._stems:
                return self._stems[word[:length]]
        return 0.0


def read(text: str) -> Iterator[tuple[str, float]]:
    r"""Read lines of a term, a tab and its valence; what follows a second tab is ignored, as VADER's files need it.

    Examples
    --------
    >>> list(read("dobry\t2.5\nzły\t-3\t0.5"))
    [('dobry', 2.5), ('zły', -3.0)]
    """
    for line in text.splitlines():
        term, valence, *_ = line.split("\t")
        yield term, float(valence)


@cache
def polish() -> Lexicon:
    """Give the Polish lexicon of this package, with its faces and emoji."""
    return Lexicon([*read(_file("emoji.tsv")), *read(_file("polish.tsv"))])


@cache
def english() -> Lexicon:
    """Give VADER's words, overruled by this package's words of complaint and praise, and its faces and emoji.

    VADER's bad words have 1.6 points on average, this package's 2.5: `HARSHER` brings them nearer. Good words keep
    theirs, as many of them (*well*, *support*) are said in complaints too.
    """
    vader = (files("vaderSentiment") / "vader_lexicon.txt").read_text(encoding="utf-8")
    words = [(term, min(valence, max(valence * HARSHER, -4.0))) for term, valence in read(vader) if term.isalpha()]
    return Lexicon([*words, *read(_file("emoji.tsv")), *read(_file("english.tsv"))])


@cache
def origin() -> str:
    """Name the words that a model starts from, negators included: other words, another name."""
    terms = sorted(
        (*entry, language) for language, known in enumerate((polish(), english())) for entry in known.entries.items()
    )
    return xxhash.xxh3_64_hexdigest(f"{terms}\n{_file('function_words.tsv')}".encode())[:8]


def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
