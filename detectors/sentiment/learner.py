"""Online logistic regression with AdaGrad over hashed features, on flat arrays, with a prior from the lexicons."""

from __future__ import annotations

import math

import numpy as np
import xxhash
from numpy.typing import NDArray

from detectors.sentiment import lexicon
from detectors.sentiment.features import DENSE, GAIN, Features, pair_slot
from detectors.sentiment.language import SCORED
from detectors.sentiment.snapshot import LearnerState
from detectors.sentiment.vocabulary import PAD, SLOTS, Floats

PRIOR = {"bias": -1.3, "negative": 2.4, "positive": -1.4, "exclamation": -0.6, "link": -0.3, "word": 1.2}
PRIOR_ENERGY = 0.03
DENSE_ENERGY = 1.0
BIAS_HASTE = 6.0


class Learner:
    """Weights of hashed and dense features, for each scored language its own.

    Before anything is learned, the margin is that of the lexicons: a bad word says more than a good one. The energy is
    AdaGrad's sum of squared gradients; it begins at `PRIOR_ENERGY`, so that one sight of a word does not overrule it.

    Parameters
    ----------
    rate
        AdaGrad's learning rate.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._dense_rate = np.full(len(DENSE), rate)
        self._dense_rate[0] *= BIAS_HASTE
        self._weights, prior = _prior()
        self._energy = np.full(len(self._weights), PRIOR_ENERGY)
        self._dense = np.repeat(prior[None, :], len(SCORED), axis=0)
        self._dense_energy = np.full(self._dense.shape, DENSE_ENERGY)
        self.origin = xxhash.xxh3_64_hexdigest(self._weights.tobytes() + self._dense.tobytes())[:8]

    def margins(self, features: Features) -> Floats:
        """Log odds of being negative, for each post."""
        language = np.minimum(features.language, len(SCORED) - 1)
        own = features.slots + (language[features.post] * SLOTS)[:, None]
        hashed = np.bincount(features.post, self._weights[own].sum(axis=1), len(language)) * features.scale
        dense = (features.dense * self._dense[language]).cumsum(axis=1)[:, -1]
        margins: Floats = hashed + dense
        return margins

    def learn(self, features: Features, negative: bool) -> None:
        """Take one post with its label."""
        language = int(features.language[0])
        error = probability(float(self.margins(features)[0])) - negative
        slots = features.slots[features.slots != PAD] + language * SLOTS
        gradient = error * float(features.scale[0])
        self._energy[slots] += gradient * gradient
        self._weights[slots] -= self.rate * gradient / np.sqrt(self._energy[slots])
        gradients = error * features.dense[0]
        self._dense_energy[language] += gradients * gradients
        self._dense[language] -= self._dense_rate * gradients / np.sqrt(self._dense_energy[language])

    def state(self) -> LearnerState:
        """Everything learned: slots that no label has touched are left out."""
        slots = np.flatnonzero(self._energy != PRIOR_ENERGY)
        return LearnerState(
            origin=self.origin,
            rate=self.rate,
            slots=slots.astype("<u4").tobytes(),
            weights=self._weights[slots].astype("<f8").tobytes(),
            energy=self._energy[slots].astype("<f8").tobytes(),
            dense=self._dense.astype("<f8").tobytes(),
            dense_energy=self._dense_energy.astype("<f8").tobytes(),
        )

    def restore(self, state: LearnerState) -> None:
        """Take over a state.

        Raises
        ------
        ValueError
            It started from other lexicons, or its parts do not fit together.
        """
        if state.origin != self.origin:
            raise ValueError(f"the snapshot started from {state.origin}, this model starts from {self.origin}")
        slots = np.frombuffer(state.slots, "<u4").astype(np.int64)
        if len(slots) and slots.max() >= len(self._weights):
            raise ValueError("the snapshot has slots that this model has not")
        self._weights[slots] = _floats(state.weights, slots.shape)
        self._energy[slots] = _floats(state.energy, slots.shape)
        self._dense = _floats(state.dense, self._dense.shape)
        self._dense_energy = _floats(state.dense_energy, self._dense.shape)


def probability(margin: float) -> float:
    """Logistic function, bounded away from 0 and 1 by what a double can tell apart.

    Examples
    --------
    >>> probability(0.0), 0.0 < probability(-1e9) < 1e-15
    (0.5, True)
    """
    return 1.0 / (1.0 + math.exp(-min(max(margin, -35.0), 35.0)))


def _prior() -> tuple[Floats, Floats]:
    weights = np.zeros(len(SCORED) * SLOTS)
    for language, known in zip(SCORED, (lexicon.polish(), lexicon.english()), strict=True):
        for (first, second), valence in known.phrases.items():
            weight = -valence * PRIOR["negative"] if valence < 0 else valence * PRIOR["positive"]
            weights[language * SLOTS + pair_slot(first, second)] += weight / GAIN
    dense = np.array([PRIOR.get(name, 0.0) for name in DENSE])
    return weights, dense


def _floats(data: bytes, shape: tuple[int, ...]) -> Floats:
    values: NDArray[np.float64] = np.frombuffer(data, "<f8").astype(np.float64)
    if len(values) != math.prod(shape) or not np.isfinite(values).all():
        raise ValueError("the snapshot's parts do not fit together")
    return values.reshape(shape)
