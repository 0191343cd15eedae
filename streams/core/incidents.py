"""All incidents: what larum said of crises and what people did about them, told together.

Whoever reads the two logs comes to the same incidents, in whatever order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from streams.core.actions import Action
from streams.core.crises import CrisisEvent, Severity
from streams.core.incident import Incident, State

TOLD = 20  # incidents in a message, at most


class Incidents:
    """All incidents, from the events of crises and the actions of people.

    Parameters
    ----------
    least
        Severity from which a crisis is an incident.

    Attributes
    ----------
    known
        By crisis, in order of their opening.
    states
        How many there are of each state.
    version
        How often they have changed: what was made of them is as good as new while it is the same.
    """

    def __init__(self, least: Severity = Severity.WARNING) -> None:
        self._least = least
        self.known: dict[str, Incident] = {}
        self.states: Counter[State] = Counter()
        self.version = 0
        self._open: dict[str, Incident] = {}
        self._names: list[str] = []
        self._ranks: list[tuple[int, str]] = []
        self._early: dict[str, list[Action]] = {}

    def see(self, event: CrisisEvent) -> bool:
        """Take an event in; silences are no crises of a brand, and no incidents. Tell whether it is news."""
        incident = self.known.get(event.subject)
        if incident:
            return self._changed(incident, incident.state, news=incident.see(event))
        if event.data.silent_source or Severity[event.data.severity.upper()] < self._least:
            return False
        incident = self.known[event.subject] = Incident(event)
        insort(self._names, incident.id)
        insort(self._ranks, rank_of(incident))
        for action in self._early.pop(event.subject, []):
            incident.do(action)
        return self._changed(incident, None, news=True)

    def do(self, action: Action) -> bool:
        """Take an action in; one of an incident that is not known yet waits for it. Tell whether it is news."""
        incident = self.known.get(action.incident)
        if incident:
            return self._changed(incident, incident.state, news=incident.do(action))
        self._early.setdefault(action.incident, []).append(action)
        return False

    def _changed(self, incident: Incident, before: State | None, *, news: bool) -> bool:
        if news:
            self.version += 1
            self.states[incident.state] += 1
            if before:
                self.states[before] -= 1
            if incident.is_open:
                self._open[incident.id] = incident
            else:
                self._open.pop(incident.id, None)
        return news

    @property
    def open(self) -> list[Incident]:
        """Those that something is to be done about, the gravest and oldest first."""
        return sorted(self._open.values(), key=lambda one: (-one.severity, one.opened_at, one.id))

    def newest(self, after: tuple[int, str] | None = None) -> Iterator[Incident]:
        """Give those that come after a place (`rank_of`), the latest opened first."""
        begin = bisect_right(self._ranks, after) if after else 0
        return (self.known[name] for _, name in islice(self._ranks, begin, None))

    def find(self, name: str) -> Incident:
        """Find an incident by the beginning of its name, or by its brand, where that has one that is open.

        Raises
        ------
        LookupError
            There is none, or more than one.
        """
        found = []
        if name:
            first = bisect_left(self._names, name)
            after = bisect_left(self._names, f"{name}{chr(0x10FFFF)}", lo=first)
            found = [self.known[one] for one in self._names[first:after]]
        found = found or [one for one in self.open if one.brand == name]
        if len(found) != 1:
            there = ", ".join(f"{one.id} ({one.brand})" for one in (found or self.open)[:TOLD]) or "none is open"
            raise LookupError(f"{'more than one incident is' if found else 'no incident is'} {name!r}: {there}")
        return found[0]


def told(events: Iterable[CrisisEvent], actions: Iterable[Action], least: Severity = Severity.WARNING) -> Incidents:
    """Tell the incidents of two logs."""
    incidents = Incidents(least)
    for event in events:
        incidents.see(event)
    for action in actions:
        incidents.do(action)
    return incidents


def rank_of(incident: Incident) -> tuple[int, str]:
    """Give an incident's place among all: the newest is the first, of one millisecond the first by name."""
    return -int(incident.opened_at * 1_000), incident.id
