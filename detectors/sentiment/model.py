"""How likely a post is negative, in Polish and English: from the first post on, and better with every label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xxhash
from river import base

from detectors.errors import Error
from detectors.sentiment import snapshot
from detectors.sentiment.features import CHUNK, Extractor, Features
from detectors.sentiment.language import SCORED, TAGS
from detectors.sentiment.learner import Learner
from detectors.sentiment.lexicon import origin
from detectors.sentiment.performance import Performance, performances
from detectors.sentiment.reasons import Reasons, reasons
from detectors.sentiment.side import probability
from detectors.sentiment.vocabulary import Floats


class Scored(NamedTuple):
    """What the model says of a post.

    Parameters
    ----------
    negative
        Probability that the post is negative, or None where its language is not scored.
    lang
        ``pl``, ``en``, ``other``, or ``und`` where nobody can tell.
    """

    negative: float | None
    lang: str


class SentimentModel(base.Classifier):
    """Learns online which words make a post negative, from what lexicons know on.

    Polish and English have weights of their own, so that what is learned in one is never forgotten for the other. The
    state is a function of the labels and their order alone: two models that saw the same labels in the same order are
    equal bit for bit. What was learned counts as far as it proved right: see `trust`. Each label is predicted before it
    is learned from, which tells how good the model is: see `performance`. While it is worse than the lexicon alone in a
    language, the lexicon's word counts there. How it learns is told in `Learner`.

    Parameters
    ----------
    rate
        Length of the steps by which labels move the weights of words.
    threshold
        Probability from which a post counts as negative.

    References
    ----------
    [^1]: Wang, S. and Manning, C., 2012. Baselines and bigrams: simple, good sentiment and topic classification.
        Proceedings of ACL 2012, 90-94.
    [^2]: Hutto, C. and Gilbert, E., 2014. VADER: a parsimonious rule-based model for sentiment analysis of social media
        text. Proceedings of ICWSM-14, 216-225.

    Examples
    --------
    >>> model = SentimentModel()
    >>> scores = model.predict_many(["Wstyd i skandal, nigdy więcej!", "Dziękuję, świetna obsługa :)"], [None, "pl"])
    >>> [(score.lang, score.negative > 0.5) for score in scores]
    [('pl', True), ('pl', False)]

    Labels teach it what no lexicon knows:

    >>> before = model.predict_proba_one("Znowu karuzela na infolinii")[True]
    >>> for _ in range(5):
    ...     model.learn_one("Ta infolinia to karuzela", True)
    >>> model.predict_proba_one("Znowu karuzela na infolinii")[True] > before
    True
    """

    def __init__(self, rate: float = 0.2, threshold: float = 0.5) -> None:
        self.rate = rate
        self.threshold = threshold
        self._extractor = Extractor()
        self._learner = Learner(rate)
        self._performance = performances(threshold)
        self._labels = 0
        self._digest = 0

    @property
    def _multiclass(self) -> bool:
        return False

    @property
    def _tags(self) -> set[str]:
        return {base.tags.TEXT_INPUT}

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Scored]:
        """Score posts in bulk.

        Parameters
        ----------
        texts
            The posts' words.
        langs
            For each post the language its source states as a BCP 47 tag, or None to find it out.

        Returns
        -------
        list[Scored]
            In the order of the posts; each is the same in whatever company it is scored.
        """
        scored: list[Scored] = []
        for start in range(0, len(texts), CHUNK):
            features = self._extractor.extract(texts[start : start + CHUNK], langs[start : start + CHUNK])
            margins = self._margins(features).tolist()
            scored += [
                Scored(probability(margin) if language in SCORED else None, TAGS[language])
                for margin, language in zip(margins, features.language.tolist(), strict=True)
            ]
        return scored

    def explain(self, text: str, lang: str | None = None) -> Reasons:
        """Say which words made a post negative, or not, and how much each: in log odds that add up to its own."""
        features = self._extractor.extract([text], [lang])
        tag = TAGS[features.language[0]]
        cold = tag in self._performance and self._performance[tag].stepped_back
        return reasons(text, features, self._learner.shares(features, cold=cold), cold=cold)

    def learned(self, words: Sequence[str], lang: str) -> list[float]:
        """Give the log odds that labels taught of words, each in a post of nothing else, whether or not it is heard."""
        chunks = (words[start : start + CHUNK] for start in range(0, len(words), CHUNK))
        features = (self._extractor.extract(chunk, [lang] * len(chunk)) for chunk in chunks)
        return [added for some in features for added in self._learner.learned(some).tolist()]

    def predict_proba_one(  # type: ignore[override]  # river types its texts as dictionaries
        self, x: str, lang: str | None = None, **kwargs: Any
    ) -> dict[bool, float]:
        """Probability of both classes for one post; even odds where its language is not scored."""
        negative = self.predict_many([x], [lang])[0].negative
        negative = 0.5 if negative is None else negative
        return {False: 1.0 - negative, True: negative}

    def learn_one(self, x: str, y: bool, lang: str | None = None) -> None:  # type: ignore[override]
        """Learn that a post is negative, or not, as by `learn_many`; in an unscored language it teaches nothing."""
        self.learn_many([x], [y], [lang])

    def learn_many(
        self, texts: Sequence[str], labels: Sequence[bool], langs: Sequence[str | None]
    ) -> list[float | None]:
        """Learn from labelled posts, as if from one after the other, at a fraction of what that costs.

        Parameters
        ----------
        texts
            The posts' words.
        labels
            For each whether it is negative.
        langs
            For each the language its source states, or None to find it out.

        Returns
        -------
        list[float | None]
            The probability of being negative that each had before its own label was learned, but after those before it;
            None where its language is not scored.
        """
        told: list[float | None] = []
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            negative = [bool(label) for label in labels[start : start + CHUNK]]
            features = self._extractor.extract(chunk, langs[start : start + CHUNK])
            cold, margins = self._learner.cold(features).tolist(), self._learner.learn(features, negative)
            told += [
                None if margin is None else self._count(text, is_negative, margin, lexicon, language)
                for text, is_negative, margin, lexicon, language in zip(
                    chunk, negative, margins, cold, features.language.tolist(), strict=True
                )
            ]
        return told

    def _count(self, text: str, negative: bool, margin: float, cold: float, language: int) -> float:
        """Count a label that was learned, beside the log odds before, the lexicon's too; return what was told."""
        performance, model, lexicon = self._performance[TAGS[language]], probability(margin), probability(cold)
        told = lexicon if performance.stepped_back else model
        performance.update(negative, model, lexicon)
        self._labels += 1
        label = f"{self._digest:x}\0{language}\0{negative}\0{text}"
        self._digest = xxhash.xxh3_64_intdigest(label.encode("utf-8", "surrogatepass"))
        return told

    @property
    def labels(self) -> int:
        """How many labels it has learned from."""
        return self._labels

    def trust(self, lang: str) -> float:
        """How far the words learned in a language count beside its lexicon, from 0 to 1."""
        return self._learner.trust(TAGS.index(lang))

    def drifts(self, lang: str) -> int:
        """How often the meaning of a language's labels was found to have changed, and learning began to hurry again."""
        return self._learner.drifts(TAGS.index(lang))

    @property
    def performance(self) -> Mapping[str, Performance]:
        """How good it is beside the lexicon, by language, as the labels show; and whether it has stepped back."""
        return self._performance

    @property
    def errors(self) -> dict[str, Error]:
        """How it errs at its threshold, by language: what lexicons are worth, and then what labels show.

        Labels that people give where the model is wrong make it look worse than it is.
        """
        return {lang: performance.error for lang, performance in self._performance.items()}

    @property
    def version(self) -> str:
        """Name of exactly this state: what it started from, how many labels it saw, and a digest of them in order."""
        return f"{origin()}.{self._labels}.{self._digest:016x}"

    def to_bytes(self) -> bytes:
        """Write down everything learned, in a versioned encoding with a checksum."""
        performance = [one.dump() for one in self._performance.values()]
        taken = snapshot.Snapshot(self._labels, self._digest, self._learner.state(), self.threshold, performance)
        return snapshot.encode(taken)

    @classmethod
    def from_bytes(cls, data: bytes) -> SentimentModel:
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError
            The bytes are damaged, or were written by another version of the encoding or of the lexicons.
        """
        taken = snapshot.decode(data)
        model = cls(rate=taken.learner.rate, threshold=taken.threshold)
        model._learner.restore(taken.learner)
        for performance, state in zip(model._performance.values(), taken.performance, strict=True):
            performance.restore(state)
        model._labels, model._digest = taken.labels, taken.digest
        return model

    def _margins(self, features: Features) -> Floats:
        """Log odds of being negative: of the lexicon alone where the model has stepped back."""
        margins = self._learner.margins(features)
        back = [performance.stepped_back for performance in self._performance.values()]
        if any(back):
            back += [False] * (len(TAGS) - len(back))
            margins = np.where(np.array(back)[features.language], self._learner.cold(features), margins)
        return margins
