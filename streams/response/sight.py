"""Whether who follows the topics of crises and counts sees what happens now, and why not."""

from __future__ import annotations

from typing import Literal, NamedTuple

from streams.core.times import rfc3339
from streams.health import Health

LATE_SECONDS = 300.0  # of a canary, of records that wait: as long as LarumCanaryLost waits
QUIET_SECONDS = 3_600.0  # without any count, where no canaries tell whether anything would be counted


Why = Literal["past", "late", "away", "waiting", "uncounted", "uncanaried", "never_counted"]
SENTENCES: dict[Why, str] = {
    "past": "larum still reads what happened before",
    "late": "only what was posted until {since} has been counted so far",
    "away": "the broker does not answer",
    "waiting": "records have waited to be read since {since}",
    "uncounted": "nothing that was posted since {since} has been counted: crises go unseen",
    "uncanaried": "nothing was counted since {since}, and no canaries tell whether anything would be",
    "never_counted": "nothing was counted of late, and no canaries tell whether anything would be",
}


class Blind(NamedTuple):
    """Why what happens now may not be seen: as text an English sentence, for programs and logs.

    Parameters
    ----------
    why
        Names the reason; pages have words for it in each language.
    since
        Since when, or for ``late`` until when it was seen, epoch seconds, where that is known.

    Examples
    --------
    >>> str(Blind("away")), str(Blind("waiting", 1_767_369_600.0))
    ('the broker does not answer', 'records have waited to be read since 2026-01-02T16:00:00Z')
    """

    why: Why
    since: float | None = None

    def __str__(self) -> str:
        return SENTENCES[self.why].format(since="" if self.since is None else rfc3339(self.since))


PAST, AWAY = Blind("past"), Blind("away")


class Sight:
    """What is known of the way that a crisis comes to be seen here.

    Canaries show all of it: each goes through the topic of posts, is matched, counted by every watch, and told of in
    the topic of counts. Where nobody sends any, only counts show that somebody counts.

    Parameters
    ----------
    health
        Told whether the topics are read; that nobody counts is no fault of this process.

    Attributes
    ----------
    newest
        When the newest record of counts was written, epoch seconds; None before there is any.

    Examples
    --------
    >>> sight = Sight(Health(60.0, lambda: 0.0))
    >>> sight.look(1_767_369_600.0)
    Blind(why='past', since=None)
    >>> sight.came(behind=False, now=1_767_369_600.0)
    >>> sight.counted(0, 1_767_369_590.0, canary=1_767_369_580.0)
    >>> sight.look(1_767_369_600.0)
    >>> str(sight.look(1_767_370_200.0))
    'nothing that was posted since 2026-01-02T15:59:40Z has been counted: crises go unseen'
    """

    def __init__(self, health: Health) -> None:
        self.newest: float | None = None
        self._health = health
        self._lost: Blind | None = PAST
        self._on_time: float | None = None
        self._canaries: dict[int, float] = {}

    def lost(self) -> None:
        """Note that the broker cannot be read."""
        self._lost = AWAY

    def came(self, *, behind: bool, now: float) -> None:
        """Note that the broker answered, and whether records wait that were there when it was last asked."""
        if not behind:
            self._lost, self._on_time = None, now
        elif self._on_time is not None:
            waiting = now - self._on_time > LATE_SECONDS
            self._lost = Blind("waiting", self._on_time) if waiting else None

    def counted(self, partition: int, at: float, canary: float | None) -> None:
        """Take in when a record of counts was written, and which canary it tells of, if it does; epoch seconds."""
        self.newest = max(at, self.newest or at)
        if canary is not None:
            self._canaries[partition] = max(canary, self._canaries.get(partition, canary))

    def look(self, now: float) -> Blind | None:
        """Say why what happens now may not be seen; None while it is."""
        if self._lost:
            self._health.unready(str(self._lost))
            return self._lost
        self._health.ready()
        oldest = min(self._canaries.values(), default=None)
        if oldest is not None:
            return Blind("uncounted", oldest) if now - oldest > LATE_SECONDS else None
        if self.newest is None:
            return Blind("never_counted")
        return Blind("uncanaried", self.newest) if now - self.newest > QUIET_SECONDS else None
