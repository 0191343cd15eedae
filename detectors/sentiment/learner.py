"""Online learning over dense and hashed features: the lexicons' verdict first, then what labels make of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.sentiment.features import DENSE, Features
from detectors.sentiment.hashed import Hashed
from detectors.sentiment.language import SCORED
from detectors.sentiment.lexicon import origin
from detectors.sentiment.side import Side
from detectors.sentiment.snapshot import LearnerState, pack, unpack
from detectors.sentiment.vocabulary import SLOTS, Floats, Integers

BIAS = (-1.3, -1.7)  # by scored language: of English posts fewer are negative
PRIOR = {"negative": 2.4, "positive": -1.4, "exclamation": -0.6, "link": -0.3, "word": 1.2}


class Learner:
    """Weights of dense and hashed features, for each scored language its own.

    The dense features begin with weights that make them the verdict of the lexicons: a bad word says more than a good
    one. To that come the hashed features' odds, which tell much after few labels, and their weights, which tell more
    after many. Odds count the more the more labels there were, and as far as they proved right. Weights are learned as
    if they counted in full, and count as far as they are trusted: a factor between 0 and 1 that is learned too and
    falls when they mislead. Where errors rise for good, all of it is loosened, to be learned anew from what follows.

    Parameters
    ----------
    rate
        Length of the steps by which labels move the weights of hashed features.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._prior = np.array([[bias, *[PRIOR.get(name, 0.0) for name in DENSE[1:]]] for bias in BIAS])
        self._hashed = Hashed(rate)
        self._sides = [Side(prior) for prior in self._prior.tolist()]
        self._numbers: Floats | None = None

    def margins(self, features: Features) -> Floats:
        """Log odds of being negative, for each post, whatever its company."""
        language = _sides(features)
        dense, odds, words = self._parts(features, language)
        margins: Floats = dense + odds + self._weights()[language, -1] * words
        return margins

    def cold(self, features: Features) -> Floats:
        """Log odds of being negative by the lexicons alone, whatever was learned, for each post."""
        margins: Floats = (features.dense * self._prior[_sides(features)]).cumsum(axis=1)[:, -1]
        return margins

    def learned(self, features: Features) -> Floats:
        """Log odds that the words of each post add by what labels taught of them."""
        language = _sides(features)
        _, odds, words = self._parts(features, language)
        added: Floats = odds + self._weights()[language, -1] * words
        return added

    def shares(self, features: Features, *, cold: bool = False) -> tuple[Floats, Floats]:
        """Give what each dense feature of a single post, and each of its tokens, adds to its log odds.

        With `cold`, to those of the lexicons alone.
        """
        (dense,) = features.dense
        tokens, width = features.slots.shape
        (language,) = _sides(features).tolist()
        if cold:
            return dense * self._prior[language], np.zeros(tokens)
        side, scale = self._sides[language], float(features.scale[0])
        *means, weight = side.beliefs.means
        token = np.repeat(np.arange(tokens), width)
        slots = features.slots.ravel() + language * SLOTS
        words, odds = self._hashed.sums(slots, np.full(len(slots), language), token, tokens)
        return dense * np.array(means), scale * (side.trust * words + weight * side.ramp * odds)

    def learn(self, features: Features, labels: Sequence[bool]) -> list[float | None]:
        """Take posts with their labels one after the other; return the log odds that each had before its own.

        None stands for a post whose language is not scored, which teaches nothing.
        """
        self._numbers = None
        flat, post = _flat(features)
        flat += features.language[post] * SLOTS
        ends = np.searchsorted(post, np.arange(len(labels)), "right").tolist()
        begin, margins = 0, []
        for end, language, scale, dense, negative in zip(
            ends, features.language.tolist(), features.scale.tolist(), features.dense.tolist(), labels, strict=True
        ):
            slots, begin = flat[begin:end], end
            margins.append(self._learn(slots, language, scale, dense, negative) if language in SCORED else None)
        return margins

    def _learn(self, slots: Integers, language: int, scale: float, dense: list[float], negative: bool) -> float:
        side, hashed = self._sides[language], self._hashed
        looked = hashed.look(slots, language)
        before, error = side.learn(dense, looked.odds * scale, looked.words * scale, negative)
        hashed.learn(looked, language, error * scale, negative)
        if side.drifts(before, negative):
            side.loosen()
            hashed.loosen(language)
        return before

    def trust(self, language: int) -> float:
        """How far the weights of the words learned in a language count, from 0 to 1."""
        return self._sides[language].trust

    def drifts(self, language: int) -> int:
        """How often the meaning of a language's labels was found to have changed."""
        return self._sides[language].drift.alarms

    def state(self) -> LearnerState:
        """Everything learned: slots that no label has touched are left out."""
        slots, records, posts = self._hashed.state()
        sides = [side.state(kinds) for side, kinds in zip(self._sides, posts, strict=True)]
        return LearnerState(origin(), self.rate, len(slots), pack(slots, records), sides)

    def restore(self, state: LearnerState) -> None:
        """Take over a state.

        Raises
        ------
        ValueError
            It started from other lexicons, or its parts do not fit together.
        """
        if state.origin != origin():
            raise ValueError(f"the snapshot started from {state.origin}, this model starts from {origin()}")
        self._numbers = None
        for side, taken in zip(self._sides, state.sides, strict=True):
            side.restore(taken)
        self._hashed.restore(*unpack(state.slots, state.hashed), [list(side.posts) for side in state.sides])

    def _parts(self, features: Features, language: Integers) -> tuple[Floats, Floats, Floats]:
        """Log odds by dense features, by odds and by weights; every sum runs in the post's own order."""
        flat, post = _flat(features)
        side = language[post]
        words, odds = self._hashed.sums(flat + side * SLOTS, side, post, len(language))
        weights = self._weights()[language]
        dense: Floats = (features.dense * weights[:, : len(DENSE)]).cumsum(axis=1)[:, -1]
        scale = features.scale
        return dense, odds * scale * weights[:, -2] * weights[:, -3], words * scale

    def _weights(self) -> Floats:
        """For each side the weights of dense features and odds, how far odds count, and the trust in words."""
        if self._numbers is None:
            self._numbers = np.array([[*side.beliefs.means, side.ramp, side.trust] for side in self._sides])
        return self._numbers


def _sides(features: Features) -> Integers:
    """For each post the side that it is read by; that of an unscored language does not matter."""
    return np.minimum(features.language, len(SCORED) - 1)


def _flat(features: Features) -> tuple[Integers, Integers]:
    """Slots of all features, in order, and the post that each is in."""
    flat = features.slots.ravel()
    kept = flat.nonzero()[0]  # `PAD` is 0
    return flat[kept], features.post[kept // features.slots.shape[1]]
