"""Another wave: a crisis whose tide had turned, and that clearly rises again."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from detectors.burst import DISPERSION
from detectors.gains import CountGains
from detectors.level import Drift
from detectors.returns import BLOCK_SECONDS, DAY_SECONDS

SIZES = (2.0, 5.0)  # times the level that it had fallen to
HALF = 0.5  # part of the peak below which the tide has turned, and above which it has come back
CLEARLY = 2.0  # standard deviations by which it must have fallen below
HOUR_SECONDS = 3_600.0
MEMORY_SECONDS = HOUR_SECONDS / 2.0  # in which the level that is left is forgotten by the factor e
SHORT_SECONDS = HOUR_SECONDS / 4.0  # a rise is told by what it would be in so long a time at least
UNSEEN = 0.5  # counts that are believed of a level before any was seen


class WaveState(msgspec.Struct):
    """What is known of the tide of one crisis, in a form that can be encoded.

    `peak` are the most counts beyond the expected in an hour, `crest` the same for each one that is ordinarily said.
    Of the level that is left since it `turned`, `seen` were counted while `heard` (seconds) of listening and `usual`
    voices would have been; all three fade. What comes `since` a sum left zero is kept apart from them until it is back
    there: `counted`, `listened`, `said`, beside `expected` of that level.
    """

    peak: float = 0.0
    crest: float = 0.0
    turned: bool = False
    seen: float = 0.0
    heard: float = 0.0
    usual: float = 0.0
    scores: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(SIZES))
    since: float = 0.0
    counted: float = 0.0
    listened: float = 0.0
    said: float = 0.0
    expected: float = 0.0


class Hour(NamedTuple):
    """Counts of the hour before a bucket, what was expected of them, and how many voices are ordinarily heard in it."""

    observed: float
    expected: float
    usual: float


class Rise(NamedTuple):
    """What makes another wave: `observed` since a moment (epoch seconds) where `expected` would have been, at most."""

    since: float
    observed: float
    expected: float


class WaveTest:
    """Tell a wave from what a crisis does on its way down.

    The tide has turned once an hour is clearly below half of the peak, as it is counted and for what is ordinarily said
    at that hour. From then on the counts of each bucket are held against the level that is left: against what was
    counted of late, and against that scaled to the hour of the week, whichever is more. So neither a morning, nor a
    night over which a crisis falls more slowly than people fall silent, is a wave. Cumulative sums of likelihood ratios
    look for twice and five times that level; while one is up the level stands still, so that a rise is not its own
    expectation.

    The budget says how high they must be. A sum of independent buckets is at ``h`` nats once in ``e**h`` buckets at
    most; and since buckets of one hour are off together, the run as a whole must bear it out, as one count that is off
    the further the longer ago the level was heard, once in so many blocks of six hours. And half of the peak must be
    back: what flickers on in the tail of a crisis is no wave.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.
    state
        Of the crisis; changed in place.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41(1/2).
    Lorden (1971), Procedures for reacting to a change in distribution, Annals of Mathematical Statistics 42(6).

    Examples
    --------
    An outcry that halves every hour, and comes again after six:

    >>> test, level = WaveTest(60, WaveState()), [5.0 * 0.5 ** (minute % 360 / 60) for minute in range(420)]
    >>> def hour(minute):
    ...     return Hour(sum(level[max(0, minute - 60) : minute]), 3.0, 12.0)
    >>> found = [test.push(60.0 * at, round(level[at]), hour(at), 0.2, budget=2.5, floor=15.0) for at in range(420)]
    >>> [(at - 360, rise.observed) for at, rise in enumerate(found) if rise]
    [(5, 30.0)]
    """

    def __init__(self, bucket_seconds: int, state: WaveState) -> None:
        self.bucket_seconds = bucket_seconds
        self.state = state
        self._gains = CountGains(SIZES)
        self._hour = max(HOUR_SECONDS, bucket_seconds)
        self._keep = math.exp(-bucket_seconds / MEMORY_SECONDS)

    def push(
        self,
        time: float,
        count: float,
        hour: Hour,
        usual: float,
        *,
        budget: float,
        floor: float,
        heard: float = 1.0,
    ) -> Rise | None:
        """Take a bucket in; return a rise where another wave begins with it. The tide has to turn again before a next.

        Parameters
        ----------
        time, count
            Start of the bucket, epoch seconds, and what was counted in it.
        hour
            The hour before it.
        usual
            Voices that are ordinarily heard in the bucket.
        budget
            log10 of the days in which a false alarm is borne.
        floor
            How many counts beyond the expected a rise has at least.
        heard
            Which part of the posts could be seen, above 0.
        """
        state = self.state
        beyond = hour.observed - hour.expected
        if not state.turned:
            self._await(hour, beyond, floor)
            return None
        if not self._rises(time, count, usual, heard * self.bucket_seconds) or not self._is_wave(
            time, hour, budget, floor
        ):
            return None
        rise = Rise(state.since, state.counted, state.expected)
        fresh = WaveState(peak=beyond, crest=beyond / max(hour.usual, UNSEEN))
        for field in WaveState.__struct_fields__:
            setattr(state, field, getattr(fresh, field))
        return rise

    def _await(self, hour: Hour, beyond: float, floor: float) -> None:
        """Wait for the tide to turn; the last hour is then the level that it has fallen to."""
        state, crest = self.state, beyond / max(hour.usual, UNSEEN)
        state.peak, state.crest = max(state.peak, beyond), max(state.crest, crest)
        chance = math.sqrt(hour.observed + DISPERSION * hour.observed**2)
        if state.peak >= floor and beyond + CLEARLY * chance < HALF * state.peak and crest < HALF * state.crest:
            state.turned = True
            state.seen, state.heard, state.usual = hour.observed, self._hour, hour.usual

    def _rises(self, time: float, count: float, usual: float, listened: float) -> bool:
        """Move the sums on by a bucket; say whether one of them is up."""
        state = self.state
        known = state.seen + UNSEEN
        expected = max(known * listened / state.heard, known * usual / max(state.usual, UNSEEN))
        gains = self._gains(count, expected, count, DISPERSION)
        before = max(state.scores)
        state.scores = [max(0.0, score + gain) for score, gain in zip(state.scores, gains, strict=True)]
        if max(state.scores) <= 0.0:
            self._settle(count, listened, usual)
            return False
        if before <= 0.0:
            state.since = time
        state.counted += count
        state.listened += listened
        state.said += usual
        state.expected += expected
        return True

    def _is_wave(self, time: float, hour: Hour, budget: float, floor: float) -> bool:
        """Whether the sums are as high as the budget asks, the run bears it out, and half of the peak is back."""
        state = self.state
        buckets, blocks = (10.0**budget * DAY_SECONDS / one for one in (self.bucket_seconds, BLOCK_SECONDS))
        if max(state.scores) < math.log(buckets) or state.counted - state.expected < floor:
            return False
        ordinary = hour.expected * state.listened / self._hour
        if (state.counted - ordinary) * self._hour < HALF * state.peak * max(state.listened, SHORT_SECONDS):
            return False
        known = 1.0 / (state.seen + UNSEEN)
        off = Drift(known, DISPERSION + known).after((MEMORY_SECONDS + time - state.since) / HOUR_SECONDS)
        return self._gains.evidence(state.counted, state.expected, state.counted, off) >= math.log(blocks)

    def _settle(self, count: float, listened: float, usual: float) -> None:
        """Let what was kept apart be part of the level after all, and all of it fade."""
        state = self.state
        keep = self._keep ** (1.0 + state.listened / self.bucket_seconds)
        state.seen = state.seen * keep + state.counted + count
        state.heard = state.heard * keep + state.listened + listened
        state.usual = state.usual * keep + state.said + usual
        state.counted = state.listened = state.said = state.expected = state.since = 0.0
