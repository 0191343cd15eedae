"""Whether what labels say has changed its meaning: the Page-Hinkley test on the errors of predictions before them."""

from __future__ import annotations

import msgspec
from river.drift import PageHinkley
from river.stats import Mean

DELTA = 0.1
THRESHOLD = 12.0


class DriftState(msgspec.Struct, frozen=True, array_like=True):
    """A Page-Hinkley test as it stands: errors seen, their mean, sums of what was above and below it, and alarms."""

    seen: float
    mean: float
    above: float
    least: float
    below: float
    most: float
    alarms: int


class Drift(PageHinkley):
    """Tells when square errors have risen for good, by river's Page-Hinkley test.

    Square errors of probabilities lie between 0 and 1, whatever a label says, so no single label can alarm; and their
    variance is at most a quarter, which bounds how often chance does.

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
        super().__init__(delta=DELTA, threshold=THRESHOLD, mode="up")
        self.alarms = 0

    def rises(self, error: float) -> bool:
        """Take in an error; say whether the last ones were too many."""
        self.update(error)  # type: ignore[no-untyped-call]
        if not self.drift_detected:
            return False
        self._reset()  # type: ignore[no-untyped-call]
        self.alarms += 1
        return True

    def dump(self) -> DriftState:
        """Give the state."""
        mean = self._x_mean
        increase, decrease = self._sum_increase, self._sum_decrease
        least, most = float(self._min_increase), float(self._max_decrease)
        return DriftState(float(mean.n), float(mean.get()), increase, least, decrease, most, self.alarms)

    def restore(self, state: DriftState) -> None:
        """Go on from a state."""
        self._x_mean = Mean()
        if state.seen:
            self._x_mean.update(state.mean, state.seen)
        self._sum_increase, self._min_increase = state.above, state.least
        self._sum_decrease, self._max_decrease = state.below, state.most  # type: ignore[assignment]  # river begins at -1
        self.alarms = state.alarms
