"""What is one text and what is another: its words without their trimmings, whether it is a repost, and plain hashes."""

from __future__ import annotations

import unicodedata

import xxhash

_passed_over = ("@", "http://", "https://")


def is_repost(text: str) -> bool:
    """Say whether a text is marked as somebody else's, as people did before networks had a button for it.

    Examples
    --------
    >>> is_repost("RT @fan: Wstyd, Orlen!"), is_repost("Wstyd, Orlen! RT this")
    (True, False)
    """
    return text[:4].lower() == "rt @"


def word_in(piece: str) -> str:
    """Give the word that a piece of a text between spaces holds, without what is neither letter nor digit around it.

    Links, handles, emoji, punctuation, and what begins with a digit are no words.

    Examples
    --------
    >>> [word_in(piece) for piece in ("„wstyd!”🤬", "#boeing737", "10:30", "@fan", "https://x.pl/1", "don't")]
    ['wstyd', 'boeing737', '', '', '', "don't"]
    """
    told = [place for place, character in enumerate(piece) if character.isalnum()]
    if not told or not piece[told[0]].isalpha() or piece.startswith(_passed_over):
        return ""
    end = told[-1] + 1
    while end < len(piece) and unicodedata.category(piece[end]).startswith("M"):  # a vowel sign of the last letter
        end += 1
    return piece[told[0] : end]


def hash_of(text: str) -> int:
    """Hash a text as it stands: 64 bits, the same on every worker."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
