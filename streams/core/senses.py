"""The detectors of one brand: of its voices, of the negative ones, and of their share."""

from __future__ import annotations

import msgspec

from detectors.burst import BurstDetector, BurstState
from detectors.negativity import NegativityDetector, NegativityState
from detectors.observations import Features
from streams.core.crises import Interval
from streams.core.judgement import Findings
from streams.core.ledger import Voices
from streams.core.telling import count, share

BURST_MINUTES = (1, 5, 15, 60)
TONE_MINUTES = (5, 15, 60, 240)
SHOWN_MINUTES = 60  # the window of both that plots show


class SensesState(msgspec.Struct):
    """What the detectors have learned, in a form that can be encoded."""

    volume: BurstState
    anger: BurstState
    tone: NegativityState


class Bands(msgspec.Struct, frozen=True):
    """What is shown of a bucket: its voices, those of the last hour, and the share of negatives in that hour."""

    voices: Interval
    hour: Interval
    negativity: Interval | None


class Senses:
    """Look at buckets with three detectors, and let them learn together or not at all.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.
    """

    def __init__(self, bucket_seconds: int) -> None:
        self.bucket_seconds = bucket_seconds
        self._volume = BurstDetector(bucket_seconds, _buckets(BURST_MINUTES, bucket_seconds))
        self._anger = BurstDetector(bucket_seconds, _buckets(BURST_MINUTES, bucket_seconds))
        self._tone = NegativityDetector(_buckets(TONE_MINUTES, bucket_seconds))

    def look(self, bucket: int, voices: Voices) -> Findings:
        """Say what each detector finds in a bucket."""
        x: Features = {"time": bucket, "mentions": voices.scored}
        anger = self._anger.find_one(x, voices.negative)
        return Findings(
            volume=self._volume.find_one(x, voices.all),
            anger=anger,
            tone=self._tone.find_one(x, voices.negative),
            leaning=self._tone.look_one(x, voices.negative, anger.buckets),
        )

    def take(self, bucket: int, voices: Voices, *, learn: bool) -> Bands:
        """Move on by a bucket, learning from it or not; return its bands against what was expected of it."""
        x: Features = {"time": bucket, "mentions": voices.scored}
        expected = self._volume.expect_one(x)
        for detector, number in (
            (self._volume, voices.all),
            (self._anger, voices.negative),
            (self._tone, voices.negative),
        ):
            (detector.learn_one if learn else detector.skip_one)(x, number)
        width, shown = self.bucket_seconds, max(1, SHOWN_MINUTES * 60 // self.bucket_seconds)
        tone = self._tone.recent(shown)
        return Bands(
            voices=Interval(voices.all, *expected, width / 60.0),
            hour=count(self._volume.recent(x, shown), width),
            negativity=share(tone, width) if tone.mentions else None,
        )

    @property
    def voices_a_day(self) -> float:
        """How many voices there are in an ordinary day."""
        return self._volume.hourly_rate * 24.0

    def dump(self) -> SensesState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        return SensesState(self._volume.dump(), self._anger.dump(), self._tone.dump())

    def restore(self, state: SensesState) -> None:
        """Go on from a state."""
        self._volume.restore(state.volume)
        self._anger.restore(state.anger)
        self._tone.restore(state.tone)


def _buckets(minutes: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Turn window lengths in minutes into buckets: ascending, each once."""
    return tuple(sorted({max(1, span * 60 // width) for span in minutes}))
