"""Which crises are open, by what has been said of them."""

from __future__ import annotations

from collections.abc import Iterable

from streams.core.crises import CrisisEvent


def ongoing(events: Iterable[CrisisEvent]) -> list[CrisisEvent]:
    """Give the last step of each crisis that is not closed, in order of their opening.

    Parameters
    ----------
    events
        In order; what is told again changes nothing.
    """
    last: dict[str, CrisisEvent] = {}
    closed: set[str] = set()
    for event in events:
        if event.step == "closed":
            closed.add(event.subject)
            last.pop(event.subject, None)
        elif event.subject not in closed:
            last[event.subject] = max(event, last.get(event.subject, event), key=lambda one: one.number)
    return list(last.values())
