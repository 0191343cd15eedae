"""Online logistic regression with AdaGrad over hashed features, on flat arrays, with a prior from the lexicons."""

from __future__ import annotations

import math

import numpy as np

from detectors.sentiment.features import DENSE, Features
from detectors.sentiment.language import SCORED
from detectors.sentiment.lexicon import origin
from detectors.sentiment.snapshot import LearnerState
from detectors.sentiment.vocabulary import PAD, SLOTS, Floats

PRIOR = {"bias": -1.3, "negative": 2.4, "positive": -1.4, "exclamation": -0.6, "link": -0.3, "word": 1.2}
PRIOR_ENERGY = 0.05
DENSE_ENERGY = 1.0
BIAS_RATE = 0.3
TRUST = 0.5
TRUST_RATE = 0.1


class Learner:
    """Weights of dense and hashed features, for each scored language its own.

    The dense features begin with weights that make them the verdict of the lexicons: a bad word says more than a good
    one. They and the hashed words, which begin with nothing, are learned together. What the hashed words add counts as
    far as they are trusted: a factor between 0 and 1 that is learned too and falls when they mislead.

    Parameters
    ----------
    rate
        AdaGrad's learning rate.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        prior = self._prior = np.array([PRIOR.get(name, 0.0) for name in DENSE])
        self._rates = np.array([BIAS_RATE, *[rate] * (len(DENSE) - 1)])
        self._weights = np.zeros(len(SCORED) * SLOTS)
        self._energy = np.full(len(self._weights), PRIOR_ENERGY)
        self._dense = np.repeat(prior[None, :], len(SCORED), axis=0)
        self._dense_energy = np.full(self._dense.shape, DENSE_ENERGY)
        self._trust = np.full(len(SCORED), TRUST)
        self._trust_energy = np.ones(len(SCORED))

    def margins(self, features: Features) -> Floats:
        """Log odds of being negative, for each post."""
        dense, hashed = self._parts(features)
        margins: Floats = dense + hashed * self._trust[np.minimum(features.language, len(SCORED) - 1)]
        return margins

    def cold(self, features: Features) -> Floats:
        """Log odds of being negative by the lexicons alone, whatever was learned, for each post."""
        margins: Floats = (features.dense * self._prior).cumsum(axis=1)[:, -1]
        return margins

    def shares(self, features: Features, *, cold: bool = False) -> tuple[Floats, Floats]:
        """Give what each dense feature of a single post, and each of its tokens, adds to its log odds.

        With `cold`, to those of the lexicons alone.
        """
        (dense,) = features.dense
        if cold:
            return dense * self._prior, np.zeros(len(features.slots))
        language = min(int(features.language[0]), len(SCORED) - 1)
        tokens: Floats = self._weights[features.slots + language * SLOTS].sum(axis=1)
        return dense * self._dense[language], tokens * (float(features.scale[0]) * self._trust[language])

    def learned(self, features: Features) -> Floats:
        """Log odds that the words of each post add by what labels taught of them."""
        _, hashed = self._parts(features)
        added: Floats = hashed * self._trust[np.minimum(features.language, len(SCORED) - 1)]
        return added

    def learn(self, features: Features, negative: bool) -> float:
        """Take one post with its label; return the log odds that it had before."""
        language = int(features.language[0])
        (dense,), (hashed,) = (part.tolist() for part in self._parts(features))
        before = float(dense + hashed * self._trust[language])
        error = probability(dense + hashed) - negative
        slots = features.slots[features.slots != PAD] + language * SLOTS
        gradient = error * float(features.scale[0])
        self._energy[slots] += gradient * gradient
        self._weights[slots] -= self.rate * gradient / np.sqrt(self._energy[slots])
        gradients = error * features.dense[0]
        self._dense_energy[language] += gradients * gradients
        self._dense[language] -= self._rates * gradients / np.sqrt(self._dense_energy[language])
        trust = float(self._trust[language])
        doubt = (probability(dense + trust * hashed) - negative) * hashed
        self._trust_energy[language] += doubt * doubt
        trust -= TRUST_RATE * doubt / math.sqrt(float(self._trust_energy[language]))
        self._trust[language] = min(max(trust, 0.0), 1.0)
        return before

    def trust(self, language: int) -> float:
        """How far the learned words of a language count beside its lexicon, from 0 to 1."""
        return float(self._trust[language])

    def state(self) -> LearnerState:
        """Everything learned: slots that no label has touched are left out."""
        slots = np.flatnonzero(self._energy != PRIOR_ENERGY)
        return LearnerState(
            origin=origin(),
            rate=self.rate,
            slots=slots.astype("<u4").tobytes(),
            weights=_bytes(self._weights[slots]),
            energy=_bytes(self._energy[slots]),
            dense=_bytes(self._dense),
            dense_energy=_bytes(self._dense_energy),
            trust=_bytes(self._trust),
            trust_energy=_bytes(self._trust_energy),
        )

    def restore(self, state: LearnerState) -> None:
        """Take over a state.

        Raises
        ------
        ValueError
            It started from other lexicons, or its parts do not fit together.
        """
        if state.origin != origin():
            raise ValueError(f"the snapshot started from {state.origin}, this model starts from {origin()}")
        slots = np.frombuffer(state.slots, "<u4").astype(np.int64)
        if len(slots) and slots.max() >= len(self._weights):
            raise ValueError("the snapshot has slots that this model has not")
        self._weights[slots] = _floats(state.weights, slots.shape)
        self._energy[slots] = _floats(state.energy, slots.shape)
        self._dense = _floats(state.dense, self._dense.shape)
        self._dense_energy = _floats(state.dense_energy, self._dense.shape)
        self._trust = _floats(state.trust, self._trust.shape)
        self._trust_energy = _floats(state.trust_energy, self._trust.shape)

    def _parts(self, features: Features) -> tuple[Floats, Floats]:
        """Margins of dense and of hashed features; every sum runs in the post's own order, whatever its company."""
        language = np.minimum(features.language, len(SCORED) - 1)
        slots = features.slots + (language[features.post] * SLOTS)[:, None]
        tokens = self._weights[slots].cumsum(axis=1)[:, -1]
        hashed: Floats = np.bincount(features.post, tokens, len(language)) * features.scale
        dense: Floats = (features.dense * self._dense[language]).cumsum(axis=1)[:, -1]
        return dense, hashed


def probability(margin: float) -> float:
    """Logistic function, bounded away from 0 and 1 by what a double can tell apart.

    Examples
    --------
    >>> probability(0.0), 0.0 < probability(-1e9) < 1e-15
    (0.5, True)
    """
    return 1.0 / (1.0 + math.exp(-min(max(margin, -35.0), 35.0)))


def _bytes(values: Floats) -> bytes:
    return values.astype("<f8").tobytes()


def _floats(data: bytes, shape: tuple[int, ...]) -> Floats:
    values = np.frombuffer(data, "<f8").astype(np.float64)
    if len(values) != math.prod(shape) or not np.isfinite(values).all():
        raise ValueError("the snapshot's parts do not fit together")
    return values.reshape(shape)
