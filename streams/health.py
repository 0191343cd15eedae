"""Whether the process does its work: what ``/healthz`` and ``/readyz`` answer from."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """The answer to a probe; `reason` says why in words a person can act on."""

    ok: bool
    reason: str


class Health:
    """Notice when there is work and none of it gets done.

    A process that has nothing to do is healthy however long that lasts; one that has work must finish some of it every
    `stall_seconds`. The runtimes say when work waits and when a piece of it is done.

    Parameters
    ----------
    stall_seconds
        How long work may wait without any of it getting done.
    clock
        Monotonic seconds, for instance `time.monotonic`.

    Examples
    --------
    >>> seconds = iter([0.0, 10.0, 75.0]).__next__
    >>> health = Health(stall_seconds=60, clock=seconds)
    >>> health.busy(True)
    >>> health.progress()
    >>> health.verdict()
    Verdict(ok=False, reason='work has waited for 65 s and none of it got done (limit 60 s)')
    """

    def __init__(self, stall_seconds: float, clock: Callable[[], float]) -> None:
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._waiting_since: float | None = None
        self._work = "work"
        self._lacking_since: float | None = None
        self._lacking = ""
        self._not_ready: str | None = "starting"

    def busy(self, work_waits: bool, work: str = "work") -> None:
        """Say whether there is work to do, and what it is; saying so again does not restart the clock."""
        self._work = work
        if not work_waits:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = self._clock()

    def progress(self) -> None:
        """Say that some of the work got done."""
        if self._waiting_since is not None:
            self._waiting_since = self._clock()

    def lacks(self, what: str | None) -> None:
        """Say that the process cannot go on without something that is gone, or with None that it has all it needs.

        Saying so again does not restart the clock. Where nothing is there to be done, this alone shows that nothing
        could be.
        """
        if what is None:
            self._lacking_since = None
        elif self._lacking_since is None:
            self._lacking_since = self._clock()
        self._lacking = what or ""

    def ready(self) -> None:
        """Say that the process takes posts: it has its share of them, and its state is restored."""
        self._not_ready = None

    def unready(self, reason: str) -> None:
        """Say that the process takes no posts for now, as while it restores its state or stops."""
        self._not_ready = reason

    def verdict(self) -> Verdict:
        """Tell whether the process makes progress; if not, restarting it may help."""
        limit = f"limit {self._stall_seconds:.0f} s"
        if self._lacking_since is not None:
            gone = self._clock() - self._lacking_since
            if gone > self._stall_seconds:
                return Verdict(False, f"{self._lacking} has been gone for {gone:.0f} s ({limit})")
        if self._waiting_since is None:
            return Verdict(True, "no work waits")
        waited = self._clock() - self._waiting_since
        if waited <= self._stall_seconds:
            return Verdict(True, f"work got done {waited:.0f} s ago")
        return Verdict(False, f"{self._work} has waited for {waited:.0f} s and none of it got done ({limit})")

    def readiness(self) -> Verdict:
        """Tell whether the process takes posts."""
        return Verdict(self._not_ready is None, self._not_ready or "ready")
