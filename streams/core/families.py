"""Families of copies: which texts say the same as one heard before, however the copies are edited."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core.copies import BITS, FAMILIES, NEAR


class Founder(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The first text of a family: its shape, and the identity of the post that says it or that it repeats."""

    shape: int
    original: int


class Families:
    """Bounded memory of families, by which a flood stays one for as long as it goes on.

    A text belongs to a family if it has the words of its founder, if it repeats the same post, or if its shape is near
    to the founder's. All compare with the founder: where each copy could bring its own kin, honest texts would become
    one by and by. A family that is met again is the last to be forgotten.

    Parameters
    ----------
    state
        Founders by the hashes of their words, the one that was met longest ago first. Changed in place.

    Examples
    --------
    >>> families = Families({})
    >>> families.place(1, 0b1111, original=10), families.place(2, 0b0111, original=11)
    ((1, True), (1, False))
    >>> families.place(3, 0xFFFF_0000_0000_0000, original=12), families.place(4, 0, original=12)
    ((3, True), (3, False))
    """

    def __init__(self, state: dict[int, Founder]) -> None:
        self.state = state
        self._originals = {founder.original: text for text, founder in state.items()}
        self._slots = {text: slot for slot, text in enumerate(state)}
        self._texts = [*state]
        self._shapes: NDArray[np.uint64] = np.zeros(FAMILIES, np.uint64)
        self._shapeless: NDArray[np.uint8] = np.full(FAMILIES, BITS, np.uint8)  # these are near to nothing
        for slot, founder in enumerate(state.values()):
            self._shape(slot, founder.shape)

    def place(self, text: int, shape: int, original: int) -> tuple[int, bool]:
        """Give the family of a text, and whether it founds it.

        Parameters
        ----------
        text, shape
            Its signature.
        original
            Identity of its post, or of the post that it repeats.
        """
        family = self._find(text, shape, original)
        if family is None:
            self._found(text, Founder(shape, original))
            return text, True
        self.state[family] = self.state.pop(family)  # last in line again
        return family, False

    def _find(self, text: int, shape: int, original: int) -> int | None:
        if text in self.state:
            return text
        if original in self._originals:
            return self._originals[original]
        return self._nearest(shape) if shape else None

    def _nearest(self, shape: int) -> int | None:
        """Give the family whose founder's shape is nearest and near enough; of several the one of the lowest hash."""
        differing = np.bitwise_count(self._shapes ^ np.uint64(shape)) + self._shapeless
        nearest = int(differing.min())
        if nearest > NEAR:
            return None
        return min(self._texts[slot] for slot in np.flatnonzero(differing == nearest))

    def _found(self, text: int, founder: Founder) -> None:
        """Remember a family, in the place of the one that was met longest ago where there is none left."""
        slot = len(self._texts)
        if slot == FAMILIES:
            oldest = next(iter(self.state))
            del self._originals[self.state.pop(oldest).original]
            slot = self._slots.pop(oldest)
            self._texts[slot] = text
        else:
            self._texts.append(text)
        self.state[text], self._originals[founder.original], self._slots[text] = founder, text, slot
        self._shape(slot, founder.shape)

    def _shape(self, slot: int, shape: int) -> None:
        self._shapes[slot], self._shapeless[slot] = shape, 0 if shape else BITS
