"""An incident: what larum said of one crisis and what people did about it.

Nothing is written down of an incident but the events of its crisis and the actions of people.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from streams.core.actions import STEPS, Action, Status, Step
from streams.core.crises import CrisisEvent, Severity
from streams.core.times import epoch

State = Literal["open", "acknowledged", "stated", "resolved", "reviewed", "merged"]


class Taken(msgspec.Struct, frozen=True):
    """How far one of the five steps is, whose it is, since when, and what there is to say and see of it."""

    status: Status
    owner: str | None
    at: float
    text: str = ""
    link: str | None = None


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
        self.onset, self.opened_at = epoch(first.data.onset), epoch(first.time)
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
        return epoch(self.last.time)

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
        self.calm_since = epoch(event.time) if event.step == "closed" else self.calm_since
        return True

    def _hold_waves(self, event: CrisisEvent) -> None:
        """Take note of another wave: what was resolved, or merged, before it is not any more."""
        if (event.data.wave or 1) > (self.last.data.wave or 1):
            self.rose_at = epoch(event.time)
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
            case "merged" if action.at >= self.rose_at:  # what rises again is its own: its whole may be closed
                self.into = action.into
            case "split":
                self.into = None


def _place(action: Action) -> tuple[float, str]:
    return action.at, action.id
