"""Weights of a few dense features as Gaussian beliefs, which every label sharpens."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_DOUBT = 0.01
RELAXATION = 0.0003


class Beliefs:
    """Logistic regression by assumed density filtering: independent Gaussians, kept so after each label.

    A weight moves as far as it was in doubt, and is in less doubt afterwards; all move less, the more they were in
    doubt together. So a prior counts until there is evidence, and no label moves the margin of its post beyond what
    that evidence allows. Doubt comes back, by half in some 2,300 labels, since what was learned of one brand need
    not hold for the next.

    Parameters
    ----------
    means, variances
        The prior.

    References
    ----------
    [^1]: Spiegelhalter, D. and Lauritzen, S., 1990. Sequential updating of conditional probabilities on directed
        graphical structures. Networks 20(5), 579-605.
    [^2]: Graepel, T. et al., 2010. Web-scale Bayesian click-through rate prediction for sponsored search advertising in
        Microsoft's Bing search engine. Proceedings of ICML-10, 13-20.

    Examples
    --------
    >>> beliefs = Beliefs([0.0, 2.0], [1.0, 0.1])
    >>> beliefs.margin([1.0, 0.5])
    1.0
    >>> beliefs.update([1.0, 0.5], error=-0.27, told=0.73)
    >>> beliefs.margin([1.0, 0.5]) > 1.0, beliefs.variances[0] < 1.0
    (True, True)
    """

    def __init__(self, means: Sequence[float], variances: Sequence[float]) -> None:
        self.means = list(means)
        self.variances = list(variances)
        self._prior = tuple(variances)

    def margin(self, x: Sequence[float]) -> float:
        """Log odds of a post, summed up from its first feature to its last."""
        margin = 0.0  # not by `sum`, which compensates from Python 3.12 on, and numpy's sums do not
        means = self.means
        for at, value in enumerate(x):
            if value:
                margin += means[at] * value
        return margin

    def update(self, x: Sequence[float], error: float, told: float) -> None:
        """Learn from one label.

        Parameters
        ----------
        x
            Features.
        error
            The probability that was told, less the label.
        told
            That probability.
        """
        means, variances = self.means, self.variances
        moved = [(at, value, variances[at] * value) for at, value in enumerate(x) if value]
        doubt, together = max(told * (1.0 - told), LEAST_DOUBT), 0.0
        for _, value, gain in moved:
            together += value * gain
        sharpness = 1.0 / (1.0 + doubt * together)
        error *= sharpness
        doubt *= sharpness
        for at, _, gain in moved:
            means[at] -= gain * error
            variance = variances[at] - gain * gain * doubt
            variances[at] = variance + (self._prior[at] - variance) * RELAXATION

    def loosen(self) -> None:
        """Be in doubt as at the beginning, from where the weights are."""
        self.variances = list(self._prior)
