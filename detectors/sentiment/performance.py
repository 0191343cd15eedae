"""How good the sentiment model is beside the lexicon alone, by language, and which of the two is to be believed."""

from __future__ import annotations

import msgspec

from detectors.confusion import Confusion
from detectors.contest import Contest, ContestState, Standing
from detectors.errors import Error
from detectors.prequential import Prequential, PrequentialState

JUDGES = ("model", "lexicon")
COLD = {"pl": (0.59, 0.12), "en": (0.88, 0.22)}  # sensitivity and false alarms of the lexicons alone, as measured


class PerformanceState(msgspec.Struct, frozen=True, array_like=True):
    """What the labels of one language have shown, in a form that can be encoded."""

    contest: ContestState
    model: PrequentialState
    lexicon: PrequentialState


class Performance:
    """What the labels of one language show of the model and of the lexicon alone, each told before it was learned.

    While the model is worse than the lexicon it steps back, and the lexicon's word counts: see `Contest`.

    Parameters
    ----------
    sensitivity, false_alarms
        Of the lexicon, believed of both before there are labels.
    threshold
        Probability from which a post counts as negative.

    Attributes
    ----------
    model, lexicon
        The measures of either.

    Examples
    --------
    >>> performance = Performance(0.6, 0.1)
    >>> for _ in range(200):
    ...     performance.update(True, model=0.8, lexicon=0.4)
    >>> performance.standing, performance.model.recent.accuracy
    ('trusted', 1.0)
    >>> round(performance.lexicon.whole.brier, 2), performance.labels
    (0.36, 200)
    """

    def __init__(self, sensitivity: float, false_alarms: float, threshold: float = 0.5) -> None:
        self._contest = Contest()
        self.model, self.lexicon = (Prequential(Confusion(sensitivity, false_alarms), threshold) for _ in JUDGES)

    def update(self, negative: bool, model: float, lexicon: float) -> None:
        """Take in a label, beside the probabilities that model and lexicon gave to its post's being negative.

        Raises
        ------
        ValueError
            One of them is no probability.
        """
        self.model.update(negative, model)
        self.lexicon.update(negative, lexicon)
        self._contest.update(negative, model, lexicon)

    @property
    def standing(self) -> Standing:
        """Whether the model is still learning, is trusted, or has stepped back."""
        return self._contest.standing

    @property
    def stepped_back(self) -> bool:
        """Whether the lexicon's word counts and not the model's."""
        return self._contest.standing == "stepped back"

    @property
    def error(self) -> Error:
        """How whoever's word counts errs at the threshold, by the recent labels."""
        return (self.lexicon if self.stepped_back else self.model).confusion.error

    @property
    def labels(self) -> int:
        """How many labels there were."""
        return round(self.model.whole.answers)

    def dump(self) -> PerformanceState:
        """Give the state for encoding; it is live, so encode it before the next update."""
        return PerformanceState(self._contest.dump(), self.model.dump(), self.lexicon.dump())

    def restore(self, state: PerformanceState) -> None:
        """Go on from a state that `dump` gave to one with the same parameters.

        Raises
        ------
        ValueError
            Its parts do not fit.
        """
        self._contest.restore(state.contest)
        self.model.restore(state.model)
        self.lexicon.restore(state.lexicon)


def performances(threshold: float) -> dict[str, Performance]:
    """Make a record for each scored language."""
    return {lang: Performance(*believed, threshold) for lang, believed in COLD.items()}
