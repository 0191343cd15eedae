"""Hashes by which repeated texts are recognised."""

from __future__ import annotations

import re

import xxhash

_noise = re.compile(r"https?://\S+|\brt\s+@\w+|@\w+")
_word = re.compile(r"[^\W\d_]+")


def text_hash(text: str) -> int:
    """Hash the words of a text, so that copies of it with other links, handles, numbers or punctuation hash alike.

    A text without any words is hashed as it stands.

    Examples
    --------
    >>> text_hash("RT @fan: Wstyd, Orlen! https://x.pl/1") == text_hash("wstyd ORLEN")
    True
    >>> text_hash("🤬🤬") == text_hash("🙂")
    False
    """
    words = _word.findall(_noise.sub(" ", text.lower()))
    return hash_of(" ".join(words) or text)


def hash_of(text: str) -> int:
    """Hash a text as it stands: 64 bits, the same on every worker."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
