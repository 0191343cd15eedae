"""The curves by which probabilities are judged: receiver operating characteristic and calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.prequential import CALIBRATION_BINS

POINTS = 200

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def roc(came: Flags, told: Floats) -> list[tuple[float, float]]:
    """Give the ROC curve: the share of false alarms and of what is found, as the threshold falls from 1 to 0.

    Parameters
    ----------
    came
        What was true.
    told
        Probabilities that were given to it. Equal ones are one point of the curve.

    Returns
    -------
    list[tuple[float, float]]
        From (0, 0) to (1, 1), at most about `POINTS`; nothing where all is true, or nothing.

    Examples
    --------
    >>> roc(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.2]))
    [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]
    """
    true, false = int(came.sum()), int((~came).sum())
    if not true or not false:
        return []
    order = np.argsort(-told, kind="stable")
    last = np.append(np.diff(told[order]) != 0.0, True)  # of several equal ones
    found, alarms = (np.append(0.0, np.cumsum(kind[order])[last]) for kind in (came, ~came))
    kept = np.unique(np.linspace(0, len(found) - 1, min(len(found), POINTS)).round().astype(int))
    shares = ((alarms / false)[kept].round(4).tolist(), (found / true)[kept].round(4).tolist())
    return list(zip(*shares, strict=True))


def calibration(came: Flags, told: Floats) -> list[tuple[float, float, int]]:
    """Give for each tenth of probability with answers in it the mean probability, the share that was true, how many.

    Examples
    --------
    >>> calibration(np.array([True, False, True]), np.array([0.93, 0.97, 0.31]))
    [(0.31, 1.0, 1), (0.95, 0.5, 2)]
    """
    bins = np.minimum((told * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    counts = np.bincount(bins, minlength=CALIBRATION_BINS)
    sums = (np.bincount(bins, weights, CALIBRATION_BINS).tolist() for weights in (told, came))
    return [
        (round(mean / count, 4), round(true / count, 4), count)
        for mean, true, count in zip(*sums, counts.tolist(), strict=True)
        if count
    ]
