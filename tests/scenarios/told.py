"""Moments of a story, and what was told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from streams.core.crises import CrisisEvent, Severity
from tests.scenarios.usual import START


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of a story that begins as most do: day 0 is its first Monday."""
    return START + timedelta(days=day, hours=hour, minutes=minute)


def pages(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the first event of each crisis that wakes somebody."""
    first: dict[str, CrisisEvent] = {}
    for event in events:
        if event.step in {"opened", "raised"} and Severity[event.data.severity.upper()] >= Severity.WARNING:
            first.setdefault(event.subject, event)
    return list(first.values())


def steps(events: list[CrisisEvent], *names: str) -> list[CrisisEvent]:
    """Give the events of these steps."""
    return [event for event in events if event.step in names]


def crises(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the events that are about the brand."""
    return [event for event in events if not event.data.silent_source]


def silences(events: list[CrisisEvent]) -> list[CrisisEvent]:
    """Give the events that are about sources."""
    return [event for event in events if event.data.silent_source]


def minutes_after(start: datetime, event: CrisisEvent) -> float:
    """Say how long after `start` an event came, minutes of the posts' own time."""
    return (datetime.fromisoformat(event.time) - start).total_seconds() / 60.0


def delays(start: datetime, events: list[CrisisEvent]) -> list[float]:
    """Say after how many minutes each crisis of the brand woke somebody."""
    return [minutes_after(start, page) for page in pages(crises(events))]
