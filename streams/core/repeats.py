"""Which posts have been seen before, as far as that is remembered."""

from __future__ import annotations

from collections.abc import Sequence


class Repeats:
    """A bounded memory of posts: of the last `generation` of them at least, of twice as many at most.

    It forgets a generation at a time, which costs nothing for a post.

    Parameters
    ----------
    generation
        Posts.

    Examples
    --------
    >>> repeats = Repeats(generation=2)
    >>> repeats.fresh([1, 2, 1]), repeats.fresh([2, 3]), repeats.fresh([4]), repeats.fresh([1, 3])
    ([0, 1], [1], [0], [0])
    """

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._young: set[int] = set()
        self._old: set[int] = set()

    def fresh(self, identities: Sequence[int]) -> list[int]:
        """Say which of some posts were not seen before, by their numbers, and remember them."""
        new = set(identities)
        young, old = self._young, self._old
        fresh = list(range(len(identities)))
        if len(new) < len(identities) or not (new.isdisjoint(young) and new.isdisjoint(old)):
            seen = (new & young) | (new & old)
            fresh.clear()
            for number, identity in enumerate(identities):
                if identity not in seen:
                    seen.add(identity)
                    fresh.append(number)
        young |= new
        if len(young) >= self._generation:
            self._young, self._old = set(), young
        return fresh
