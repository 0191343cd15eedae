"""How well probabilities came true, each told before its answer was known: over all answers or the recent ones."""

from __future__ import annotations

import math
import zlib
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.confusion import Confusion, ConfusionState

BINS = 100
CALIBRATION_BINS = 10
SIZE = 8 * 2 * 3 * BINS  # bytes of the histograms of both windows
HEAVIEST = 2.0**64
LEAST = 1e-15  # of a probability: beyond, a logarithm tells of rounding

Floats = NDArray[np.float64]


class Measures(NamedTuple):
    """How well probabilities came true; NaN where no answer, or none of one kind, is there to tell.

    Parameters
    ----------
    answers
        How many, the old ones faded.
    positives
        Share of them that were true.
    accuracy
        Share that was right about on which side of the threshold it was told.
    log_loss
        Mean of minus the logarithm of the probability that was given to what came true, in nats.
    brier
        Mean square of probability less answer.
    calibration_error
        By how much, on average, probabilities differ from how often they came true, over ten bins of equal width.
    auc
        Area under the ROC curve: how often a true one was given more than a false one.
    """

    answers: float
    positives: float
    accuracy: float
    log_loss: float
    brier: float
    calibration_error: float
    auc: float


class PrequentialState(msgspec.Struct, array_like=True):
    """What is known, in a form that can be encoded: sums over the recent answers, and over all of them.

    Instead of all older answers fading, each new one has a little more `weight` than the one before it. Histograms are
    little-endian 64-bit floats, deflated: false answers by probability, true ones, and the sum of the probabilities.
    """

    confusion: ConfusionState
    right: int = 0
    weight: float = 1.0
    losses: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0])
    squares: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0])
    histograms: bytes = zlib.compress(bytes(SIZE))


class Prequential:
    """Measures probabilities against answers that come after them, in memory that does not grow.

    The recent answers are all of them, the old ones faded as those of the confusion are, so that a model which goes on
    learning is judged by what it says of late. The curve is read from histograms of `BINS` bins by answer: ties within
    a bin count half.

    Parameters
    ----------
    confusion
        Counts right and wrong at the threshold; its half-life is that of everything recent.
    threshold
        Probability from which an answer is expected to be true.

    References
    ----------
    [^1]: Gama, J., Sebastião, R. and Rodrigues, P., 2013. On evaluating stream learning algorithms. Machine Learning
        90(3), 317-346.
    [^2]: Naeini, M., Cooper, G. and Hauskrecht, M., 2015. Obtaining well calibrated probabilities using Bayesian
        binning. Proceedings of AAAI-15, 2901-2907.

    Examples
    --------
    >>> measured = Prequential(Confusion())
    >>> for told, came in ((0.9, True), (0.2, False), (0.6, False), (0.7, True)):
    ...     measured.update(came, told)
    >>> measures = measured.whole
    >>> measures.accuracy, round(measures.brier, 3), measures.auc
    (0.75, 0.125, 1.0)
    """

    def __init__(self, confusion: Confusion, threshold: float = 0.5) -> None:
        self.confusion = confusion
        self.threshold = threshold
        self._growth = 2.0 ** (1.0 / confusion.half_life)
        self.restore(PrequentialState(confusion.dump()))

    def update(self, y_true: bool, probability: float) -> None:
        """Take in an answer, beside the probability that was given to its being true.

        Raises
        ------
        ValueError
            It is no probability.
        """
        if not 0.0 <= probability <= 1.0:
            raise ValueError(f"{probability} is no probability")
        state, weight = self._state, self._state.weight
        error = probability - y_true
        square, loss = error * error, -math.log(max(1.0 - abs(error), LEAST))
        expected = probability >= self.threshold
        self.confusion.update(y_true, expected)
        state.right += expected == y_true
        at = int(probability * BINS) if probability < 1.0 else BINS - 1
        answer, sums = at + BINS * y_true, at + 2 * BINS
        losses, squares, recent, whole = state.losses, state.squares, self._recent, self._whole
        losses[0] += weight * loss
        losses[1] += loss
        squares[0] += weight * square
        squares[1] += square
        recent[answer] += weight
        whole[answer] += 1.0
        recent[sums] += weight * probability
        whole[sums] += probability
        state.weight = weight * self._growth
        if state.weight >= HEAVIEST:
            self._lighten()

    @property
    def recent(self) -> Measures:
        """All measures over the recent answers."""
        counts = self.confusion.dump()
        right = counts.found + counts.rejected
        answers = right + counts.missed + counts.false_alarms
        return self._measures(0, right / answers if answers else 0.0, self._state.weight / self._growth, self._recent)

    @property
    def whole(self) -> Measures:
        """All measures over all answers."""
        return self._measures(1, self._state.right / max(1.0, sum(self._whole[: 2 * BINS])), 1.0, self._whole)

    def _measures(self, window: int, accuracy: float, weight: float, sums: list[float]) -> Measures:
        """Give the measures of a window in which the last answer has a weight."""
        histograms = np.array(sums) / weight
        false, true, _ = histograms.reshape(3, BINS)
        answers = float(false.sum() + true.sum())
        if not answers:
            return Measures(0.0, *[math.nan] * 6)
        _, came, told = histograms.reshape(3, CALIBRATION_BINS, -1).sum(axis=2)
        return Measures(
            answers=answers,
            positives=float(true.sum()) / answers,
            accuracy=accuracy,
            log_loss=self._state.losses[window] / weight / answers,
            brier=self._state.squares[window] / weight / answers,
            calibration_error=float(np.abs(told - came).sum()) / answers,
            auc=_area(false, true),
        )

    def dump(self) -> PrequentialState:
        """Give the state for encoding; it is live, so encode it before the next update."""
        self._state.histograms = zlib.compress(np.array([self._recent, self._whole], "<f8").tobytes())
        return self._state

    def restore(self, state: PrequentialState) -> None:
        """Go on from a state that `dump` gave to one with the same parameters.

        Raises
        ------
        ValueError
            Its parts have other sizes.
        """
        if len(state.losses) != 2 or len(state.squares) != 2:
            raise ValueError("there are two sums of each loss, one of them faded")
        try:
            histograms = zlib.decompressobj().decompress(state.histograms, SIZE + 1)
        except zlib.error as error:
            raise ValueError(f"the histograms cannot be read: {error}") from error
        if len(histograms) != SIZE:
            raise ValueError(f"the histograms have not the {BINS} bins of this version")
        self._recent, self._whole = np.frombuffer(histograms, "<f8").reshape(2, 3 * BINS).tolist()
        self._state = state
        self.confusion.restore(state.confusion)

    def _lighten(self) -> None:
        """Divide all that is weighted by the same power of two, which rounds nothing, before numbers grow too large."""
        state = self._state
        state.weight /= HEAVIEST
        state.losses[0] /= HEAVIEST
        state.squares[0] /= HEAVIEST
        self._recent = [one / HEAVIEST for one in self._recent]


def _area(false: Floats, true: Floats) -> float:
    """Area under the ROC curve of two histograms of scores."""
    pairs = float(false.sum() * true.sum())
    below = np.cumsum(false) - false / 2.0
    return float((true * below).sum()) / pairs if pairs else math.nan
