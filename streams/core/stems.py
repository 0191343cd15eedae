"""Light stems: the inflected forms of a word, Polish or English, under one key."""

from __future__ import annotations

from functools import lru_cache

from streams.core.matching.folding import fold

SHORTEST = 4  # letters that a stem keeps
_ENDINGS = (
    "owaniem owania owanie owych owymi owego owemu owej iami iach ami ach ymi imi ych ich ego emu owi iem iom ing ed "
    "em om ow ie ia io iu ej ym im es a e i o u y s"
)
_endings = tuple(sorted(_ENDINGS.split(), key=lambda ending: (-len(ending), ending)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Cut the longest known ending off a word, without case and diacritics; four letters stay at least.

    It need not be a word, and may join what does not belong together now and then: it is a key to count by.

    References
    ----------
    Weiss (2005), Stempelator: a hybrid stemmer for the Polish language. Longest endings first, as in Lovins (1968).

    Examples
    --------
    >>> {stem(word) for word in ("awaria", "awarii", "awarię", "Awariami")}
    {'awar'}
    >>> stem("complaints") == stem("complaint"), stem("mysz")
    (True, 'mysz')
    """
    folded = fold(word)
    for ending in _endings:
        if folded.endswith(ending) and len(folded) - len(ending) >= SHORTEST:
            folded = folded.removesuffix(ending)
            break
    while folded.endswith(("i", "j", "y")) and len(folded) > SHORTEST:
        folded = folded[:-1]
    return folded[:-1] + "k" if folded.endswith("c") else folded  # sałatka, sałatce
