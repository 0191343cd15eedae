"""Posts that say the same in nearly the same words, among the few that are held as evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from streams.core.tallies import Mention
from streams.core.texts import is_repost
from streams.core.words import read

NEAR = 0.6  # of the words of two posts together
FEWEST_WORDS = 6  # fewer are alike by themselves: such posts must say the same


def families(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Gather copies and near copies.

    Two posts are alike if 60 % of the stems of both are in both.

    Returns
    -------
    list of list of Mention
        In each family the original first: the earliest, and at the same time none that begins as a repost.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents. SEQUENCES.
    """
    words = [_stems(one.excerpt.text, one.lang) if one.excerpt else frozenset() for one in mentions]

    def alike(one: int, other: int) -> bool:
        return mentions[one].text == mentions[other].text or _near(words[one], words[other])

    return [sorted((mentions[index] for index in family), key=_age) for family in gathered(len(mentions), alike)]


def speakers(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Gather what has to count once: the posts of one author, and copies of them by others."""
    told = families(mentions)
    authors = [{mention.author for mention in family} - {0} for family in told]
    joined = gathered(len(told), lambda one, other: not authors[one].isdisjoint(authors[other]))
    return [[mention for index in group for mention in told[index]] for group in joined]


def diverse(mentions: Sequence[Mention], order: Callable[[Mention], tuple[float, ...]]) -> list[Mention]:
    """Leave out near copies and further posts of an author; put the best first, an original in its copies' place.

    Parameters
    ----------
    mentions
        Any.
    order
        The lower, the better.
    """
    ranked = sorted(families(mentions), key=lambda family: min(map(order, family)))
    authors: set[int] = set()
    chosen = []
    for original, *_ in ranked:
        if original.author not in authors:
            chosen.append(original)
            authors.update({original.author} - {0})
    return chosen


def gathered(number: int, alike: Callable[[int, int], bool]) -> list[list[int]]:
    """Gather the numbers below `number` that are alike, directly or by others between them.

    Examples
    --------
    >>> gathered(5, lambda one, other: (one - other) % 2 == 0)
    [[0, 2, 4], [1, 3]]
    """
    groups: list[list[int]] = []
    for new in range(number):
        near = [group for group in groups if any(alike(new, old) for old in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(old for group in near for old in group), new])
    return sorted(sorted(group) for group in groups)


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = min(len(one), len(other)), max(len(one), len(other))
    if fewer < FEWEST_WORDS:
        return fewer > 0 and one == other
    if fewer < NEAR * more:
        return False
    both = len(one & other)
    return both >= NEAR * (fewer + more - both)


@lru_cache(maxsize=512)
def _stems(text: str, lang: str) -> frozenset[str]:
    return frozenset(word.stem for word in read(text, lang) if word)


def _age(mention: Mention) -> tuple[float, bool, int]:
    reposted = mention.excerpt is not None and is_repost(mention.excerpt.text)
    return mention.time, reposted, mention.post
