"""Polish inflection of names: from the base form all the forms in which a post may carry it.

The rules follow the declension of nouns and adjectives in Polish grammar (A. Nagórko, *Zarys gramatyki polskiej*,
2007; endings and softenings are also listed at https://en.wikipedia.org/wiki/Polish_morphology). They need neither
dictionary nor gender: the last letters decide, and where they leave two ways open both are generated, for a form that
nobody writes does no harm unless it is another word.

- A consonant: masculine (Orlen, Orlenu, Orlenowi, Orlenem, Orlenie), with a locative that softens the consonant
  (Polsat, Polsacie; Carrefour, Carrefourze), a fleeting e in -ec, -ek and -el (Żywiec, Żywca), 'ks' beside 'x'
  (Netfliksem).
- -a: feminine (Żabka, Żabki, Żabce), with the genitive plural in -ek; -ia, -ja and vowels before -a (Nokii, Stacji,
  Ikei); adjectives (Wyborowej).
- -o: neuter (Allegra, Allegru); not after a vowel other than i (Pekao).
- -e and -i: adjectives (Tyskiego) and silent e (Google, Googla); -y: plurals and adjectives (Winiary, Winiar).
- -'s: without the ending, with it, and grown together (McDonald's, McDonalda, McDonald'a, McDonaldsa).

Endings after a hyphen or an apostrophe (ZUS-u, Orange'a) need no form: the name stands alone before them, for they are
no letters. Names of fewer than four letters get no endings, for 'kie' and 'ery' are too easily other words; only
acronyms in capitals that end in a consonant get the long endings that are safe (ZUSowi, ZUSem, ZUSie).
"""

from __future__ import annotations

import re

from streams.core.matching.folding import fold

SHORTEST = 4
_VOWELS = "aeiouy"
# The locative in -e softens the consonant before it. The keys are folded, as all is here: 'ł' and 'l' look the same.
_SOFTENED = {"t": "ci", "d": "dzi", "r": "rz", "k": "c", "g": "dz", "h": "z", "ch": "sz", "l": "l"} | {
    hard: f"{hard}i" for hard in "bpwfvmnsxz"
}
_HARDENED = ("c", "j", "q", "cz", "sz", "rz", "dz")  # take the locative of soft stems, -u or -y
_PLURAL = ("om", "ami", "ach")
# Everyday words that the rules would make of names (Warta, Metro, Rama, Wedel, MAN): they count as base forms only.
_OTHER_WORDS = frozenset({"warto", "warte", "metra", "metrem", "metrze", "ramie", "ramach", "wedle", "manie"})
_NOMINATIVE_PLURAL = {"k": "i", "g": "i", "c": "e", "j": "e", "l": "e", "y": "e", "h": "ye", "z": "ye"}


def forms(word: str, shortest: int = SHORTEST) -> frozenset[str]:
    """Give the forms of one word, folded.

    Parameters
    ----------
    word
        Base form of a word without spaces, as people write it: capitals tell an acronym.
    shortest
        Words of fewer letters stay as they are; 3 will do for a word of a longer name.

    Returns
    -------
    frozenset of str
        With the base form; only that for what ends in a digit or a sign.

    Examples
    --------
    >>> sorted(forms("Żabka"))
    ['zabce', 'zabek', 'zabka', 'zabkach', 'zabkami', 'zabke', 'zabki', 'zabko', 'zabkom']
    >>> sorted(forms("ING"))
    ['ing', 'ingiem', 'ingowi']
    """
    base = fold(word)
    if base.endswith("'s") and base[:-2].isalpha():
        found = _possessive(base[:-2])
    elif not base.isalpha() or not base.isascii():
        found = []
    elif len(base) < shortest:
        found = _acronym(base) if word.isupper() and len(base) == 3 else []
    else:
        found = _soft(base) if word[-1].lower() in "ńśźć" else _by_ending(base, shortest)
    return frozenset({base, *found} - (_OTHER_WORDS - {base}))


def _possessive(owner: str) -> list[str]:
    grown = f"{owner}s"
    found = [grown, *_masculine(grown)]
    if owner[-1] not in _VOWELS:
        found += [f"{owner}'{ending}" for ending in ("a", "u", "owi", "em", "ie")]
        found += _masculine(owner) if len(owner) >= SHORTEST else []
    return found


def _acronym(base: str) -> list[str]:
    last = base[-1]
    if last in _VOWELS:
        return []
    locative = [] if last in "kghcjlq" else [_locative(base)]
    return [f"{base}owi", f"{base}{_instrumental(last)}", *locative]


def _by_ending(base: str, shortest: int) -> list[str]:
    stem, last = base[:-1], base[-1]
    found: list[str] = []
    match last:
        case "a":
            found = _feminine(stem)
        case "i" if stem[-1] in "kg":
            found = _adjective(base, "")
        case "y" if stem[-1] in "aeou":
            found = _masculine(base)
        case "o" if len(stem) >= shortest:
            found = _neuter(stem)
        case "e" if len(stem) >= shortest:
            found = _ending_in_e(stem)
        case "y" if len(stem) >= shortest:
            found = _ending_in_y(stem)
        case _ if last not in _VOWELS:
            found = _masculine(base)
    return found


