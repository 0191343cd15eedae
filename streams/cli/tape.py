"""What the run of a history brings forth: events, readings, counts of what was read and refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.core.watch import Outcome
from streams.deadletters import DeadLetters
from streams.scores import Span
from streams.series import Roll


class Summary(msgspec.Struct, kw_only=True):
    """What a replay came to; the last line of ``--json``."""

    type: str = "larum.replay.summary"
    records: int = 0
    dead_letters: dict[str, int] = msgspec.field(default_factory=dict)
    mentions: dict[str, int] = msgspec.field(default_factory=dict)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    opened: dict[str, int] = msgspec.field(default_factory=dict)
    seconds: float = 0.0
    posts_per_second: float = 0.0


class Tape:
    """Keep what a run brings forth: events, readings where a report is wanted, and the summary.

    It is the box of dead letters too: it counts them by reason, and keeps them where a file for them is named.

    Parameters
    ----------
    with_readings
        Keep every reading.
    letters
        Where to keep dead letters, if anywhere.
    tell
        Called with every event as it comes.
    """

    def __init__(
        self,
        *,
        with_readings: bool = False,
        letters: DeadLetters | None = None,
        tell: Callable[[CrisisEvent], None] | None = None,
    ) -> None:
        self.summary = Summary()
        self.events: list[CrisisEvent] = []
        self.readings = Roll()
        self.spans: dict[str, Span] = {}
        self._with_readings = with_readings
        self._letters = letters
        self._tell = tell

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Count a dead letter."""
        self._count(self.summary.dead_letters, reason, 1)
        if self._letters:
            self._letters.add(reason, origin, record)

    def note(self, outcome: Outcome) -> None:
        """Take in what came of a batch."""
        for event in outcome.events:
            self.events.append(event)
            if self._tell:
                self._tell(event)
        for reading in outcome.readings:
            if self._with_readings:
                self.readings.add(reading)
            self._count(self.summary.mentions, reading.brand, reading.mentions)
            self._watched(reading)
        for brand, posts in outcome.late.items():
            self._count(self.summary.late, brand, posts)

    def end(self, records: int, seconds: float) -> Summary:
        """Complete the summary."""
        summary = self.summary
        summary.records = records
        summary.seconds = round(seconds, 3)
        summary.posts_per_second = round(records / seconds, 1)
        summary.opened = dict(Counter(event.data.severity for event in self.events if event.step == "opened"))
        return summary

    def _watched(self, reading: Reading) -> None:
        span, end = self.spans.get(reading.brand), reading.bucket + reading.voices.minutes * 60
        self.spans[reading.brand] = Span(span.start if span else float(reading.bucket), end)

    @staticmethod
    def _count(counts: dict[str, int], key: str, number: int) -> None:
        counts[key] = counts.get(key, 0) + number
