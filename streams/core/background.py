"""What is usually said of a brand: in how many of its ordinary texts each term stands."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

import msgspec

HALF_LIFE = 1_000  # texts after which one counts half
KEPT_TERMS, MOST_TERMS = 400, 800
REMEMBERED_TEXTS = 256  # among which a repeated text is known
_GROWTH = 2.0 ** (1.0 / HALF_LIFE)


class BackgroundState(msgspec.Struct):
    """Counts in a form that can be encoded, fixed in size.

    A text counts `weight`, which grows, instead of all earlier ones losing some: `posts` and `terms` are to be divided
    by it. `texts` are the hashes of the last texts that were counted.

    References
    ----------
    Cormode et al. (2009), Forward decay: a practical time decay model for streaming systems. ICDE.
    """

    terms: dict[str, float] = msgspec.field(default_factory=dict)
    posts: float = 0.0
    weight: float = 1.0
    texts: list[int] = msgspec.field(default_factory=list)


class Background:
    """Decayed counts of the most frequent terms.

    Parameters
    ----------
    state
        Changed in place.

    Examples
    --------
    >>> background = Background(BackgroundState())
    >>> for text in (1, 2, 2):
    ...     if background.is_new(text):
    ...         background.learn(text, ["kawa"])
    >>> round(background.posts, 2), round(background.count("kawa"), 2), background.count("mysz")
    (2.0, 2.0, 0.0)
    """

    def __init__(self, state: BackgroundState) -> None:
        self._state = state

    @property
    def posts(self) -> float:
        """How many texts it is worth."""
        return self._state.posts / self._state.weight

    def count(self, term: str) -> float:
        """In how many of them a term stands."""
        return self._state.terms.get(term, 0.0) / self._state.weight

    def copy(self) -> Background:
        """Give another of its own with the same counts."""
        state = self._state
        return Background(msgspec.structs.replace(state, terms=dict(state.terms), texts=list(state.texts)))

    def is_new(self, text: int) -> bool:
        """Whether a text, by its hash, is none of the last that were counted."""
        return text not in self._state.texts

    def learn(self, text: int, terms: Iterable[str]) -> None:
        """Count the terms of a text, each once."""
        state = self._state
        state.weight *= _GROWTH
        state.posts += state.weight
        counts, weight = state.terms, state.weight
        for term in terms:
            counts[term] = counts.get(term, 0.0) + weight
        state.texts = [*state.texts[1 - REMEMBERED_TEXTS :], text]
        if len(state.terms) > MOST_TERMS or state.weight > 2.0:
            self._trim()

    def _trim(self) -> None:
        """Keep the most frequent terms, of equally frequent ones the newer, which have lost less."""
        state = self._state
        kept = sorted(state.terms.items(), key=itemgetter(1), reverse=True)
        kept = kept[:KEPT_TERMS] if len(kept) > MOST_TERMS else kept
        state.terms = {term: count / state.weight for term, count in kept}
        state.posts /= state.weight
        state.weight = 1.0
