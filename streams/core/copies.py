"""Near copies: texts that say nearly the same in nearly the same words, recognised by their shapes."""

from __future__ import annotations

from array import array
from functools import lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from streams.core.texts import words_of

BITS = 64
FEWEST_WORDS = 6  # the shape of fewer says too little: short complaints are alike by themselves
NEAR = 12  # bits: by simulation nine of ten copies with a word changed and one added, and 1 of 200 honest complaints
REMEMBERED = 512


@lru_cache(maxsize=65_536)
def _signs(word: str) -> NDArray[np.int8]:
    """Give a word's hash as a vector of ones and minus ones."""
    bits = np.frombuffer(xxhash.xxh3_64_digest(word.encode("utf-8", "surrogatepass")), dtype=np.uint8)
    return np.unpackbits(bits).astype(np.int8) * np.int8(2) - np.int8(1)


def shape_of(text: str) -> int:
    """Give the simhash of a text's distinct words, 64 bits; 0 where they are too few to tell.

    References
    ----------
    Charikar (2002), Similarity estimation techniques from rounding algorithms, STOC '02.

    Examples
    --------
    >>> one = shape_of("to jest skandal i wstyd, nigdy więcej nie kupię w tym sklepie")
    >>> two = shape_of("to jest skandal i wstyd, nigdy więcej nie kupię w tym sklepie, serio!!! 🤬")
    >>> (one ^ two).bit_count() <= NEAR
    True
    >>> shape_of("wstyd i tyle")
    0
    """
    words = {word for word in words_of(text) if word != "rt"}
    if len(words) < FEWEST_WORDS:
        return 0
    total = np.add.reduce([_signs(word) for word in words], axis=0, dtype=np.int32)
    return int.from_bytes(np.packbits(total > 0).tobytes())


class Copies:
    """Bounded memory of the shapes of the last texts.

    Parameters
    ----------
    shapes
        Of an earlier memory, as `dump` gave them.

    Examples
    --------
    >>> copies = Copies(b"")
    >>> copies.is_near(0b1111), copies.is_near(0b0111), copies.is_near(0xFFFF_0000_0000_0000)
    (False, True, False)
    """

    def __init__(self, shapes: bytes) -> None:
        self._shapes = array("Q", shapes)

    def dump(self) -> bytes:
        """Give all that is remembered, oldest first."""
        return self._shapes.tobytes()

    def is_near(self, shape: int) -> bool:
        """Say whether a text of nearly this shape is remembered, and remember this one where none is."""
        if not shape:
            return False
        known = np.frombuffer(self._shapes, dtype=np.uint64)
        near = bool((np.bitwise_count(known ^ np.uint64(shape)) <= NEAR).any())
        del known  # it would hold the buffer fast
        if not near:
            self._shapes.append(shape)
            del self._shapes[:-REMEMBERED]
        return near