def _masculine(base: str) -> list[str]:
    """Decline a name that ends in a consonant, or in -y read as one: Orlen, Orlenu, Orlenowi; Play, Playa, Playem."""
    stems = [base]
    fleeting = re.fullmatch(r"(.+[^aeiouy])i?e([ckl])", base)
    if fleeting:
        stems.append(fleeting[1] + fleeting[2])
    if base.endswith("x"):
        stems.append(f"{base[:-1]}ks")
    return [form for stem in stems for form in _masculine_stem(stem)]


def _masculine_stem(stem: str) -> list[str]:
    last = stem[-1]
    endings = ["a", "u", "owi", _instrumental(last), "ow", *_PLURAL, *_NOMINATIVE_PLURAL.get(last, "y")]
    found = [f"{stem}{ending}" for ending in endings]
    if last not in "kghly" and not stem.endswith(_HARDENED):
        found.append(_locative(stem))
    return found


def _instrumental(last: str) -> str:
    return "iem" if last in "kg" else "em"


def _locative(stem: str) -> str:
    hard = "ch" if stem.endswith("ch") else stem[-1]
    return f"{stem.removesuffix(hard)}{_SOFTENED[hard]}e"


def _soft(base: str) -> list[str]:
    """Decline a name with a soft last consonant, masculine or feminine: Poznań, Poznania; Łódź, Łodzi."""
    return [f"{base}i{ending}" for ending in ("", "a", "u", "owi", "em", "e", *_PLURAL)]


def _feminine(stem: str) -> list[str]:
    """Decline a name in -a: Żabka, Żabki, Żabce; Nokia, Nokii; Ikea, Ikei."""
    last = stem[-1]
    common = [f"{stem}{ending}" for ending in ("e", "o", *_PLURAL)]
    if last in "iaeouyj":
        return [*common, *_soft_genitives(stem)]
    found = [*common, f"{stem}{'i' if last in 'kglq' else 'y'}"]
    if not stem.endswith(_HARDENED):
        found.append(_locative(stem))
    if last == "l":
        found.append(f"{stem}y")  # 'ł': Wisła, Wisły
    if last == "c":
        found += [f"{stem[:-1]}ki", f"{stem[:-1]}ce"]  # read as k: Prumerica, Prumeriki
    if last == "k" and stem[-2] not in _VOWELS:
        found.append(f"{stem[:-1]}ek")
    elif len(stem) > SHORTEST and not stem.endswith(("ow", "k")):
        found.append(stem)
    if re.search(r"([scz]k|n|w)$", stem):
        found.append(f"{stem}{'iej' if last == 'k' else 'ej'}")
    return found


def _soft_genitives(stem: str) -> list[str]:
    if stem[-1] == "i":
        # Foreign names double the i (Nokii), native ones after a soft consonant do not (Gdyni).
        return [f"{stem}i", *([stem] if stem[-2] in "ncszbpmw" else [])]
    contracted = [f"{stem[:-1]}i"] if stem[-1] == "j" and stem[-2] in _VOWELS else []
    return [f"{stem}i", *contracted]


def _neuter(stem: str) -> list[str]:
    """Decline a name in -o: Allegro, Allegra, Allegru, Allegrze. After a vowel such names stay as they are."""
    if stem[-1] in "aeouy":
        return []
    locative = [] if stem[-1] in "kghijlcq" else [_locative(stem)]
    return [*(f"{stem}{ending}" for ending in ("a", "u", _instrumental(stem[-1]))), *locative]


def _ending_in_e(stem: str) -> list[str]:
    if stem.endswith(("ki", "gi")):
        return _adjective(stem, "")  # Tyskie, Tyskiego
    found = []
    if stem.endswith("ch"):
        found += _adjective(stem, "e")  # Porsche, Porschego
    elif stem[-1] in "cdlmnrstwz":
        found += _adjective(stem, "y")  # Leśne, Leśnego
    if stem[-1] in "jl" or stem.endswith(("li", "ni")):
        found += [f"{stem.removesuffix('j')}i", *(f"{stem}{ending}" for ending in _PLURAL)]  # Koleje, Linie
    if stem[-1] in "blp":
        found += _masculine_stem(stem)  # the e is silent: YouTube, Google
    return found


def _ending_in_y(stem: str) -> list[str]:
    """Decline a plural (Winiary, Winiar, Delikatesy, Delikatesów) or an adjective (Złoty, Złotego)."""
    return [stem, *(f"{stem}{ending}" for ending in ("ow", *_PLURAL)), *_adjective(stem, "y")]


def _adjective(stem: str, vowel: str) -> list[str]:
    return [f"{stem}{ending}" for ending in ("ego", "emu", f"{vowel}m", f"{vowel}ch", f"{vowel}mi")]
