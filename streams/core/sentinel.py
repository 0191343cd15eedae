"""The sentinel of one brand: counts in, steps of a crisis out. All of detection, without any posts."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from detectors.calendar import shared
from detectors.returns import BLOCK_SECONDS, REMEMBERED
from detectors.wave import Rise, WaveState, WaveTest
from streams.core.crises import Severity, Step
from streams.core.judgement import Findings, Limits, Verdict, goes_on, judge
from streams.core.ledger import Voices
from streams.core.life import Life
from streams.core.lifecycle import Anger, Lifecycle
from streams.core.senses import Bands, Senses, SensesState
from streams.core.settings import Detection

LONGEST_DOUBT_SECONDS = 6 * 3_600
REMEMBERED_SECONDS = REMEMBERED * BLOCK_SECONDS
CRISES = 12  # of a brand that may still be judged
DOUBT = 1.0  # log10: a return period within a tenth of what pages


class Past(msgspec.Struct):
    """A crisis that is over: how high the sums were in it, in which bucket it was judged, and if false, until when so.

    What was called a false alarm is ordinary, and remembered for as long as other maxima are.
    """

    onset: int
    peaks: bytes
    judged: int = 0
    false_until: int = 0


class SentinelState(msgspec.Struct):
    """All that a sentinel has learned, in a form that can be encoded.

    `doubted` is for how many seconds on end learning was held back without a crisis; `past` are the last crises that
    woke somebody.
    """

    senses: SensesState
    life: Life
    doubted: int = 0
    past: list[Past] = msgspec.field(default_factory=list)


class Closed(NamedTuple):
    """What a sentinel made of one bucket; `step` is None where there is nothing to tell, `calm` where it learned."""

    findings: Findings
    verdict: Verdict
    step: Step | None
    bands: Bands
    calm: bool


class Sentinel:
    """Watch the counts of one brand: expectation, judgement, the life of a crisis, and when to learn.

    Parameters
    ----------
    detection
        Budget, floors and widths.
    brands
        Over how many brands the budget is spent.
    countries
        Whose holidays count.

    Examples
    --------
    >>> sentinel = Sentinel(Detection())
    >>> for minute in range(3 * 1440):
    ...     closed = sentinel.close(minute * 60, Voices(2 + minute % 3, 2 + minute % 3, minute % 5 == 0))
    >>> closed.verdict.severity.name, closed.step
    ('CALM', None)
    >>> steps = [sentinel.close(259_200 + minute * 60, Voices(30, 30, 25)).step for minute in range(3)]
    >>> "opened" in steps
    True
    """

    def __init__(self, detection: Detection, brands: int = 1, countries: tuple[str, ...] | None = None) -> None:
        self.detection = detection
        self._calm = False  # of the last bucket: nothing was near to anything
        self.limits = Limits.of(detection, brands)
        calendar = shared(detection.timezone, detection.countries if countries is None else countries)
        self._senses = Senses(detection.bucket_seconds, calendar)
        self.restore(SentinelState(self._senses.dump(), Life()))

    @property
    def life(self) -> Life:
        """Where the brand stands."""
        return self._state.life

    @property
    def voices_an_hour(self) -> float:
        """How many voices there are in an ordinary hour."""
        return self._senses.voices_a_day / 24.0

    @property
    def at_rest(self) -> bool:
        """Whether no crisis is open, and none is to be feared from buckets in which nobody speaks."""
        return self._calm and not self.life.is_open

    def close(self, bucket: int, voices: Voices, coverage: float = 1.0) -> Closed:
        """Take the counts of a bucket in, judge them, and learn from them where they are ordinary.

        Parameters
        ----------
        bucket
            Its start, epoch seconds.
        voices
            Its counts.
        coverage
            Which part of the posts could be seen: 0 while larum is blind, above 1 while what was missed comes late.
        """
        if any(0 < one.false_until <= bucket for one in self._state.past):
            self._excuse(bucket)
        findings = self._senses.look(bucket, voices, coverage)
        verdict = judge(findings, self.limits, bucket)
        life = self.life
        step = self._lifecycle.advance(
            bucket,
            verdict,
            stirring=life.is_open
            and goes_on(self._senses.last_hour(bucket), findings.smoulder, self.limits, life.kinds),
            voices=voices.all,
            hour=self._senses.hour(voices),
            usual=self._senses.voices_a_day,
            anger=Anger(*self._senses.angry_hour(voices), self._rise(bucket, voices, coverage)),
            blind=coverage <= 0.0,
        )
        how = self._how(findings)
        slow = findings.smoulder.surprise
        self._calm = how == "learn" and not self._state.doubted and slow < self.limits.page - DOUBT
        acute = how == "skip" and "smoulder" not in life.kinds
        bands = self._senses.take(bucket, voices, coverage, how, acute=acute)
        return Closed(findings, verdict, step, bands, how == "learn")

    def _rise(self, bucket: int, voices: Voices, coverage: float) -> Rise | None:
        """Ask whether an open crisis whose tide had turned rises again."""
        life = self.life
        if not life.wave or coverage <= 0.0:
            return None
        life.tide = life.tide or WaveState()
        hour, usual = self._senses.tide(bucket, voices, coverage)
        test, limits = WaveTest(self.detection.bucket_seconds, life.tide), self.limits
        return test.push(
            float(bucket), voices.negative, hour, usual, budget=limits.page, floor=limits.min_negatives, heard=coverage
        )

    def rest(self) -> None:
        """Forget the crisis whose step ``closed`` has been told.

        What has been open for so long that it is the ordinary one is taken for that: of a crisis nothing was learned.
        """
        life, stayed = self.life, self.life.stayed
        peaks = self._senses.take_peaks()
        if life.wave:
            until = life.excused_at + REMEMBERED_SECONDS if life.excused_at else 0
            self._state.past = [*self._state.past, Past(life.onset, peaks, life.excused_at, until)][-CRISES:]
            self._excuse(life.excused_at)
        self._senses.reset(life.kinds)
        self._lifecycle.rest()
        if stayed:
            self.rebaseline()

    def rebaseline(self) -> None:
        """Take the present level and tone for the normal ones, at once; an open crisis closes with the next bucket."""
        self._senses.rebase()
        self._state.doubted = 0
        self._lifecycle.settle()

    @property
    def onsets(self) -> list[int]:
        """Onsets of the crises that may be judged: of the open one, and of the last ones."""
        past = [one.onset for one in self._state.past]
        return [*past, self.life.onset] if self.life.wave else past

    def judge(self, onset: int, bucket: int, *, false: bool) -> None:
        """Take what somebody says of a crisis: that it was a false alarm, or none after all. The later word counts.

        A false alarm that is open closes with the next bucket, and what goes on is no news for a day unless it is
        graver, louder or of harm. How high its sums were is ordinary from then on, for four weeks. What is taken back
        is so for good: its sums are no longer ordinary, and what still goes on is news again. The crisis that was
        closed stays closed.
        """
        life = self.life
        if life.wave and life.onset == onset:
            if false:
                self._lifecycle.excuse(bucket)
            return
        for one in self._state.past:
            if one.onset == onset and bucket >= one.judged:
                if one.false_until and not false:
                    life.excuse = None
                one.judged, one.false_until = bucket, bucket + REMEMBERED_SECONDS if false else 0
        self._excuse(bucket)

    def _excuse(self, bucket: int) -> None:
        """Let the sums of false alarms, and of no other crises, count as ordinary."""
        for one in self._state.past:
            one.false_until = one.false_until if one.false_until > bucket else 0
        self._senses.excuse([one.peaks for one in self._state.past if one.false_until])

    def dump(self) -> SentinelState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        self._state.senses = self._senses.dump()
        return self._state

    def restore(self, state: SentinelState) -> None:
        """Go on from a state that `dump` gave to a sentinel with the same settings."""
        self._calm = False
        self._state = state
        self._senses.restore(state.senses)
        self._senses.excuse([one.peaks for one in state.past if one.false_until])
        self._lifecycle = Lifecycle(self.detection, state.life)

    def _how(self, findings: Findings) -> str:
        """Say how this bucket is to be taken: learned from, in doubt, or as part of a crisis.

        What is merely suspicious is held back for some hours only, since a level that stays is the new one.
        """
        state, limits = self._state, self.limits
        if state.life.severity >= Severity.WARNING:
            return "skip"
        highest = max(findings.anger.surprise, findings.tone.surprise, findings.harm.surprise)
        if not state.life.is_open and highest < limits.page - DOUBT and findings.volume.surprise < limits.notice:
            state.doubted = 0
            return "learn"
        state.doubted += self.detection.bucket_seconds
        return "doubt" if state.life.is_open or state.doubted <= LONGEST_DOUBT_SECONDS else "learn"
