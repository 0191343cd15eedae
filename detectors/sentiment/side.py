"""What is learned of one language, its hashed features aside: dense weights, trust, and whether its labels drift."""

from __future__ import annotations

import math
from collections.abc import Sequence

from detectors.sentiment.beliefs import Beliefs
from detectors.sentiment.drift import Drift
from detectors.sentiment.features import DENSE
from detectors.sentiment.hashed import LOOSEN
from detectors.sentiment.snapshot import SideState

VARIANCES = {"bias": 0.3}
VARIANCE = 0.03
ODDS = 0.075
ODDS_VARIANCE = 0.0006
ODDS_LABELS = 100.0
TRUST = 0.2
TRUST_RATE = 0.1
TRUST_KEPT = 0.998


class Side:
    """What is learned of one language, its hashed features aside.

    Parameters
    ----------
    prior
        Weights of the dense features that make them the verdict of the lexicon.
    """

    def __init__(self, prior: Sequence[float]) -> None:
        variances = [VARIANCES.get(name, VARIANCE) for name in DENSE]
        self.beliefs = Beliefs([*prior, ODDS], [*variances, ODDS_VARIANCE])
        self.trust = TRUST
        self.energy = 1.0
        self.labels = 0.0
        self.drift = Drift()

    @property
    def ramp(self) -> float:
        """How far odds count: from few labels all of them are noise, and the same noise."""
        return self.labels / (self.labels + ODDS_LABELS)

    def learn(self, dense: list[float], odds: float, words: float, negative: bool) -> tuple[float, float]:
        """Learn from a label; return the log odds that its post had, and the error by which its words are to move."""
        x = [*dense, odds * self.ramp]
        margin = self.beliefs.margin(x)
        before = margin + self.trust * words
        told, heard = probability(margin + words), probability(before)
        error = told - negative
        self.beliefs.update(x, error, told)
        doubt = (heard - negative) * words
        self.energy = TRUST_KEPT * self.energy + doubt * doubt
        self.trust = min(max(self.trust - TRUST_RATE * doubt / math.sqrt(max(self.energy, 1.0)), 0.0), 1.0)
        self.labels += 1.0
        return before, error

    def drifts(self, before: float, negative: bool) -> bool:
        """Take in how far a post's log odds were from its label; say whether such errors have risen for good."""
        error = probability(before) - negative
        return self.drift.rises(error * error)

    def loosen(self) -> None:
        """Be in doubt again of what was learned, so that what comes next weighs the more."""
        self.beliefs.loosen()
        self.labels /= 1 << LOOSEN

    def state(self, posts: list[int]) -> SideState:
        """Everything learned, beside the posts of either kind."""
        means, variances = self.beliefs.means, self.beliefs.variances
        return SideState(means, variances, self.trust, self.energy, self.labels, posts, self.drift.dump())

    def restore(self, state: SideState) -> None:
        """Take over a state.

        Raises
        ------
        ValueError
            Its parts do not fit.
        """
        beliefs, numbers = self.beliefs, [*state.means, *state.variances, state.trust, state.energy, state.labels]
        if {len(state.means), len(state.variances)} != {len(beliefs.means)} or not all(map(math.isfinite, numbers)):
            raise ValueError("the snapshot's parts do not fit together")
        beliefs.means, beliefs.variances = list(state.means), list(state.variances)
        self.trust, self.energy, self.labels = state.trust, state.energy, state.labels
        self.drift.restore(state.drift)


def probability(margin: float) -> float:
    """Logistic function, bounded away from 0 and 1 by what a double can tell apart.

    Examples
    --------
    >>> probability(0.0), 0.0 < probability(-1e9) < 1e-15
    (0.5, True)
    """
    return 1.0 / (1.0 + math.exp(-min(max(margin, -35.0), 35.0)))
