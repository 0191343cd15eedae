"""Hashes by which repeated texts are recognised."""

from __future__ import annotations

import string
from functools import lru_cache

import xxhash

_edges = string.punctuation + "…„”“’‘«»–—¡¿"
_passed_over = ("@", "http://", "https://")


def text_hash(text: str) -> int:
    """Hash the words of a text, so that copies with other links, handles, numbers, emoji or punctuation hash alike.

    A text without any words is hashed as it stands.

    Examples
    --------
    >>> text_hash("RT @fan: Wstyd, Orlen! 3 🤬 https://x.pl/1") == text_hash("wstyd ORLEN")
    True
    >>> text_hash("🤬🤬") == text_hash("🙂")
    False
    """
    words = " ".join(words_of(text))
    return hash_of(words.removeprefix("rt ") or text)


def words_of(text: str) -> list[str]:
    """Give the words of a text in lower case, without links, handles, numbers, emoji and punctuation around them.

    Examples
    --------
    >>> words_of("RT @fan: Wstyd, Orlen! 3 🤬")
    ['rt', 'wstyd', 'orlen']
    """
    return list(filter(None, map(_word, text.lower().split())))


@lru_cache(maxsize=65_536)
def _word(piece: str) -> str:
    """Give the word that a piece between spaces holds, or nothing. Most pieces have been seen before."""
    word = piece.strip(_edges)
    return word if word and word[0].isalpha() and not piece.startswith(_passed_over) else ""


def hash_of(text: str) -> int:
    """Hash a text as it stands: 64 bits, the same on every worker."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
