"""From the logs of a week to what there is to say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.incidents import told
from streams.core.judged import stated
from streams.core.judgement import MONTH_DAYS
from streams.core.settings import Settings
from streams.core.times import epoch
from streams.modelcard import ModelCard
from streams.report.answering import answers
from streams.report.digest import Cost, Digest, Handled, Notice, Silence, Watched
from streams.report.heard import HOUR, Heard
from streams.report.weeks import Week
from streams.response.desk import least_of
from streams.spending import DAY_SECONDS, spent

INSTANT = 0.001  # seconds; events happen at whole ones
MONTH = 30.0  # days over which the budget is looked at, too


class Logs(NamedTuple):
    """What is known: the events of crises and the actions of people, and what was heard of each brand."""

    events: Sequence[CrisisEvent]
    actions: Iterable[Action]
    heard: Mapping[str, Heard]


def digest_of(settings: Settings, week: Week, logs: Logs, now: float, model: ModelCard | None = None) -> Digest:
    """Tell a week.

    Parameters
    ----------
    settings
        The whole configuration.
    week
        Which.
    logs
        What is known.
    now
        Epoch seconds.
    model
        The sentiment model's card, if it is at hand.
    """
    names = {brand.id: brand.name for brand in settings.brands}
    incidents = told(logs.events, logs.actions, least_of(settings))
    end = min(week.end, now)
    within = [one for one in incidents.known.values() if week.start <= one.opened_at < end]
    hours = int(max(0.0, end - week.start) // HOUR)
    known = [sum(hour is not None for hour in one.hours[:hours]) for one in logs.heard.values()]
    return Digest(
        week=week.name,
        start=week.start,
        end=week.end,
        written=now,
        recorded=max(known, default=0) / hours if hours and max(known, default=0) else None,
        brands=sorted(
            (_watched(brand, names[brand], one, within) for brand, one in logs.heard.items()),
            key=lambda one: (-len(one.alarms), -one.mentions, one.name),
        ),
        silences=list(_silences(logs.events, week, end)),
        incidents=[_handled(one, names, logs.events, settings, now) for one in within],
        notices=list(_notices(logs.events, names, week, end)),
        week_cost=_cost(settings, logs.events, incidents.known.values(), end, (end - week.start) / DAY_SECONDS),
        month_cost=_cost(settings, logs.events, incidents.known.values(), end, MONTH),
        model=model,
    )


def _watched(brand: str, name: str, heard: Heard, incidents: Iterable[Incident]) -> Watched:
    return Watched(
        brand=brand,
        name=name,
        mentions=heard.mentions,
        voices=heard.voices,
        negatives=heard.negatives,
        before=heard.before if heard.knows_before else None,
        hours=heard.hours,
        coverage=heard.coverage,
        deaf_hours=heard.deaf_hours,
        alarms=[one.opened_at for one in incidents if one.brand == brand],
    )


def _handled(
    incident: Incident, names: Mapping[str, str], events: Sequence[CrisisEvent], settings: Settings, now: float
) -> Handled:
    its = [one for one in events if one.subject == incident.id]
    answered = {one.what: one for one in answers(incident, its, Duties(settings), now)}
    return Handled(
        id=incident.id,
        brand=incident.brand,
        name=names.get(incident.brand, incident.brand),
        severity=incident.last.data.severity,
        alarm=incident.opened_at,
        state=incident.state,
        false_alarm=incident.false_alarm,
        acknowledge_minutes=answered["acknowledge"].minutes,
        acknowledge_late=answered["acknowledge"].late,
        word_minutes=answered["first_word"].minutes,
        word_late=answered["first_word"].late,
        close_minutes=answered["close"].minutes,
    )


def _silences(events: Iterable[CrisisEvent], week: Week, end: float) -> Iterator[Silence]:
    first: dict[str, CrisisEvent] = {}
    last: dict[str, CrisisEvent] = {}
    for event in events:
        if event.data.silent_source:
            first.setdefault(event.subject, event)
            last[event.subject] = event
    for subject, event in first.items():
        start, closed = epoch(event.data.onset), last[subject].step == "closed"
        until = epoch(last[subject].time) if closed else None
        hours = (min(end, end if until is None else until) - max(week.start, start)) / HOUR
        if hours > 0:
            yield Silence(source=event.data.silent_source or "", start=start, end=until, hours=hours)


def _notices(events: Iterable[CrisisEvent], names: Mapping[str, str], week: Week, end: float) -> Iterator[Notice]:
    gravest: dict[str, list[CrisisEvent]] = {}
    for event in events:
        if not event.data.silent_source:
            gravest.setdefault(event.subject, []).append(event)
    for steps in gravest.values():
        at = epoch(steps[0].time)
        if steps[-1].data.severity == "notice" and week.start <= at < end:
            brand = steps[0].data.brand
            yield Notice(brand=brand, name=names.get(brand, brand), at=at, kinds=list(steps[-1].data.kinds))


def _cost(
    settings: Settings, events: Iterable[CrisisEvent], incidents: Iterable[Incident], end: float, days: float
) -> Cost:
    end -= INSTANT  # of two weeks, the moment between them belongs to the second
    detection, brands = settings.detection, spent(events, [one.id for one in settings.brands], end, days)
    return Cost(
        days=days,
        pages=sum(one.pages for one in brands),
        notices=sum(one.notices for one in brands),
        notices_borne=detection.false_notices_per_month * days / MONTH_DAYS,
        stated=stated(incidents, end, days, detection.false_pages_per_month * days / MONTH_DAYS),
    )
