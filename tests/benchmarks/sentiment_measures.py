"""How good probabilities of being negative are: by rank, by the right side, and by how far they can be believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

BINS = 15
LEAST = 1e-15


def auc(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Area under the ROC curve by ranks; ties count half."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    ranks = rankdata(scores)[labels].sum() - positives * (positives + 1) / 2
    return float(ranks / (positives * negatives))


def log_loss(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Mean of minus the logarithm of the probability given to what was so, in nats."""
    return float(-np.log(np.clip(np.where(labels, scores, 1.0 - scores), LEAST, 1.0)).mean())


def calibration_error(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """By how much probabilities differ from how often they were right, on average over bins of equal width."""
    bins = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    told, came = np.bincount(bins, scores, BINS), np.bincount(bins, labels, BINS)
    return float(np.abs(told - came).sum() / len(labels))


def measures(negative: Sequence[bool], probabilities: Sequence[float]) -> dict[str, float]:
    """All measures of probabilities told of posts in the order of time."""
    labels, scores = np.array(negative), np.array(probabilities)
    half = len(labels) // 2
    return {
        "auc": auc(labels, scores),
        "auc_second_half": auc(labels[half:], scores[half:]),
        "accuracy": float(((scores >= 0.5) == labels).mean()),
        "brier": float(((scores - labels) ** 2).mean()),
        "log_loss": log_loss(labels, scores),
        "calibration": calibration_error(labels, scores),
    }
