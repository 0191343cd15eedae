"""Which terms set posts apart from what is usually said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from streams.core.background import Background
from streams.core.crises import Term
from streams.core.matching.folding import fold

TERMS = 8
FEWEST = 2  # speakers for a term
ONE_MORE = 20  # for every so many that spoke at all: the more there are, the more rare words two share by chance
PRIOR_POSTS = 20.0  # how many posts the prior is worth
_HALF = 0.5  # Jeffreys: half a post that says it, half a post that does not


def distinctive(said: Sequence[Sequence[dict[str, str]]], background: Background) -> dict[str, Term]:
    """Give the terms that are said more often than usual, the most certain first.

    Parameters
    ----------
    said
        For each independent speaker the terms of each of their posts: by key, as they were written. A pair of words
        has both their keys with a space between, and takes the place of a word most of whose speakers say it so.
    background
        What is usually said.

    Returns
    -------
    dict of str to Term
        By key: the form that most speakers use, with how many they are.
    """
    shown: dict[str, Counter[str]] = {}
    for posts in said:
        for key, form in {item for post in posts for item in post.items()}:
            shown.setdefault(key, Counter())[form] += 1
    counts = Counter(key for posts in said for key in frozenset[str]().union(*posts))
    scores = {key: log_odds(count, len(said), background.count(key), background.posts) for key, count in counts.items()}
    fewest = FEWEST + len(said) // ONE_MORE
    telling = {key for key, score in scores.items() if score > 0 and counts[key] >= fewest}
    ranked = sorted(_paired(telling, counts), key=lambda key: (-scores[key], key))
    return {key: Term(_commonest(shown[key]), counts[key]) for key in ranked[:TERMS]}


def log_odds(count: float, total: float, usual: float, posts: float) -> float:
    """Give how surely a term is said more often than usual: the z-score of its log-odds ratio.

    Both sides are drawn towards a prior, what is said by the two of them together and by `PRIOR_POSTS` posts that do
    not say it. What two posts say that nobody said before is then less than what twenty say instead of two.

    Parameters
    ----------
    count, total
        How many posts say it, of how many.
    usual, posts
        The same for the background.

    References
    ----------
    Monroe, Colaresi, Quinn (2008), Fightin' Words, Political Analysis 16(4): the log-odds ratio with an informative
    Dirichlet prior and its z-score. A post says a term or does not: the terms of a post are not independent words.

    Examples
    --------
    >>> round(log_odds(6, 20, 0, 200), 1), round(log_odds(2, 20, 0, 200), 1), round(log_odds(2, 20, 20, 200), 1)
    (3.5, 2.3, 0.1)
    """
    rate = (count + usual + _HALF) / (total + posts + PRIOR_POSTS + 1.0)
    says, silent = PRIOR_POSTS * rate + _HALF, PRIOR_POSTS * (1.0 - rate) + _HALF
    here, not_here = count + says, total - count + silent
    there, not_there = usual + says, posts - usual + silent
    variance = 1.0 / here + 1.0 / not_here + 1.0 / there + 1.0 / not_there
    return (math.log(here / not_here) - math.log(there / not_there)) / math.sqrt(variance)


def _paired(telling: set[str], counts: Counter[str]) -> set[str]:
    """Put pairs in the place of the words that most say within them, and leave out all other pairs."""
    kept = {key for key in telling if " " not in key}
    for pair in telling - kept:
        replaced = {word for word in pair.split(" ") if 2 * counts[pair] > counts[word]}
        if replaced:
            kept.add(pair)
            kept -= replaced
    return kept


def _commonest(forms: Counter[str]) -> str:
    """Give the form that is written most; of equals one with diacritics, which are left out more easily than added."""
    return min(forms, key=lambda form: (-forms[form], form == fold(form), len(form), form))
