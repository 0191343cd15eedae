"""Light stems: the inflected forms of a word under one key, Polish and English."""

from __future__ import annotations

import re

from streams.core.matching.folding import fold

SHORTEST = 3  # letters that a Polish stem keeps
LONGEST = 40  # letters of a word that are read

# Endings of nouns and adjectives, folded; those that are the end of many a base form ask for a longer stem.
_ENDINGS = (
    "iami iach iowi iem iom ami ach ymi imi ych ich ego emu owi em om ym im ia ie io iu ii a e i o u y",
    "owie aja ow ej",
)
_least = {ending: len(ending) + SHORTEST + more for more, line in enumerate(_ENDINGS) for ending in line.split()}
# What the rules would keep apart, or cut although it belongs to the stem.
_IRREGULAR = {
    "bled": "blad",
    "dziet": "dzieck",
    "ludz": "lud",
    "ministr": "minister",
    "ogn": "ogien",
    "pienied": "pieniad",
    "pieniedzm": "pieniad",
    "probl": "problem",
    "psa": "pies",
    "psu": "pies",
    "psy": "pies",
    "psem": "pies",
    "psow": "pies",
    "str": "strach",
    "syst": "system",
    "zap": "zapach",
    "zlod": "zlodziej",
}
# The last consonants as they are before hard endings: klienci, kurierze, wodzie, sałatce; kolejek, kolejka.
_HARD = (
    (re.compile("ci$"), "t"),
    (re.compile("dzi?$"), "d"),
    (re.compile("rz$"), "r"),
    (re.compile("(?<=[aeou])i$"), "j"),
    (re.compile("i$"), ""),
    (re.compile("c$"), "k"),
    (re.compile("(?<=[^aeiouy])ek$"), "k"),
)
# One syllable that ends in a vowel and a consonant: there a final e is heard, and car is not care.
_short = re.compile("[^aeiouy]*[aeiouy][^aeiouywx]").fullmatch
_doubled = re.compile(r"([bdglmnprt])\1$")
_vowel = re.compile("[aeiouy]").search


def stem(word: str, lang: str) -> str:
    """Give what the inflected forms of a word have in common, without case and diacritics.

    It need not be a word, and may now and then join what does not belong together: it is a key to count by. Of
    English words the endings of plurals and verbs are cut off, and the stem gets its e or its single consonant back.
    All others are taken for Polish nouns and adjectives: an ending is cut off, the consonant before it hardened, a
    fleeting e dropped. Diacritics are asked only where they tell an ending, for many write without them.

    Parameters
    ----------
    word
        Without spaces.
    lang
        Of the post it stands in: ``en``, or anything else.

    References
    ----------
    Porter (1980), An algorithm for suffix stripping, Program 14(3): its first step.
    Nagórko (2007), Zarys gramatyki polskiej: the declension of nouns and adjectives.

    Examples
    --------
    >>> {stem(word, "pl") for word in ("kolejka", "kolejek", "kolejce", "Kolejkami")}
    {'kolejk'}
    >>> {stem(word, "pl") for word in ("błąd", "blad", "błędu", "błędzie")}
    {'blad'}
    >>> stem("cancelled", "en"), stem("cancels", "en")
    ('cancel', 'cancel')
    """
    word = word[:LONGEST]
    return _english(fold(word)) if lang == "en" else _polish(word.lower())


def _english(word: str) -> str:
    word = _without_ing(_without_s(word))
    if word.endswith("e") and len(word) > SHORTEST and not _short(word[:-1]):
        word = word[:-1]
    return _doubled.sub(r"\1", word)


def _without_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > SHORTEST and word != "news":
        return word[:-1]
    return word


def _without_ing(word: str) -> str:
    """Cut -ed and -ing off, and give the stem its e or its single consonant back: fired, stopping; lying, complied."""
    if word.endswith("ied"):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    if word.endswith("ying") and len(word) == 5:
        return f"{word[0]}ie"
    stemmed = word.removesuffix("ing") if word.endswith("ing") else word.removesuffix("ed")
    if stemmed == word or word.endswith("eed") or len(stemmed) < 2 or not _vowel(stemmed):
        return word
    return f"{stemmed}e" if _short(stemmed) else stemmed


def _polish(word: str) -> str:
    stemmed = _cut(_spell(word))
    for soft, hard in _HARD:
        if len(stemmed) > SHORTEST:
            stemmed = soft.sub(hard, stemmed)
    return _IRREGULAR.get(stemmed, stemmed)


def _spell(word: str) -> str:
    """Fold a word, after what only its diacritics tell: a soft ć, a fleeting e, a plural, an infinitive."""
    if len(word) > SHORTEST + 2 and word.endswith("ać"):
        word = word.removesuffix("ać")
    elif word.endswith("ć"):
        word = f"{word[:-1]}ci"
    elif len(word) > SHORTEST + 1 and word.endswith("eł"):
        word = f"{word[:-2]}ł"
    elif len(word) > SHORTEST + 1 and word.endswith("ów"):
        word = word.removesuffix("ów")
    folded = fold(word)
    return f"{folded}i" if folded.endswith("osc") else folded


def _cut(folded: str) -> str:
    """Cut the longest ending off; an i stays, for it tells that the consonant before it is soft."""
    for length in range(4, 0, -1):
        ending = folded[-length:]
        if len(folded) >= _least.get(ending, 2 * LONGEST):
            return folded[:-length] + ("i" if ending[0] == "i" else "")
    return folded
