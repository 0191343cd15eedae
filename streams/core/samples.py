"""How many distinct posts there were, from a sample of bounded size that can be merged in any order, and repeatedly.

A bottom-k sketch keeps the k lowest of uniform hashes. Up to k it counts exactly; beyond, the k-th lowest tells how
densely the hashes lie. The union of two sketches is the sketch of the union, so a post that is delivered twice, to
whomever, counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SIZE = 128  # its error of 9 % is less than what the steadiest source varies by itself
_SPACE = 2.0**64


def lowest(posts: Iterable[int], known: Sequence[int] = ()) -> list[int]:
    """Take a sample of posts' 64-bit hashes: the lowest of them, ascending, each once.

    Parameters
    ----------
    posts
        Hashes.
    known
        A sample: what it holds, and what is too high for it, is left out.

    Examples
    --------
    >>> lowest([7, 3, 7]), lowest([7, 3, 5], known=[3, 7])
    ([3, 7], [5])
    """
    if len(known) >= SIZE:
        highest = known[-1]
        posts = [post for post in posts if post < highest]
    return sorted(set(posts).difference(known))[:SIZE]


def size(sample: Sequence[int]) -> float:
    """Estimate how many distinct posts a sample was taken of.

    References
    ----------
    Bar-Yossef et al. (2002), Counting distinct elements in a data stream. RANDOM.
    Beyer et al. (2007), On synopses for distinct-value estimation under multiset operations. SIGMOD.

    Examples
    --------
    >>> size([3, 7])
    2.0
    >>> round(size([(number + 1) << 54 for number in range(SIZE)]))
    1016
    """
    if len(sample) < SIZE:
        return float(len(sample))
    return (SIZE - 1) * _SPACE / (sample[-1] + 1)
