"""Which language a post is in, where its source does not say: Polish, English, another one, or nobody can tell.

Words that are said in one language alone tell two posts of three apart, and cost nothing: they are looked up with what
else is known of a word. Who says none of them, or some of several languages, is read letter by letter by py3langid, a
naive Bayes classifier of byte sequences.

References
----------
Lui, Baldwin (2012), langid.py: an off-the-shelf language identification tool, ACL 2012 System Demonstrations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from detectors.sentiment.tokens import HANDLE, pieces

POLISH, ENGLISH, OTHER, UNKNOWN = range(4)
SCORED = (POLISH, ENGLISH)
TAGS = ("pl", "en", "other", "und")

# Half units of evidence: two words of one language, and four times as much as for the next.
SURE, CLEAR = 8, 4
LEAST = 2  # half units, without which no word says anything
LETTERS = 300  # that are read at most
CONFIDENT = 1 / 3  # probability below which letters do not say which of Polish, English and others it is
# Much written ones in Latin, Cyrillic and Greek letters: what is in another script is neither Polish nor English.
KNOWN = (
    "pl", "en", "af", "az", "ca", "cs", "da", "de", "es", "et", "eu", "fi", "fr", "hr", "hu", "id", "is", "it", "lt",
    "lv", "nl", "no", "pt", "ro", "sk", "sl", "sq", "sv", "sw", "tl", "tr", "vi", "ru", "uk", "be", "bg", "el",
)  # fmt: skip

Evidence = tuple[float, float, float]


def function_words() -> dict[str, frozenset[str]]:
    """Read the function words of ``pl``, ``en`` and ``other`` languages, and the negators ``not.pl`` and ``not.en``."""
    lines = (files(__package__) / "function_words.tsv").read_text(encoding="utf-8").splitlines()
    return {name: frozenset(words.split()) for name, words in (line.split("\t") for line in lines)}


_POLISH, _ENGLISH, _OTHER = (function_words()[name] for name in ("pl", "en", "other"))
_POLISH_LETTER = re.compile("[ąęłńśźżćó]")
_FOREIGN_LETTER = re.compile("[äöüßñçàèéêëìíîïòôõùûâãåæøœčďěňřšťůýžğışőűățșľĺŕ]|[^\x00-\u024f]")
_POLISH_LOOK = re.compile(r"sz|cz|rz|dz|wie|nie|zn|kt|(?:owie|ami|ach|ego|emu|ych|ich|osci|cja|cji)$")
_ENGLISH_LOOK = re.compile(r"th|wh|ck|gh|ee|oo|ou|sh|qu|v|x|(?:ing|tion|ed|ly|ness|ment|ful|n't|'s|'ll|'re|'ve)$")


@lru_cache(maxsize=1024)
def of_tag(tag: str) -> int:
    """Read a source's BCP 47 tag: the index of the language in `TAGS`.

    Examples
    --------
    >>> of_tag("pl"), of_tag("en-US"), of_tag("uk")
    (0, 1, 2)
    """
    primary = tag[:3].lower().rstrip("-_")
    if primary == "und":
        return UNKNOWN
    return {"pl": POLISH, "en": ENGLISH}.get(primary, OTHER)


def languages(evidence: NDArray[np.int64], texts: Sequence[str], tags: Sequence[str | None]) -> NDArray[np.int64]:
    """Give the languages of posts: as their tags say, else as their words say clearly, else as their letters do.

    Parameters
    ----------
    evidence
        Of each post the half units of evidence for Polish, English and any other language, shape (posts, 3).
    texts, tags
        The posts, and what their sources say.
    """
    found: NDArray[np.int64] = np.where(evidence.max(axis=1) < LEAST, UNKNOWN, evidence.argmax(axis=1))
    ranked = np.sort(evidence, axis=1)
    doubtful = (ranked[:, 2] < SURE) | (ranked[:, 2] < CLEAR * ranked[:, 1])
    for index, tag in enumerate(tags):
        if tag is not None:
            found[index] = of_tag(tag)
        elif doubtful[index]:
            spelt = of_letters(texts[index])
            if spelt != UNKNOWN:
                found[index] = spelt
    return found


def of_letters(text: str) -> int:
    """Give the language of a text by the sequences of its letters, where they say it with confidence.

    Examples
    --------
    >>> [TAGS[of_letters(text)] for text in ("kolejka jak zwykle", "where is everybody", "jak se dneska mate", "!!!")]
    ['pl', 'en', 'other', 'und']
    """
    words = " ".join(piece for piece in pieces(text) if HANDLE not in piece and piece != "http")[:LETTERS].replace(
        "#", ""
    )
    if not any(map(str.isalpha, words)):
        return UNKNOWN
    language, probability = identifier().classify(words)
    return of_tag(language) if probability >= CONFIDENT else UNKNOWN


@cache
def identifier() -> Any:
    """Give the classifier of letters, without what it knows of languages that are not asked for; loaded once."""
    every = LanguageIdentifier.from_model_file(MODEL_FILE)
    every.set_languages(KNOWN)
    return LanguageIdentifier(
        every.nb_ptc, every.nb_pc, every.nb_classes, every.tk_nextmove, every.tk_output, norm_probs=True,
        tk_row=every.tk_row,
    )  # fmt: skip


def evidence(word: str) -> Evidence:
    """How strongly one lower-case word speaks for Polish, English and any other language.

    Examples
    --------
    >>> evidence("się"), evidence("the"), evidence("nicht"), evidence("привет")
    ((3.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 2.0), (0.0, 0.0, 1.5))
    """
    polish, english, other = 2.0 * (word in _POLISH), 2.0 * (word in _ENGLISH), 2.0 * (word in _OTHER)
    if not word.isascii():
        polish += bool(_POLISH_LETTER.search(word))
        other += 1.5 * bool(_FOREIGN_LETTER.search(word))
    elif not (polish or english or other) and len(word) > 3:
        polish = 0.5 * bool(_POLISH_LOOK.search(word))
        english = 0.5 * bool(_ENGLISH_LOOK.search(word))
    return polish, english, other
