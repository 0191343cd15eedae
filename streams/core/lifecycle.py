"""The life of a crisis: opened once, raised when it grows, updated now and then, closed when it is over."""

from __future__ import annotations

import math
from typing import NamedTuple

from detectors.wave import Rise
from streams.core.crises import Severity, Step
from streams.core.judgement import Verdict
from streams.core.life import Excuse, Life
from streams.core.settings import Detection

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400
SETTLING_SECONDS = DAY_SECONDS  # after a crisis or a surge, in which another surge is no news unless it is larger
LOUDER, CHANCE = 1.25, 2.0  # a larger surge is so many times as loud, by a count less so many standard deviations
ECHO_SECONDS = DAY_SECONDS  # the widest bin of the slow detector: for so long it only repeats what the hours said


class Anger(NamedTuple):
    """Negative voices of an hour, and how many were expected; what makes another wave of them, where one begins."""

    observed: float = 0.0
    expected: float = 0.0
    rise: Rise | None = None


NOBODY = Anger()


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
        anger: Anger = NOBODY,
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
        anger
            Of the hour up to the bucket.
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
        life.rise = anger.rise
        step = self._tend(bucket, verdict, usual) if life.is_open else self._begin(bucket, verdict, hour, anger)
        self._count_waves(bucket)
        if life.is_open:
            life.loudest = max(life.loudest, loud(*hour))
            life.angriest = max(life.angriest, loud(*anger[:2]))
        if step:
            life.told = bucket
            life.number += 1
        return step

    def rest(self) -> None:
        """Forget the crisis that was just closed."""
        life = self.life
        stays = ("settling_until", "loudest", "ebbed", "ebb_until", "excuse")
        fresh = Life(**{field: getattr(life, field) for field in stays})
        for field in Life.__struct_fields__:
            setattr(life, field, getattr(fresh, field))

    def settle(self) -> None:
        """Let an open crisis be over: its level is the normal one from now on."""
        self.life.settled = self.life.is_open

    def excuse(self, bucket: int) -> None:
        """Let an open crisis be over: somebody called it a false alarm."""
        self.life.settled, self.life.excused_at = True, bucket

    def _begin(self, bucket: int, verdict: Verdict, hour: tuple[float, float], anger: Anger) -> Step | None:
        """Open a crisis, but for a surge that comes and goes: within a day it is the one that was told, or larger."""
        life = self.life
        if verdict.severity == Severity.CALM or self._is_excused(bucket, verdict, anger):
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
        if verdict.severity > life.severity or life.rise:
            life.severity = max(life.severity, int(verdict.severity))
            return "raised"
        life.stayed = bucket - life.opened >= detection.max_open_hours * 3_600
        if life.settled or life.stayed or self._is_over(bucket, usual):
            life.settling_until = bucket + SETTLING_SECONDS
            if life.excused_at:
                life.excuse = self._excuse_of(bucket)
            elif life.wave:
                life.ebbed, life.ebb_until = life.wave, bucket + SETTLING_SECONDS
            return "closed"
        if bucket - life.told >= detection.update_minutes * 60:
            return "updated"
        return None

    def _count_waves(self, bucket: int) -> None:
        """Say which wave an angry crisis is: one that begins within a day after another, too, is the next."""
        life = self.life
        if life.wave:
            life.wave += life.rise is not None
        elif life.is_open and life.severity >= Severity.WARNING:
            life.wave = life.ebbed + 1 if bucket < life.ebb_until else 1

    def _excuse_of(self, bucket: int) -> Excuse:
        """Say what is excused by a false alarm: an hour of it as loud as it has been, also where it is younger."""
        life = self.life
        heard = min(HOUR_SECONDS, max(HOUR_SECONDS // 4, bucket - life.onset))
        loudness = life.angriest * HOUR_SECONDS / heard
        return Excuse(life.excused_at + SETTLING_SECONDS, life.severity, loudness, "harm" in life.kinds)

    def _is_excused(self, bucket: int, verdict: Verdict, anger: Anger) -> bool:
        """Whether it is what was called a false alarm within a day: no graver, no louder, and of no harm beside."""
        excuse = self.life.excuse
        if excuse is None or bucket >= excuse.until:
            return False
        harmed = "harm" in verdict.kinds and not excuse.harm
        louder = loud(*anger[:2], CHANCE) > LOUDER * excuse.loudness
        return not (harmed or louder or verdict.severity > excuse.severity)

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
