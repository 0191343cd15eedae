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
from detectors.sentiment.learner import Learner, probability
from detectors.sentiment.lexicon import origin
from detectors.sentiment.performance import Performance
from detectors.sentiment.reasons import Reasons, reasons
from detectors.sentiment.vocabulary import Floats

COLD = {"pl": (0.55, 0.12), "en": (0.84, 0.25)}  # sensitivity and false alarms of the lexicons alone, as measured


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
    """Online logistic regression over hashed words that starts from what lexicons know.

    Polish and English have weights of their own, so that what is learned in one is never forgotten for the other. The
    state is a function of the labels and their order alone: two models that saw the same labels in the same order are
    equal bit for bit. What was learned counts as far as it proved right: see `trust`. Each label is predicted before it
    is learned from, which tells how good the model is: see `performance`. While it is worse than the lexicon alone in a
    language, the lexicon's word counts there.

    Parameters
    ----------
    rate
        How far one label moves the weights: AdaGrad's learning rate.
    threshold
        Probability from which a post counts as negative.

    References
    ----------
    [^1]: Duchi, J., Hazan, E. and Singer, Y., 2011. Adaptive subgradient methods for online learning and stochastic
        optimization. Journal of Machine Learning Research 12, 2121-2159.
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

    def __init__(self, rate: float = 0.07, threshold: float = 0.5) -> None:
        self.rate = rate
        self.threshold = threshold
        self._extractor = Extractor()
        self._learner = Learner(rate)
        self._performance = {lang: Performance(*believed, threshold) for lang, believed in COLD.items()}
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
        added: list[float] = []
        for start in range(0, len(words), CHUNK):
            chunk = words[start : start + CHUNK]
            added += self._learner.learned(self._extractor.extract(chunk, [lang] * len(chunk))).tolist()
        return added

    def predict_proba_one(  # type: ignore[override]  # river types its texts as dictionaries
        self, x: str, lang: str | None = None, **kwargs: Any
    ) -> dict[bool, float]:
        """Probability of both classes for one post; even odds where its language is not scored."""
        negative = self.predict_many([x], [lang])[0].negative
        negative = 0.5 if negative is None else negative
        return {False: 1.0 - negative, True: negative}

    def learn_one(self, x: str, y: bool, lang: str | None = None) -> None:  # type: ignore[override]
        """Learn from one labelled post; a post in a language that is not scored teaches nothing.

        Parameters
        ----------
        x
            The post's words.
        y
            Whether it is negative.
        lang
            The language its source states, or None to find it out.
        """
        features = self._extractor.extract([x], [lang])
        if features.language[0] not in SCORED:
            return
        cold = probability(float(self._learner.cold(features)[0]))
        before = probability(self._learner.learn(features, bool(y)))
        self._performance[TAGS[features.language[0]]].update(bool(y), before, cold)
        self._labels += 1
        label = f"{self._digest:x}\0{features.language[0]}\0{bool(y)}\0{x}"
        self._digest = xxhash.xxh3_64_intdigest(label.encode("utf-8", "surrogatepass"))

    @property
    def labels(self) -> int:
        """How many labels it has learned from."""
        return self._labels

    def trust(self, lang: str) -> float:
        """How far the words learned in a language count beside its lexicon, from 0 to 1."""
        return self._learner.trust(TAGS.index(lang))

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
