"""How often a classifier that goes on learning is wrong, as its labels show."""

from __future__ import annotations

import msgspec
from river.base import Base

from detectors.errors import Error


class ConfusionState(msgspec.Struct, array_like=True):
    """Labels so far by what they said and what was predicted, old ones faded, in a form that can be encoded."""

    found: float = 0.0
    missed: float = 0.0
    false_alarms: float = 0.0
    rejected: float = 0.0


class Confusion(Base):
    """Sensitivity and false alarms of a classifier that goes on learning.

    Feed it with what was predicted before the label was learned from. Both rates have Beta posteriors: what is believed
    before counts as `prior_labels` labels of either class, and of the real ones the old fade, since the classifier they
    tell of has learned since.

    Parameters
    ----------
    sensitivity, false_alarms
        Believed before there are labels.
    prior_labels
        How many labels of each class that belief is worth.
    half_life
        After how many labels one counts half.

    Examples
    --------
    >>> confusion = Confusion(sensitivity=0.6, false_alarms=0.1)
    >>> confusion.error.sensitivity, confusion.error.false_alarms
    (0.6, 0.1)
    >>> for _ in range(100):
    ...     confusion.update(True, True)
    ...     confusion.update(False, False)
    >>> error = confusion.error
    >>> round(error.sensitivity, 2), round(error.false_alarms, 2), round(error.sensitivity_variance ** 0.5, 2)
    (0.96, 0.01, 0.02)
    """

    def __init__(
        self,
        sensitivity: float = 0.7,
        false_alarms: float = 0.2,
        prior_labels: float = 10.0,
        half_life: float = 500.0,
    ) -> None:
        self.sensitivity = sensitivity
        self.false_alarms = false_alarms
        self.prior_labels = prior_labels
        self.half_life = half_life
        self.restore(ConfusionState())

    def update(self, y_true: bool, y_pred: bool) -> None:
        """Take one label in, beside what was predicted."""
        state, keep = self._state, 0.5 ** (1.0 / self.half_life)
        state.found = state.found * keep + (y_true and y_pred)
        state.missed = state.missed * keep + (y_true and not y_pred)
        state.false_alarms = state.false_alarms * keep + (y_pred and not y_true)
        state.rejected = state.rejected * keep + (not y_true and not y_pred)

    @property
    def error(self) -> Error:
        """Means and variances of both posteriors."""
        state = self._state
        sensitivity, one = self._posterior(self.sensitivity, state.found, state.missed)
        false_alarms, other = self._posterior(self.false_alarms, state.false_alarms, state.rejected)
        return Error(sensitivity, false_alarms, one, other)

    def dump(self) -> ConfusionState:
        """Give the state for encoding; it is live, so encode it before the next update."""
        return self._state

    def restore(self, state: ConfusionState) -> None:
        """Go on from a state that `dump` gave to one with the same parameters."""
        self._state = state

    def _posterior(self, believed: float, yes: float, no: float) -> tuple[float, float]:
        weight = self.prior_labels + yes + no
        mean = (self.prior_labels * believed + yes) / weight
        return mean, mean * (1.0 - mean) / (weight + 1.0)
