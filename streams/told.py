"""What a scenario says will happen, and how alarms are judged by it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from streams.core.crises import CrisisEvent, Severity
from streams.core.times import epoch

Grade = Literal["caught", "late", "missed", "left alone", "noticed", "false page"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happens to a brand.

    Parameters
    ----------
    name, title, about
        Short name, a few words, and a sentence for people.
    brand
        To which brand it happens.
    start, end
        Epoch seconds; `start` is the time of the first post of it.
    alarm_by
        A crisis must have paged somebody by then, epoch seconds; None for what is no crisis and must page nobody.
    """

    name: str
    title: str
    about: str
    brand: str
    start: float
    end: float
    alarm_by: float | None = None

    @property
    def crisis(self) -> bool:
        """Whether it ought to page somebody."""
        return self.alarm_by is not None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How the alarms did on one thing that happened.

    Parameters
    ----------
    told
        What happened.
    grade
        For a crisis ``caught``, ``late`` or ``missed``; for anything else ``left alone``, ``noticed`` (a notice, which
        pages nobody) or ``false page``.
    page
        The first event of severity warning or more, if there was one.
    pages
        How many crises were opened for it that paged somebody: more than one is too many, even for a crisis.
    minutes
        From the first post of it until a person heard of that.
    subjects
        The crises that are put down to it.
    """

    told: Told
    grade: Grade
    page: CrisisEvent | None = None
    pages: int = 0
    minutes: float | None = None
    subjects: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether a person on call would have been served well."""
        return self.grade in {"caught", "left alone", "noticed"}


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """How the alarms did on a scenario; `unexplained` are the pages and `notices` the notices for nothing told."""

    verdicts: list[Verdict]
    unexplained: list[CrisisEvent]
    notices: list[CrisisEvent]

    @property
    def false_pages(self) -> int:
        """How often somebody was paged for what is no crisis."""
        return len(self.unexplained) + sum(verdict.grade == "false page" for verdict in self.verdicts)

    @property
    def right(self) -> bool:
        """Every crisis caught in time, and nobody paged for anything else."""
        return not self.unexplained and all(verdict.right for verdict in self.verdicts)


AFTERMATH = 2 * 3600.0
"""How long after its end, in seconds, an alarm is still put down to a thing that happened."""


def judge(told: Sequence[Told], events: Iterable[CrisisEvent], delay: float = 0.0) -> Judgement:
    """Judge the alarms of a scenario by what is known to have happened.

    Parameters
    ----------
    told
        What happened.
    events
        Every crisis event, in order. Of each crisis its first event counts, and the first that pages; that a source
        is silent is told of no brand, and is not judged.
    delay
        Seconds from an event's own time to when a person hears of it: a watch that waits for late posts speaks later.

    Returns
    -------
    Judgement

    Examples
    --------
    >>> sale = Told(name="sale", title="A sale", about="", brand="northquill", start=0.0, end=60.0)
    >>> judge([sale], []).verdicts[0].grade
    'left alone'
    """
    first: dict[str, CrisisEvent] = {}
    paged: dict[str, CrisisEvent] = {}
    for event in about_brands(events):
        first.setdefault(event.subject, event)
        if pages(event):
            paged.setdefault(event.subject, event)
    alarms = {subject: paged.get(subject, event) for subject, event in first.items()}
    verdicts = [_verdict(one, [alarm for alarm in alarms.values() if _concerns(one, alarm)], delay) for one in told]
    strangers = [alarm for alarm in alarms.values() if not any(_concerns(one, alarm) for one in told)]
    return Judgement(
        verdicts=verdicts,
        unexplained=[alarm for alarm in strangers if pages(alarm)],
        notices=[alarm for alarm in strangers if not pages(alarm)],
    )


def about_brands(events: Iterable[CrisisEvent]) -> list[CrisisEvent]:
    """Leave out what is told of sources that are silent."""
    return [event for event in events if not event.data.silent_source]


def pages(event: CrisisEvent) -> bool:
    """Whether an event is meant to wake somebody."""
    return Severity[event.data.severity.upper()] >= Severity.WARNING


def moment(event: CrisisEvent) -> float:
    """When an event came, in epoch seconds."""
    return epoch(event.time)


def _concerns(told: Told, alarm: CrisisEvent) -> bool:
    return alarm.data.brand == told.brand and told.start <= moment(alarm) <= told.end + AFTERMATH


def _verdict(told: Told, alarms: list[CrisisEvent], delay: float) -> Verdict:
    page = min((alarm for alarm in alarms if pages(alarm)), key=moment, default=None)
    heard = moment(page) + delay if page else math.inf
    grade: Grade
    if told.alarm_by is None:
        grade = "false page" if page else "noticed" if alarms else "left alone"
    elif page is None:
        grade = "missed"
    else:
        grade = "caught" if heard <= told.alarm_by else "late"
    return Verdict(
        told=told,
        grade=grade,
        page=page,
        pages=sum(map(pages, alarms)),
        minutes=(heard - told.start) / 60 if page else None,
        subjects=tuple(alarm.subject for alarm in alarms),
    )
