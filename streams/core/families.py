"""Families of copies: which texts say the same as one heard before, however the copies are edited."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core.copies import BITS, FAMILIES, NEAR

SETTLED = 3  # copies of different shapes: the fewest of which most can agree


class Family(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the copies of a family are compared with.

    Parameters
    ----------
    shape
        The founder's; once three copies of different shapes are known, what most of them have in common.
    original
        Identity of the post that says the founding text, or that it repeats.
    second
        Shape of the second copy, until there is a third.
    copies
        How many of different shapes are known, at most `SETTLED`.
    """

    shape: int
    original: int
    second: int = 0
    copies: int = 1

    def joined(self, shape: int) -> Family:
        """Take a copy in. Where each is edited elsewhere, the bits that two of three share are the template's."""
        if shape in {self.shape, self.second}:
            return self
        if self.copies == 1:
            return Family(self.shape, self.original, shape, 2)
        shared = self.shape & self.second | self.shape & shape | self.second & shape
        return Family(shared, self.original, 0, SETTLED)


class Families:
    """Bounded memory of families, by which a flood stays one for as long as it goes on.

    A text belongs to a family if it has the words of its founder, if it repeats the same post, or if its shape is near
    to the family's. That one is settled by the first three: where each copy could bring its own kin, honest texts would
    become one by and by. A family that is met again is the last to be forgotten.

    Parameters
    ----------
    state
        Families by the hashes of their founders' words, the one that was met longest ago first. Changed in place.

    Examples
    --------
    >>> families = Families({})
    >>> families.place(1, 0b1111, original=10), families.place(2, 0b0111, original=11)
    ((1, True), (1, False))
    >>> families.place(3, 0xFFFF_0000_0000_0000, original=12), families.place(4, 0, original=12)
    ((3, True), (3, False))
    """

    def __init__(self, state: dict[int, Family]) -> None:
        self.state = state
        self._originals = {family.original: text for text, family in state.items()}
        self._slots = {text: slot for slot, text in enumerate(state)}
        self._texts = [*state]
        self._shapes: NDArray[np.uint64] = np.zeros(FAMILIES, np.uint64)
        self._shapeless: NDArray[np.uint8] = np.full(FAMILIES, BITS, np.uint8)  # these are near to nothing
        for slot, family in enumerate(state.values()):
            self._shape(slot, family.shape)

    def place(self, text: int, shape: int, original: int) -> tuple[int, bool]:
        """Give the family of a text, and whether it founds it.

        Parameters
        ----------
        text, shape
            Its signature.
        original
            Identity of its post, or of the post that it repeats.
        """
        found = self._find(text, original)
        if found is None and shape:
            found = self._nearest(shape)
            if found is not None and self.state[found].copies < SETTLED:
                self.state[found] = family = self.state[found].joined(shape)
                self._shape(self._slots[found], family.shape)
        if found is None:
            self._found(text, Family(shape, original))
            return text, True
        self.state[found] = self.state.pop(found)  # last in line again
        return found, False

    def _find(self, text: int, original: int) -> int | None:
        return text if text in self.state else self._originals.get(original)

    def _nearest(self, shape: int) -> int | None:
        """Give the family whose shape is nearest and near enough; of several the one of the lowest hash."""
        differing = np.bitwise_count(self._shapes ^ np.uint64(shape)) + self._shapeless
        nearest = int(differing[differing.argmin()])
        if nearest > NEAR:
            return None
        slots: list[int] = (differing == nearest).nonzero()[0].tolist()
        return min(self._texts[slot] for slot in slots)

    def _found(self, text: int, family: Family) -> None:
        """Remember a family, in the place of the one that was met longest ago where there is none left."""
        slot = len(self._texts)
        if slot == FAMILIES:
            oldest = next(iter(self.state))
            del self._originals[self.state.pop(oldest).original]
            slot = self._slots.pop(oldest)
            self._texts[slot] = text
        else:
            self._texts.append(text)
        self.state[text], self._originals[family.original], self._slots[text] = family, text, slot
        self._shape(slot, family.shape)

    def _shape(self, slot: int, shape: int) -> None:
        self._shapes[slot], self._shapeless[slot] = shape, 0 if shape else BITS
