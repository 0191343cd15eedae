"""The physical limit of the delay: how soon a test that errs so rarely can know, were everything about the brand known.

Lorden's bound: no test whose mean time between false alarms is T can have a (worst-case mean) delay below log T / D as
T grows, D being the Kullback-Leibler rate of the crisis against the background. For Poisson counts of mean m a bucket
and k times that, D = m (k ln k - k + 1). For counts that are gamma-Poisson, the gamma independent by bucket with
variance v (shape r = 1/v) and multiplied by k as a whole, they are negative binomial with one shape r, and

    D = k m ln(k (r + m) / (r + k m)) - r ln((r + k m) / (r + m)),

which is the former as r goes to infinity. For negatives among n voices, beta-binomial with shares p and q,
D = E_q[ln(P_q / P_p)] a bucket.

Where the over-dispersion lasts (a slow factor on the rate, or on the odds of the share), buckets are not independent
and there is no such formula; then the information that has come in by time t is the mean, under the crisis, of the log
likelihood ratio of the counts up to t, each likelihood from the exact filter over a grid of the slow factor, which has
seen the quiet hours before. That mean is taken by simulation, and the limit is the time at which it reaches log T. For
the independent case this gives log T / D again, and for a ramp the time at which the sum of its D reaches log T.
T is counted in minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter
from scipy.special import betaln, expit, logit

from tests.benchmarks.backgrounds import Floats, Spread, Tone
from tests.benchmarks.injections import Crisis, odds

MONTH_MINUTES = 30 * 1_440.0
REPLICATES = 20
GRID = np.linspace(-3.5, 3.5, 21)  # of the slow factor, in standard deviations
BEFORE = 40  # steps of quiet that the filter has seen
STEPS, LONGEST = 40, 600  # about so many steps to the limit if buckets were independent, and never more than

LogLikelihood = Callable[[int, Floats], Floats]


class Path(NamedTuple):
    """What is expected from the onset on, minute by minute: voices while quiet, and the spread of both channels."""

    rate: Floats
    spread: Spread
    tone: Tone


def poisson_rate(mean: float, factor: float) -> float:
    """Give the Kullback-Leibler rate of `factor` times `mean` against `mean`, Poisson.

    Examples
    --------
    >>> log_t = math.log(100 * MONTH_MINUTES)
    >>> [round(log_t / poisson_rate(an_hour / 60, k), 1) for an_hour, k in ((60, 10), (1000, 3), (1, 10))]
    [1.1, 0.7, 65.4]
    """
    return mean * (factor * math.log(factor) - factor + 1.0)


def negative_binomial_rate(mean: float, factor: float, variance: float) -> float:
    """Give it for gamma-Poisson counts whose gamma has that variance and is independent by bucket.

    Examples
    --------
    >>> round(negative_binomial_rate(2.0, 3.0, 1e-9) / poisson_rate(2.0, 3.0), 4)
    1.0
    """
    r = 1.0 / variance
    crisis = factor * mean
    return crisis * math.log(factor * (r + mean) / (r + crisis)) - r * math.log((r + crisis) / (r + mean))


def limit(rng: Generator, path: Path, crisis: Crisis, log_t: float) -> float:
    """Minutes after the onset at which the information reaches `log_t`; infinite if it does not within the path."""
    step = _step(path, crisis, log_t)
    steps = min(len(path.rate) // step, LONGEST)
    rate = path.rate[: steps * step].reshape(steps, step).mean(axis=1)
    factor = crisis.factor((np.arange(steps, dtype=np.float64) + 0.5) * step)
    information = np.zeros(steps)
    if crisis.what != "tone":
        information += _volume(rng, rate * step, factor, path.spread, step, log_t)
    if crisis.what != "volume":
        voices = rate * step * (factor if crisis.what == "both" else 1.0)
        information += _negatives(rng, voices, factor, path.tone, step, log_t)
    reached = np.flatnonzero(information >= log_t)
    if not len(reached):
        return math.inf
    at = int(reached[0])
    before = float(information[at - 1]) if at else 0.0
    return step * (at + (log_t - before) / (float(information[at]) - before))


def _step(path: Path, crisis: Crisis, log_t: float) -> int:
    """Choose how many minutes to take together, so that the limit is some dozens of steps away."""
    factor = crisis.factor(np.arange(len(path.rate), dtype=np.float64) + 0.5)
    gain = path.rate * (factor * np.log(factor) - factor + 1.0)
    if crisis.what == "tone":
        p, q = path.tone.share, odds(np.full(len(factor), path.tone.share), factor)
        gain = path.rate * (q * np.log(q / p) + (1.0 - q) * np.log((1.0 - q) / (1.0 - p)))
    return max(1, int(np.searchsorted(np.cumsum(gain), log_t)) // STEPS)


def _volume(rng: Generator, means: Floats, factor: Floats, spread: Spread, step: int, enough: float) -> Floats:
    """Mean log likelihood ratio of the counts, cumulative."""
    slow = math.sqrt(spread.slow)
    effect = np.exp(slow * GRID - spread.slow / 2.0)
    shape = step / max(spread.quick, 1e-6)
    quiet = np.concatenate((np.full(BEFORE, means[0]), means))
    loud = np.concatenate((np.full(BEFORE, means[0]), means * factor))
    hidden = np.exp(slow * _hidden(rng, len(quiet), spread.memory, step) - spread.slow / 2.0)
    counts = rng.poisson(loud * hidden * rng.gamma(shape, 1.0 / shape, hidden.shape))

    def likelihood(at: int, mean: Floats) -> Floats:
        m, y = mean[at] * effect, counts[:, at, None]
        return np.asarray(y * np.log(m / (shape + m)) - shape * np.log1p(m / shape))

    return _ratio(likelihood, quiet, loud, _transition(spread.memory, step), enough)


def _negatives(rng: Generator, voices: Floats, factor: Floats, tone: Tone, step: int, enough: float) -> Floats:
    """Mean log likelihood ratio of the negatives among the voices, cumulative."""
    slow = math.sqrt(tone.slow)
    posts = (1.0 / tone.quick - 1.0) * step
    means, times = (
        np.concatenate((np.full(BEFORE, head), tail)) for head, tail in ((voices[0], voices), (1.0, factor))
    )
    centre = logit(tone.share)
    hidden = _hidden(rng, len(means), tone.memory, step)
    total = rng.poisson(means, hidden.shape)
    share = odds(expit(centre + slow * hidden), times)
    drawn = rng.beta(share * posts, (1.0 - share) * posts)
    negatives = rng.binomial(total, drawn)
    grid = expit(centre + slow * GRID)

    def likelihood(at: int, odds_factor: Floats) -> Floats:
        p = odds(grid, odds_factor[at])
        a, b = p * posts, (1.0 - p) * posts
        y, n = negatives[:, at, None], total[:, at, None]
        return np.asarray(betaln(y + a, n - y + b) - betaln(a, b))

    return _ratio(likelihood, np.ones_like(times), times, _transition(tone.memory, step), enough)


def _hidden(rng: Generator, steps: int, memory: float, step: int) -> Floats:
    """Draw the slow factor in standard deviations, for each replicate."""
    keep = math.exp(-step / (memory * 60.0))
    noise = rng.normal(size=(REPLICATES, steps))
    noise[:, 1:] *= math.sqrt(1.0 - keep * keep)
    return np.asarray(lfilter([1.0], [1.0, -keep], noise, axis=1))


def _ratio(likelihood: LogLikelihood, quiet: Floats, loud: Floats, moves: Floats, enough: float) -> Floats:
    """Filter under both hypotheses; give the mean log ratio from the onset on, no further than needed."""
    beliefs = [np.tile(_stationary(), (REPLICATES, 1)) for _ in range(2)]
    total, information = np.zeros(REPLICATES), np.zeros(len(quiet) - BEFORE)
    for at in range(len(quiet)):
        for which, (mean, sign) in enumerate(((quiet, -1.0), (loud, 1.0))):
            logs = likelihood(at, mean)
            top = logs.max(axis=1, keepdims=True)
            joint = beliefs[which] * np.exp(logs - top)
            sums = joint.sum(axis=1, keepdims=True)
            total += sign * (np.log(sums) + top)[:, 0]
            beliefs[which] = np.maximum((joint / sums) @ moves, 1e-300)
        if at >= BEFORE:
            information[at - BEFORE :] = total.mean()
            if total.mean() >= enough:
                break
    return information


def _stationary() -> Floats:
    weights = np.exp(-0.5 * GRID**2)
    return np.asarray(weights / weights.sum())


def _transition(memory: float, step: int) -> Floats:
    """Chances to move between points of the grid in one step; where the noise is finer than the grid, it is widened.

    The variance is kept right by moving between neighbours (a birth-death chain with the AR(1)'s pull and noise).
    """
    keep = math.exp(-step / (memory * 60.0))
    gap = float(GRID[1] - GRID[0])
    noise = math.sqrt(1.0 - keep * keep)
    if noise > gap:
        weights = np.exp(-0.5 * ((GRID[None, :] - keep * GRID[:, None]) / noise) ** 2)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))
    drift, spread = (keep - 1.0) * GRID / gap, (noise / gap) ** 2
    up, down = (spread + drift) / 2.0, (spread - drift) / 2.0
    up, down = np.clip(up, 0.0, 0.5), np.clip(down, 0.0, 0.5)
    up[-1] = down[0] = 0.0
    chain = np.diag(1.0 - up - down) + np.diag(up[:-1], 1) + np.diag(down[1:], -1)
    return np.asarray(chain)
