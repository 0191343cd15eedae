"""Incidents: what larum said of a crisis and what people did about it, told together, with what is due when.

Nothing is written down of an incident but the events of its crisis and the actions of people. Whoever reads both comes
to the same incidents, in whatever order the two logs are read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from detectors.calendar import Calendar, shared
from streams.core.actions import STEPS, Action, Status, Step
from streams.core.crises import CrisisEvent, Severity
from streams.core.settings import Settings

Task = Literal["acknowledge", "assess", "first_word", "update"]
State = Literal["open", "acknowledged", "stated", "resolved", "reviewed", "merged"]
DAY_BEGINS, DAY_ENDS = 8.0, 18.0  # hours of a working day
WORKING_DAYS = 5
MINUTE = 60.0
TOLD = 20  # incidents in a message, at most


class Taken(msgspec.Struct, frozen=True):
    """How far one of the five steps is, whose it is, since when, and what there is to say and see of it."""

    status: Status
    owner: str | None
    at: float
    text: str = ""
    link: str | None = None


class Due(NamedTuple):
    """What has to be done until when, epoch seconds."""

    what: Literal["acknowledge", "assess", "word"]
    at: float


class Highest(NamedTuple):
    """The most that any event told: posts in an hour, negative voices beyond the expected, share of negatives."""

    posts: float
    negatives: float
    share: float

    @classmethod
    def of(cls, event: CrisisEvent) -> Highest:
        """Give what one event tells."""
        data = event.data
        beyond = data.negatives.observed - data.negatives.expected
        return cls(data.mentions.get("1h", 0), max(0.0, beyond), data.negativity.observed)


class Incident:
    """A crisis and what was done about it.

    Parameters
    ----------
    first
        The event by which it became an incident.

    Attributes
    ----------
    id, brand, onset, opened_at
        Of the crisis; times in epoch seconds.
    rose_at
        When its last further wave began; 0 while there was none.
    reopened_at
        When somebody last said that it is not over; 0 while nobody did.
    calm_since
        When the crisis was over by its numbers; None while it is not.
    last
        The newest event.
    highest
        The most that its events told.
    acknowledged, assessed, first_word, last_word, resolved, reviewed
        The actions by which it was; None while it was not.
    steps
        Of the five those that somebody has said something of.
    into
        The incident that it was merged into.
    log
        All actions, in order of time.
    """

    def __init__(self, first: CrisisEvent) -> None:
        self.id = first.subject
        self.brand = first.data.brand
        self.onset, self.opened_at = _seconds(first.data.onset), _seconds(first.time)
        self.rose_at = 0.0
        self.calm_since: float | None = None
        self.last = first
        self.highest = Highest.of(first)
        self.log: list[Action] = []
        self._ids: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        self.acknowledged: Action | None = None
        self.assessed: Action | None = None
        self.first_word: Action | None = None
        self.last_word: Action | None = None
        self.resolved: Action | None = None
        self.reviewed: Action | None = None
        self.into: str | None = None
        self.reopened_at = 0.0
        self.steps: dict[Step, Taken] = {}

    @property
    def severity(self) -> Severity:
        """The highest so far."""
        return Severity[self.last.data.severity.upper()]

    @property
    def seen_at(self) -> float:
        """Time of the newest event."""
        return _seconds(self.last.time)

    @property
    def state(self) -> State:
        """How far it is."""
        if self.into:
            return "merged"
        if self.resolved:
            return "reviewed" if self.reviewed else "resolved"
        if self.first_word:
            return "stated"
        return "acknowledged" if self.acknowledged else "open"

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to be done before the review."""
        return self.state in {"open", "acknowledged", "stated"}

    @property
    def false_alarm(self) -> bool:
        """Whether somebody said that there was no crisis."""
        return self.resolved is not None and self.resolved.false_alarm

    @property
    def missing(self) -> list[Step]:
        """Those of the five steps of which nobody has said that they are done, or not needed."""
        done = {step for step, taken in self.steps.items() if taken.status != "planned"}
        return [step for step in STEPS if step not in done]

    def see(self, event: CrisisEvent) -> bool:
        """Take another event of the crisis in; tell whether it is news."""
        if event.id == self.last.id or event.number <= self.last.number:
            return False
        self._hold_waves(event)
        self.last = event
        self.highest = Highest(*map(max, self.highest, Highest.of(event)))
        self.calm_since = _seconds(event.time) if event.step == "closed" else self.calm_since
        return True

    def _hold_waves(self, event: CrisisEvent) -> None:
        """Take note of another wave: what was resolved before it is not any more."""
        if (event.data.wave or 1) > (self.last.data.wave or 1):
            self.rose_at = _seconds(event.time)
            self._tell_over()

    def do(self, action: Action) -> bool:
        """Take an action in, wherever it belongs in time: they are told over in that order. Tell whether it is news."""
        if action.id in self._ids:
            return False
        self._ids.add(action.id)
        late = bool(self.log) and _place(action) < _place(self.log[-1])
        self.log.append(action)
        if late:
            self.log.sort(key=_place)
            self._tell_over()
        else:
            self._tell(action)
        return True

    def _tell_over(self) -> None:
        self._begin()
        for one in self.log:
            self._tell(one)

    def _tell(self, action: Action) -> None:
        self.acknowledged = self.acknowledged or (
            action if action.kind != "split" else None
        )  # whoever acts has seen it
        match action.kind:
            case "assessed":
                self.assessed = self.assessed or action
            case "step" if action.step and action.status:
                before = self.steps.get(action.step)
                owner = action.owner or (before.owner if before else None)
                self.steps[action.step] = Taken(action.status, owner, action.at, action.text, action.link)
            case "stated":
                self.first_word, self.last_word = self.first_word or action, action
            case "resolved" if action.false_alarm or action.at >= self.rose_at:
                self.resolved = action
            case "reopened":
                self.resolved = self.reviewed = None
                self.reopened_at = action.at
            case "reviewed" if self.false_alarm or action.at >= self.rose_at:
                self.reviewed = action
            case "merged":
                self.into = action.into
            case "split":
                self.into = None


