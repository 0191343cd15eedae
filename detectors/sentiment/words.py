"""Which words a model has learned most about: those of the labels, for the model itself keeps numbers and no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from detectors.sentiment.tokens import Kind, analyse, fold, split
from detectors.sentiment.vocabulary import PREFIXES

MOST = 50_000
CHUNK = 256
LANGUAGES = ("pl", "en")


class Scored(Protocol):
    """What is asked of a score: the post's language."""

    @property
    def lang(self) -> str:
        """As the model found it."""


class Model(Protocol):
    """What is asked of a model."""

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None], /) -> Sequence[Scored]:
        """Score posts."""

    def learned(self, words: Sequence[str], lang: str, /) -> list[float]:
        """Give the log odds that labels taught of words."""


class LearnedWord(NamedTuple):
    """A word, what labels taught of it in log odds, and how many labelled posts have it."""

    word: str
    weight: float
    labels: int


class LearnedWords(NamedTuple):
    """The words that speak most for a negative post, and those that speak most against it; the strongest first."""

    negative: list[LearnedWord]
    other: list[LearnedWord]


def learned_words(
    model: Model, labelled: Iterable[tuple[str, str | None]], most: int = 12, least: int = 3
) -> dict[str, LearnedWords]:
    """Find the words about which a model has learned most, by language.

    Features are hashed, so a model can say what it makes of a word, but not which words it knows. The labels say that:
    words, hashtags and emoji of their posts are counted, the commonest `MOST` of a language at most.

    Parameters
    ----------
    model
        Has learned.
    labelled
        The labelled posts and their languages, where known.
    most
        How many words each way.
    least
        In how many labelled posts a word must stand, for what was learned of it to be about the word.

    Examples
    --------
    >>> from detectors.sentiment import SentimentModel
    >>> model, labels = SentimentModel(), ["Ta infolinia to karuzela"] * 3 + ["Kawa na stacji"] * 3
    >>> for text in labels:
    ...     model.learn_one(text, "karuzela" in text, "pl")
    >>> found = learned_words(model, [(text, "pl") for text in labels])["pl"]
    >>> "karuzela" in [one.word for one in found.negative], "kawa" in [one.word for one in found.other]
    (True, True)
    """
    counts: dict[str, Counter[str]] = {lang: Counter() for lang in LANGUAGES}
    posts = iter(labelled)
    while chunk := list(islice(posts, CHUNK)):
        scores = model.predict_many([text for text, _ in chunk], [lang for _, lang in chunk])
        for (text, _), score in zip(chunk, scores, strict=True):
            if score.lang in counts:
                counts[score.lang].update({token.lower() for token in split(text) if _telling(token)})
        for words in counts.values():
            if len(words) > 2 * MOST:
                _keep(words, MOST)
    return {lang: _strongest(model, lang, counts[lang], most, least) for lang in LANGUAGES}


def _strongest(model: Model, lang: str, counts: Counter[str], most: int, least: int) -> LearnedWords:
    words = [word for word, count in counts.items() if count >= least]
    learned = [
        LearnedWord(word, weight, counts[word]) for word, weight in zip(words, model.learned(words, lang), strict=True)
    ]
    learned.sort(key=lambda one: (one.weight, one.word))
    return LearnedWords(
        _apart(reversed([one for one in learned if one.weight > 0.0]), most),
        _apart([one for one in learned if one.weight < 0.0], most),
    )


def _apart(words: Iterable[LearnedWord], most: int) -> list[LearnedWord]:
    """Give the first words, of several that begin alike the first: most of what was learned of them is the same."""
    stems: dict[str, LearnedWord] = {}
    for one in words:
        stems.setdefault(fold(one.word)[: max(PREFIXES)], one)
        if len(stems) == most:
            break
    return list(stems.values())


def _telling(raw: str) -> bool:
    token = analyse(raw)
    if token.kind is Kind.SIGNS:
        return bool(token.parts)
    return token.kind is Kind.HASHTAG or (token.kind is Kind.WORD and len(token.form) > 1)


def _keep(counts: Counter[str], most: int) -> None:
    """Forget all but the commonest."""
    kept = counts.most_common(most)
    counts.clear()
    counts.update(dict(kept))
