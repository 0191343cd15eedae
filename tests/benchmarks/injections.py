"""Crises put into quiet counts: more voices, more of them negative, or both; at once or over days."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.random import Generator

from tests.benchmarks.backgrounds import Counts, Floats

What = Literal["volume", "tone", "both"]


class Crisis(NamedTuple):
    """A crisis: how many times the ordinary, reached over so many minutes, and in what.

    `volume` multiplies the rate of voices and leaves their tone, `tone` multiplies the odds that a voice is negative
    and leaves the rate, `both` does both.
    """

    size: float
    ramp: float = 0.0
    what: What = "volume"

    @property
    def shape(self) -> str:
        """Name of the shape."""
        if not self.ramp:
            return "step"
        return f"{self.ramp:g} min" if self.ramp < 60 else f"{self.ramp / 60:g} h"

    def factor(self, minutes: Floats) -> Floats:
        """Give the factor so many minutes after the onset."""
        part = np.minimum(1.0, minutes / self.ramp) if self.ramp else np.ones_like(minutes)
        return np.asarray(1.0 + (self.size - 1.0) * part)

    def inject(self, rng: Generator, quiet: Counts) -> Counts:
        """Let it begin with the first bucket; it lasts to the end."""
        factor = self.factor((np.arange(len(quiet.voices), dtype=np.float64) + 0.5) * quiet.width / 60.0)
        share = odds(quiet.share, factor) if self.what != "volume" else quiet.share
        turned = rng.binomial(quiet.voices - quiet.negatives, (share - quiet.share) / (1.0 - quiet.share))
        voices, negatives, level = quiet.voices, quiet.negatives + turned, quiet.level
        if self.what != "tone":
            more = rng.poisson((factor - 1.0) * quiet.level)
            voices, negatives, level = voices + more, negatives + rng.binomial(more, share), level * factor
        return quiet._replace(voices=voices, negatives=negatives, level=level, share=share)


def odds(share: Floats, factor: Floats) -> Floats:
    """Multiply the odds of a share.

    Examples
    --------
    >>> odds(np.array([0.25]), np.array([3.0]))
    array([0.5])
    """
    share = np.clip(share, 1e-9, 1.0 - 1e-9)
    return np.asarray(share * factor / (1.0 + share * (factor - 1.0)))
