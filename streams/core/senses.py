"""The detectors of one brand: of its voices, of the negative ones, of their share, and of a slow burn."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence

import msgspec

from detectors import wave
from detectors.burst import Burst, BurstDetector, BurstState
from detectors.calendar import Calendar
from detectors.cusum import Cusum
from detectors.harm import HarmDetector, HarmState
from detectors.negativity import NegativityDetector, NegativityState
from detectors.observations import Features
from detectors.returns import MOST_HEIGHT
from streams.core.crises import Interval, Kind
from streams.core.judgement import Findings, Hour
from streams.core.ledger import Voices
from streams.core.reach import Reach, ReachState
from streams.core.telling import count, share

HOUR_SECONDS = 3_600
SURGE_HOURS = 48.0  # before a brand was heard for two days, its first mornings would be surges; anger is told at once
SMOULDER_BINS = (21_600, 86_400)
SMOULDER_SIZES = (1.3, 1.8, 3.0)


class SensesState(msgspec.Struct):
    """What the detectors have learned, in a form that can be encoded.

    `smouldering` is what the slow one found last, `hour` what it has yet to take: coverage, posts scored, negatives.
    """

    volume: BurstState
    anger: BurstState
    tone: NegativityState
    smoulder: BurstState
    smouldering: Burst
    hour: tuple[float, float, float]
    reach: ReachState
    harm: HarmState


class Bands(msgspec.Struct, frozen=True):
    """What is shown of a bucket: its voices, those of the last hour, and the share of negatives in that hour."""

    voices: Interval
    hour: Interval
    negativity: Interval | None


class Senses:
    """Look at buckets with five detectors, and let them learn together or not at all.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.
    calendar
        Whose hours and holidays count.
    """

    def __init__(self, bucket_seconds: int, calendar: Calendar) -> None:
        self.bucket_seconds = bucket_seconds
        self._volume = BurstDetector(bucket_seconds, calendar=calendar, warm_hours=SURGE_HOURS)
        self._anger = BurstDetector(bucket_seconds, calendar=calendar)
        self._tone = NegativityDetector(bucket_seconds)
        self._smoulder = BurstDetector(
            HOUR_SECONDS,
            SMOULDER_BINS,
            SMOULDER_SIZES,
            local=False,
            dispersion=None,
            calendar=calendar,
            level_hours=float("inf"),
            warm_hours=72.0,
        )
        self._smouldering = Burst(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
        self._hour = 0.0, 0.0, 0.0
        self._reach = Reach(bucket_seconds)
        self._harm = HarmDetector(bucket_seconds)
        each = self._volume, self._anger, self._tone, self._smoulder, self._harm
        self._sums: list[Cusum] = [cusum for detector in each for cusum in detector.sums]

    def look(self, bucket: int, voices: Voices, coverage: float) -> Findings:
        """Say what each detector finds in a bucket."""
        x = _scored(bucket, voices, coverage)
        everyone = _spoken(bucket, voices, coverage)
        return Findings(
            volume=self._volume.find_one(everyone, voices.all),
            anger=self._anger.find_one(x, voices.negative),
            tone=self._tone.find_one(x, voices.negative),
            smoulder=self._smouldering,
            reach=self._reach.look(voices.reached),
            harm=self._harm.find_one(everyone, voices.harmful),
        )

    def last_hour(self, bucket: int) -> Hour:
        """Give the hour before a bucket."""
        x: Features = {"time": float(bucket - self.bucket_seconds)}
        volume = self._volume.recent(x)
        return Hour(volume, self._anger.recent(x), self._tone.recent(x), self._harm.recent(x, volume.observed))

    def take(self, bucket: int, voices: Voices, coverage: float, how: str, *, acute: bool = False) -> Bands:
        """Move on by a bucket; return its bands against what was expected of it.

        Parameters
        ----------
        how
            ``learn``, ``doubt`` or ``skip``: what each detector's methods of these names do.
        acute
            A crisis of minutes or hours is open: it is left out of what smoulders, or its echo would be a slow burn.
        """
        x = _scored(bucket, voices, coverage)
        everyone = _spoken(bucket, voices, coverage)
        expected = self._volume.expect_one(everyone)
        _move(self._volume, everyone, voices.all, how)
        _move(self._anger, x, voices.negative, how)
        _move(self._tone, x, voices.negative, how)
        _move(self._harm, everyone, voices.harmful, how)
        self._take_slow(bucket, voices, coverage, how, acute=acute)
        self._reach.take(voices.reached, learn=how == "learn")
        tone, width = self._tone.recent(x), self.bucket_seconds
        return Bands(
            voices=Interval(voices.all, *expected, width / 60.0),
            hour=count(self._volume.recent(everyone), bucket + width),
            negativity=share(tone, bucket + width) if tone.mentions else None,
        )

    def reset(self, kinds: Collection[Kind]) -> None:
        """Begin the search for changes of these kinds anew: what was seen is dealt with.

        The end of a mere surge says nothing of the anger that may be gathering meanwhile, nor that of an outbreak
        anything of what smoulders.
        """
        self._volume.reset_one()
        if "negativity" in kinds or "smoulder" in kinds:
            self._anger.reset_one()
            self._tone.reset_one()
        if "harm" in kinds:
            self._harm.reset_one()
        if "smoulder" in kinds:
            self._smoulder.reset_one()
            self._smouldering = self._smouldering._replace(surprise=0.0)

    def rebase(self) -> None:
        """Take the present level and tone for the ordinary ones."""
        self._smoulder.rebase_one(self._anger.last_hour)  # of its own hours those of a crisis are left out
        self._harm.rebase_one(self._volume.last_hour[0])
        for detector in (self._volume, self._anger, self._tone):
            detector.rebase_one()
        self._smouldering = self._smouldering._replace(surprise=0.0)

    @property
    def voices_a_day(self) -> float:
        """How many voices there are in an ordinary day."""
        return self._volume.hourly_rate * 24.0

    def hour(self, voices: Voices) -> tuple[float, float]:
        """Give how many voices there were in the hour before, with those of a bucket, and how many were expected."""
        observed, expected = self._volume.last_hour
        return observed + voices.all, expected

    def angry_hour(self, voices: Voices) -> tuple[float, float]:
        """Give how many negatives there were in the hour before, with those of a bucket, and how many were expected."""
        observed, expected = self._anger.last_hour
        return observed + voices.negative, expected

    def tide(self, bucket: int, voices: Voices, coverage: float) -> tuple[wave.Hour, float]:
        """Give negatives of the hour before a bucket for `WaveTest`, and how many voices are ordinary in the bucket."""
        (observed, expected), (_, usual) = self._anger.last_hour, self._volume.last_hour
        return wave.Hour(observed, expected, usual), self._volume.expect_one(_spoken(bucket, voices, coverage))[0]

    def take_peaks(self) -> bytes:
        """Give how high all sums were while nothing was learned, in half precision, and forget it."""
        peaks = [min(height, MOST_HEIGHT) for cusum in self._sums for height in cusum.take_peak()]
        return struct.pack(f"<{len(peaks)}e", *peaks)

    def excuse(self, peaks: Sequence[bytes]) -> None:
        """Let these peaks, and no others, count as ordinary."""
        heights = [struct.unpack(f"<{len(one) // 2}e", one) for one in peaks]
        at = 0
        for cusum in self._sums:
            end = at + len(cusum.gains)
            cusum.excuse([one[at:end] for one in heights])
            at = end

    def dump(self) -> SensesState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        detectors = self._volume.dump(), self._anger.dump(), self._tone.dump(), self._smoulder.dump()
        return SensesState(*detectors, self._smouldering, self._hour, self._reach.state, self._harm.dump())

    def restore(self, state: SensesState) -> None:
        """Go on from a state."""
        self._volume.restore(state.volume)
        self._anger.restore(state.anger)
        self._tone.restore(state.tone)
        self._smoulder.restore(state.smoulder)
        self._smouldering, self._hour = state.smouldering, state.hour
        self._reach.restore(state.reach)
        self._harm.restore(state.harm)

    def _take_slow(self, bucket: int, voices: Voices, coverage: float, how: str, *, acute: bool) -> None:
        """Gather the hours that the slow detector is fed with; what it finds stands until the next."""
        covered, scored, negatives = self._hour
        part = self.bucket_seconds / max(self.bucket_seconds, HOUR_SECONDS)
        if not acute:
            self._hour = covered + coverage * part, scored + voices.scored, negatives + voices.negative
        if (bucket + self.bucket_seconds) % HOUR_SECONDS:
            return
        covered, scored, negatives = self._hour
        self._hour = 0.0, 0.0, 0.0
        start = float(bucket // HOUR_SECONDS * HOUR_SECONDS)
        x: Features = {"time": start, "mentions": scored, "coverage": covered}
        self._smouldering = self._smoulder.find_one(x, negatives)
        _move(self._smoulder, x, negatives, how)


def _scored(bucket: int, voices: Voices, coverage: float) -> Features:
    return {
        "time": float(bucket), "mentions": float(voices.scored), "coverage": coverage, "judge": voices.judge
    }  # fmt: skip


def _spoken(bucket: int, voices: Voices, coverage: float) -> Features:
    return {"time": float(bucket), "mentions": float(max(voices.all, voices.harmful)), "coverage": coverage}


def _move(detector: BurstDetector | NegativityDetector | HarmDetector, x: Features, number: float, how: str) -> None:
    move = {"learn": detector.learn_one, "doubt": detector.doubt_one, "skip": detector.skip_one}
    move[how](x, number)
