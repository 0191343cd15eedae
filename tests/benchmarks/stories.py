"""Posts with varied words for given counts: what is said of a brand on ordinary days, and what of its crises.

Words are made of syllables and drawn by Zipf's law, as words are; each post takes several of its own, so that honest
texts are no near copies of each other. Each crisis has a vocabulary of its own, which its angry posts draw on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tests.benchmarks.backgrounds import Counts

SYLLABLES = (
    "ba", "be", "bo", "ca", "che", "ci", "da", "do", "du", "fa", "ga", "ge", "go", "ja", "ka", "ke", "ko", "la", "le",
    "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "po", "ra", "re", "ro", "sa", "se", "so",
    "sta", "szy", "ta", "te", "ti", "to", "wa", "we", "wi", "za", "ze", "zy",
)  # fmt: skip
ANGRY = (
    "wstyd", "żenada", "skandal", "oszuści", "nigdy więcej", "beznadziejna obsługa", "masakra", "porażka", "koszmar",
    "złodzieje", "dramat", "okropnie", "terrible", "horrible", "never again", "disgusting", "awful", "worst ever",
    "scam", "shame",
)  # fmt: skip
CALM = (
    "polecam", "super", "dziękuję", "jestem zadowolona", "świetnie", "pyszne", "wczoraj", "kupiłam", "czy ktoś wie",
    "o której", "great", "thanks", "love it", "friendly staff", "today", "does anybody know", "opens on", "just saw",
    "nice", "w drodze",
)  # fmt: skip
VOCABULARY = 4_000
OF_A_CRISIS = 40  # words
NAME = "Orlen"


class Writer:
    """Puts counts into words, a post for each voice.

    Parameters
    ----------
    rng
        Decides everything.
    crises
        Start and end of each, epoch seconds.
    """

    def __init__(self, rng: Generator, crises: Sequence[tuple[int, int]]) -> None:
        self._rng = rng
        self._words = words(rng, VOCABULARY)
        weights = 1.0 / (np.arange(VOCABULARY) + 5.0)
        self._reach: NDArray[np.float64] = np.cumsum(weights / weights.sum())
        self._crises = [(start, end, words(rng, OF_A_CRISIS)) for start, end in crises]

    def posts(self, counts: Counts) -> Iterator[str]:
        """Write them as JSON Lines, in order of time."""
        number = 0
        for bucket, voices, negatives in counts.rows():
            own = next((its for start, end, its in self._crises if start <= bucket < end), None)
            for turn, second in enumerate(sorted(self._rng.integers(0, counts.width, voices).tolist())):
                yield json.dumps(
                    {"id": str(number), "source": "made", "text": self.text(angry=turn < negatives, own=own),
                     "author": f"a{int(self._rng.integers(20_000))}", "created_at": bucket + second},
                    ensure_ascii=False,
                )  # fmt: skip
                number += 1

    def text(self, *, angry: bool, own: Sequence[str] | None = None) -> str:
        """Write one: a name, an attitude, and a handful of words; of a crisis, where one is on and it is angry."""
        rng = self._rng
        said = [self._words[place] for place in np.searchsorted(self._reach, rng.random(rng.integers(7, 15)))]
        if angry and own:
            said[:3] = [own[place] for place in rng.integers(0, len(own), 3)]
        moods = ANGRY if angry else CALM
        parts = [NAME, *{moods[place] for place in rng.integers(0, len(moods), 2)}, *said]
        return " ".join(parts[place] for place in rng.permutation(len(parts)))


def words(rng: Generator, number: int) -> list[str]:
    """Make so many words, each another one.

    Examples
    --------
    >>> len(set(words(np.random.default_rng(1), 100)))
    100
    """
    made: dict[str, None] = {}
    while len(made) < number:
        made["".join(SYLLABLES[place] for place in rng.integers(0, len(SYLLABLES), rng.integers(2, 5)))] = None
    return list(made)
