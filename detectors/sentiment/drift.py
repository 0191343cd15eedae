"""Whether what labels say has changed its meaning: the Page-Hinkley test on the errors of predictions before them."""

from __future__ import annotations

import math

import msgspec
from river.base import DriftDetector
from river.stats import Mean

DELTA = 0.1
THRESHOLD = 12.0
FADING = 1 - 0.0001  # of the sums, with each error
LEAST_ERRORS = 30


class DriftState(msgspec.Struct, frozen=True, array_like=True):
    """A Page-Hinkley test as it stands: errors seen, their mean, sums of what was above and below it, and alarms."""

    seen: float
    mean: float
    above: float
    least: float
    below: float
    most: float
    alarms: int


class Drift(DriftDetector):
    """Tells when square errors have risen for good, by the Page-Hinkley test.

    Square errors of probabilities lie between 0 and 1, whatever a label says, so no single label can alarm; and their
    variance is at most a quarter, which bounds how often chance does.

    It is river's `PageHinkley`, number for number, with a state that can be kept. To import that one is to import all
    of river's drift detectors and `scipy.stats` with them: a third of the time that a command takes to start.

    References
    ----------
    [^1]: Page, E., 1954. Continuous inspection schemes. Biometrika 41(1/2), 100-115.
    [^2]: Mouss, H. et al., 2004. Test of Page-Hinkley, an approach for fault detection in an agro-alimentary production
        system. Proceedings of the 5th Asian Control Conference, 815-818.

    Examples
    --------
    >>> drift = Drift()
    >>> any(drift.rises(0.1) for _ in range(1000))
    False
    >>> next(label for label in range(1000) if drift.rises(0.6))
    29
    """

    def __init__(self) -> None:
        super().__init__()
        self.alarms = 0
        self._reset()

    def _reset(self) -> None:
        super()._reset()
        self._mean = Mean()
        self._above, self._least = 0.0, math.inf
        self._below, self._most = 0.0, -1.0

    def update(self, x: float) -> None:
        """Take in an error; after a drift it is the first of a new test."""
        if self.drift_detected:
            self._reset()
        self._mean.update(x)
        beyond = x - self._mean.get()
        self._above = FADING * self._above + beyond - DELTA
        self._below = FADING * self._below + beyond + DELTA
        self._least = min(self._least, self._above)
        self._most = max(self._most, self._below)
        self._drift_detected = self._mean.n >= LEAST_ERRORS and self._above - self._least > THRESHOLD

    def rises(self, error: float) -> bool:
        """Take in an error; say whether the last ones were too many."""
        self.update(error)
        if not self.drift_detected:
            return False
        self._reset()
        self.alarms += 1
        return True

    def dump(self) -> DriftState:
        """Give the state."""
        seen, mean = float(self._mean.n), float(self._mean.get())
        return DriftState(seen, mean, self._above, self._least, self._below, self._most, self.alarms)

    def restore(self, state: DriftState) -> None:
        """Go on from a state."""
        self._mean = Mean()
        if state.seen:
            self._mean.update(state.mean, state.seen)
        self._above, self._least = state.above, state.least
        self._below, self._most = state.below, state.most
        self.alarms = state.alarms
