"""Everything that is known of an incident, from the state file of a `larum watch` or from Kafka."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.incidents import Incident, Incidents, told
from streams.core.settings import Settings
from streams.report.accounting import Case, span_of
from streams.response import course
from streams.response.desk import done, least_of
from streams.storage import Store
from streams.tail import held


def from_path(settings: Settings, path: Path, name: str, now: float) -> Case:
    """Gather an incident from a state file, which a `larum watch` may be writing; for a thread of its own.

    Parameters
    ----------
    settings
        The whole configuration.
    path
        The state file.
    name
        Of the incident: the beginning of its own, or its brand.
    now
        Epoch seconds.

    Raises
    ------
    LookupError
        There is no such incident, or more than one.
    StorageError
        The file cannot be read.
    """
    with Store(path) as store:
        found, events, known = _find(settings, store.crises(), [action for _, action in store.actions()], name)
        start, end = span_of(found, events, now)
        shown = course.by_journal(store, found.brand, start, end) or course.by_events(found.brand, events)
    return _case(found, events, shown, known)


async def from_topics(settings: Settings, name: str, now: float) -> Case:
    """Gather an incident from Kafka's topics of crises, of incidents and of counts; see `from_path`.

    Raises
    ------
    LookupError
        There is no such incident, or more than one.
    TailError, AccessError
        A topic cannot be read.
    """
    kafka = settings.kafka
    found, events, known = _find(settings, await held(kafka), await done(kafka), name)
    start, end = span_of(found, events, now)
    return _case(found, events, await course.at_topics(kafka, found.brand, start, end, events), known)


def parts_of(known: Incidents, incident: Incident) -> list[Incident]:
    """Give the incidents that were merged into one."""
    return [one for one in known.known.values() if one.into == incident.id]


def _case(incident: Incident, events: Sequence[CrisisEvent], shown: course.Course, known: Incidents) -> Case:
    return Case(incident, events, shown, parts_of(known, incident), list(known.known.values()))


def _find(
    settings: Settings, events: Sequence[CrisisEvent], actions: Iterable[Action], name: str
) -> tuple[Incident, list[CrisisEvent], Incidents]:
    incidents = told(events, actions, least_of(settings))
    found = incidents.find(name)
    its = sorted((one for one in events if one.subject == found.id), key=lambda one: one.number)
    return found, its, incidents
