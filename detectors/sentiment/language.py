"""Which language a post is in, where its source does not say: Polish, English, another one, or nobody can tell."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

POLISH, ENGLISH, OTHER, UNKNOWN = range(4)
SCORED = (POLISH, ENGLISH)
TAGS = ("pl", "en", "other", "und")

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