class Duties:
    """What is due of an incident, by its severity and the calendar.

    Parameters
    ----------
    settings
        The minutes of ``[response]``, and whose hours and holidays count.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> duties = Duties(Settings(brands=(Brand(id="orlen", name="Orlen"),)))
    >>> duties.minutes("acknowledge", Severity.WARNING, 1767369600.0)
    15.0
    """

    def __init__(self, settings: Settings) -> None:
        self._rules = settings.response
        self._calendar: Calendar = shared(settings.detection.timezone, settings.detection.countries)

    def minutes(
        self, what: Literal["acknowledge", "assess", "first_word", "update"], severity: Severity, at: float
    ) -> float:
        """Give how many minutes there are for something that begins to be due at a time, epoch seconds."""
        rules = self._rules
        given = {
            "acknowledge": rules.acknowledge_minutes,
            "assess": rules.assess_minutes,
            "first_word": rules.first_word_minutes,
            "update": rules.update_minutes,
        }[what]
        critical = rules.critical_factor if severity >= Severity.CRITICAL else 1.0
        return given * critical * (1.0 if self.at_work(at) else rules.off_hours_factor)

    def at_work(self, at: float) -> bool:
        """Whether a time is within the hours of a working day."""
        day, hour = divmod(self._calendar.hour_of_week(at), 24.0)
        return day < WORKING_DAYS and DAY_BEGINS <= hour < DAY_ENDS and not self._calendar.is_holiday(at)

    def of(self, incident: Incident) -> Iterator[Due]:
        """Give what is due of an incident; nothing of one that is resolved, or part of another."""
        if not incident.is_open:
            return
        begin, severity = incident.opened_at, incident.severity
        if not incident.acknowledged:
            yield Due("acknowledge", begin + MINUTE * self.minutes("acknowledge", severity, begin))
        if not incident.assessed and not incident.last_word:
            yield Due("assess", begin + MINUTE * self.minutes("assess", severity, begin))
        word = incident.last_word
        if word is None:
            yield Due("word", begin + MINUTE * self.minutes("first_word", severity, begin))
        else:
            since = max(word.at, incident.rose_at, incident.reopened_at)
            promised = word.next_minutes if since == word.at else None
            yield Due("word", since + MINUTE * (promised or self.minutes("update", severity, since)))


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


def _place(action: Action) -> tuple[float, str]:
    return action.at, action.id


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
