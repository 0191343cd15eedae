"""Fold a text to the spelling under which names are compared: no case, no diacritics, no width."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

_POLISH = tuple((letter.encode(), plain.encode()) for letter, plain in zip("ąćęłńóśźż", "acelnoszz", strict=True))
_FOREIGN = re.compile("[^\x00-\x7f]+")
# Before decomposition: a trade mark sign would become the letters 'tm' and grow onto the name before it, the acute
# accent that stands for an apostrophe a space.
_KEPT = str.maketrans("™℠´", "®®'")
# After it: letters with a stroke, which Unicode does not decompose, the dotless i, and the apostrophes of keyboards.
_PLAIN = str.maketrans("łđħŧøıȷ’ʼ‘", "ldhtoij'''")
# Combining marks, and what is invisible inside a word: soft hyphen, joiners, marks of direction, variation selectors.
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]+")


def fold(text: str) -> str:
    """Fold case, diacritics and compatibility forms.

    Unicode's NFKD and full case folding, without the combining marks; 'ł' and other letters with a stroke lose it,
    apostrophes become one. Folding twice changes nothing.

    Parameters
    ----------
    text
        Any text; lone surrogates are left alone.

    Returns
    -------
    str
        Possibly longer or shorter than `text`: `places` tells what came from where.

    Examples
    --------
    >>> fold("Żabka w ŁODZI"), fold("ＯＲＬＥＮ™"), fold("McDonald’s")
    ('zabka w lodzi', 'orlen®', "mcdonald's")
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    # Small Polish letters are most of what is beyond ASCII in Polish posts: replaced as bytes, they cost least.
    encoded = text.encode("utf-8", "surrogatepass").lower()
    for letter, plain in _POLISH:
        encoded = encoded.replace(letter, plain)
    folded = encoded.decode("utf-8", "surrogatepass")
    return (folded if folded.isascii() else _FOREIGN.sub(_fold_foreign, folded)).replace("`", "'")


def _fold_foreign(run: re.Match[str]) -> str:
    return _fold_run(run[0])


@lru_cache(maxsize=4096)
def _fold_run(run: str) -> str:
    # Case folding can yield letters that decompose again, and decomposition letters that have case: hence both twice.
    run = unicodedata.normalize("NFKD", run.translate(_KEPT)).casefold()
    run = unicodedata.normalize("NFKD", run).casefold()
    return _INVISIBLE.sub("", run).translate(_PLAIN)


def places(text: str) -> list[int]:
    """Say for each character of ``fold(text)`` which character of `text` it comes from, and where the text ends.

    Examples
    --------
    >>> places("ßa")
    [0, 0, 1, 2]
    """
    ends = list(accumulate(len(fold(character)) for character in text))
    origins = [
        index for index, (end, start) in enumerate(zip(ends, [0, *ends], strict=False)) for _ in range(end - start)
    ]
    return [*origins, len(text)]
