"""What a report is made with besides readings and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from streams.told import Told


class Frame(NamedTuple):
    """What a report is made with besides readings and events.

    Parameters
    ----------
    names
        Names of brands by identifier, where they differ.
    told
        What is known to have happened; the alarms are judged by it.
    zone
        Time zone of every time shown.
    note
        A line that must not be overlooked, for instance that this is a simulation.
    delay
        Seconds by which alarms came later than their own time says.
    """

    names: Mapping[str, str] = {}
    told: Sequence[Told] = ()
    zone: tzinfo = UTC
    note: str = ""
    delay: float = 0.0

    def name(self, brand: str) -> str:
        """Name a brand."""
        return self.names.get(brand, brand)

    def when(self, time: float, form: str = "%A %-d %B, %H:%M") -> str:
        """Format a time for people."""
        return datetime.fromtimestamp(time, self.zone).strftime(form)
