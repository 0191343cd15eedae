"""Whether who follows the topics of crises and counts sees what happens now, and why not."""

from __future__ import annotations

from streams.core.times import rfc3339
from streams.health import Health

LATE_SECONDS = 300.0  # of a canary, of records that wait: as long as LarumCanaryLost waits
QUIET_SECONDS = 3_600.0  # without any count, where no canaries tell whether anything would be counted


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
    'larum still reads what happened before'
    >>> sight.came(behind=False, now=1_767_369_600.0)
    >>> sight.counted(0, 1_767_369_590.0, canary=1_767_369_580.0)
    >>> sight.look(1_767_369_600.0)
    >>> sight.look(1_767_370_200.0)
    'nothing that was posted since 2026-01-02T15:59:40Z has been counted: crises go unseen'
    """

    def __init__(self, health: Health) -> None:
        self.newest: float | None = None
        self._health = health
        self._lost: str | None = "larum still reads what happened before"
        self._on_time: float | None = None
        self._canaries: dict[int, float] = {}

    def lost(self, why: str) -> None:
        """Note that the broker cannot be read, and why."""
        self._lost = why

    def came(self, *, behind: bool, now: float) -> None:
        """Note that the broker answered, and whether records wait that were there when it was last asked."""
        if not behind:
            self._lost, self._on_time = None, now
        elif self._on_time is not None:
            waiting = now - self._on_time > LATE_SECONDS
            self._lost = f"records have waited to be read since {rfc3339(self._on_time)}" if waiting else None

    def counted(self, partition: int, at: float, canary: float | None) -> None:
        """Take in when a record of counts was written, and which canary it tells of, if it does; epoch seconds."""
        self.newest = max(at, self.newest or at)
        if canary is not None:
            self._canaries[partition] = max(canary, self._canaries.get(partition, canary))

    def look(self, now: float) -> str | None:
        """Say why what happens now may not be seen; None while it is."""
        if self._lost:
            self._health.unready(self._lost)
            return self._lost
        self._health.ready()
        oldest = min(self._canaries.values(), default=None)
        if oldest is not None and now - oldest > LATE_SECONDS:
            return f"nothing that was posted since {rfc3339(oldest)} has been counted: crises go unseen"
        if oldest is None and (self.newest is None or now - self.newest > QUIET_SECONDS):
            since = f"since {rfc3339(self.newest)}" if self.newest else "of late"
            return f"nothing was counted {since}, and no canaries tell whether anything would be"
        return None
