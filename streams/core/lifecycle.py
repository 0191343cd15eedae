"""The life of a crisis: opened once, raised when it grows, updated now and then, closed when it is over."""

from __future__ import annotations

import math

import msgspec

from streams.core.crises import Kind, Severity, Step
from streams.core.judgement import Verdict
from streams.core.settings import Detection

DAY_SECONDS = 86_400
SETTLING_SECONDS = DAY_SECONDS  # after a crisis or a surge, in which another surge is no news unless it is larger
LOUDER, CHANCE = 1.25, 2.0  # a larger surge is so many times as loud, by a count less so many standard deviations
ECHO_SECONDS = DAY_SECONDS  # the widest bin of the slow detector: for so long it only repeats what the hours said


class Life(msgspec.Struct):
    """Where a brand stands, encodable. `onset` and `opened` are 0 while no crisis is open.

    `settled` is set where the user took its level for the normal one, `stayed` where it has been open for so long that
    it is. Until `settling_until` a surge is no news, unless an hour of it is clearly louder than `loudest`, the
    loudest since, each by its own expectation.
    """

    severity: int = 0
    kinds: list[Kind] = msgspec.field(default_factory=list)
    onset: int = 0
    stirred: int = 0
    calm_voices: int = 0
    opened: int = 0
    told: int = 0
    number: int = 0
    settling_until: int = 0
    loudest: float = 0.0
    settled: bool = False
    stayed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a crisis is open."""
        return self.opened > 0


class Lifecycle:
    """Decide, bucket by bucket, whether there is a step to tell.

    Parameters
    ----------
    detection
        Cooldown, pace of updates and longest life.
    life
        Where the brand stands; changed in place.
    """

    CALM_DAY = 0.125  # part of an ordinary day's voices that must be calm before it is over
    SILENCE_FACTOR = 12  # times the cooldown without enough voices to tell, and it is over all the same

    def __init__(self, detection: Detection, life: Life) -> None:
        self.detection = detection
        self.life = life

    def advance(
        self,
        bucket: int,
        verdict: Verdict,
        *,
        stirring: bool,
        voices: int,
        hour: tuple[float, float],
        usual: float,
        blind: bool = False,
    ) -> Step | None:
        """Take one closed bucket into account.

        Parameters
        ----------
        bucket
            Start of the bucket, epoch seconds.
        verdict
            On the bucket.
        stirring
            Whether what is seen is still unusual by the laxer measure that keeps a crisis open.
        voices
            How many spoke in the bucket.
        hour
            How many did in the hour up to it, and how many were expected to.
        usual
            How many do in an ordinary day.
        blind
            Nothing could be seen: that is no sign of calm.

        Returns
        -------
        str or None
            The step to tell, if any. After ``closed`` the caller tells it and then calls `rest`.
        """
        life = self.life
        if stirring or blind:
            life.stirred = bucket
            life.calm_voices = 0
        else:
            life.calm_voices += voices
        step = self._tend(bucket, verdict, usual) if life.is_open else self._begin(bucket, verdict, hour)
        if life.is_open:
            life.loudest = max(life.loudest, loud(*hour))
        if step:
            life.told = bucket
            life.number += 1
        return step

    def rest(self) -> None:
        """Forget the crisis that was just closed."""
        life = self.life
        fresh = Life(settling_until=life.settling_until, loudest=life.loudest)
        for field in Life.__struct_fields__:
            setattr(life, field, getattr(fresh, field))

    def settle(self) -> None:
        """Let an open crisis be over: its level is the normal one from now on."""
        self.life.settled = self.life.is_open

    def _begin(self, bucket: int, verdict: Verdict, hour: tuple[float, float]) -> Step | None:
        """Open a crisis, but for a surge that comes and goes: within a day it is the one that was told, or larger."""
        life = self.life
        if verdict.severity == Severity.CALM:
            return None
        if bucket >= life.settling_until:
            life.loudest = 0.0
        elif verdict.severity == Severity.NOTICE and loud(*hour, CHANCE) <= LOUDER * life.loudest:
            life.settling_until = bucket + SETTLING_SECONDS
            life.loudest = max(life.loudest, loud(*hour))
            return None
        life.onset = int(min(verdict.since, bucket))
        life.opened = life.stirred = bucket
        life.calm_voices = 0
        life.severity = int(verdict.severity)
        self._add_kinds(bucket, verdict)
        return "opened"

    def _tend(self, bucket: int, verdict: Verdict, usual: float) -> Step | None:
        life, detection = self.life, self.detection
        self._add_kinds(bucket, verdict)
        if verdict.severity > life.severity:
            life.severity = int(verdict.severity)
            return "raised"
        life.stayed = bucket - life.opened >= detection.max_open_hours * 3_600
        if life.settled or life.stayed or self._is_over(bucket, usual):
            life.settling_until = bucket + SETTLING_SECONDS
            return "closed"
        if bucket - life.told >= detection.update_minutes * 60:
            return "updated"
        return None

    def _add_kinds(self, bucket: int, verdict: Verdict) -> None:
        """Add what departs from the ordinary now.

        Anger that broke out is in the sums over days as well, and stays there long after it is over: it smoulders only
        if it goes on for longer than those are wide, and must not be kept open by its own echo.
        """
        life = self.life
        fresh = [kind for kind in verdict.kinds if kind not in life.kinds]
        if "negativity" in (*life.kinds, *fresh) and bucket - life.onset < ECHO_SECONDS:
            fresh = [kind for kind in fresh if kind != "smoulder"]
        life.kinds.extend(fresh)

    def _is_over(self, bucket: int, usual: float) -> bool:
        """Whether it has been calm for long, by the word of enough voices: a night when few speak proves little."""
        life, detection = self.life, self.detection
        quiet, cooldown = bucket - life.stirred, detection.cooldown_minutes * 60
        enough = max(detection.min_voices, self.CALM_DAY * usual)
        return quiet >= cooldown and (life.calm_voices >= enough or quiet >= self.SILENCE_FACTOR * cooldown)


def loud(observed: float, expected: float, deviations: float = 0.0) -> float:
    """Say how many times as many as expected spoke, so many of its standard deviations below what was counted.

    Examples
    --------
    >>> loud(100.0, 49.0), loud(100.0, 49.0, CHANCE)
    (2.0, 1.6)
    """
    return max(0.0, observed - deviations * math.sqrt(observed)) / (expected + 1.0)
