"""Everything that is known of an incident, from the state file of a `larum watch` or from Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from streams.core.incident import Incident
from streams.core.settings import Kafka, Settings
from streams.report.accounting import Case, span_of
from streams.response import course
from streams.response.desk import in_store, in_topics
from streams.storage import Store
from streams.tail import told_of


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
        known = in_store(settings, store)
        found = known.find(name)
        return _in_store(store, found, list(known.known.values()), now)


def at_path(path: Path, incident: Incident, known: Sequence[Incident], now: float) -> Case:
    """Gather the rest of an incident that is known already, beside all others, from a state file; in its own thread.

    Raises
    ------
    StorageError
        The file cannot be read.
    """
    with Store(path) as store:
        return _in_store(store, incident, known, now)


def _in_store(store: Store, incident: Incident, known: Sequence[Incident], now: float) -> Case:
    events = store.crisis(incident.id)
    start, end = span_of(incident, events, now)
    shown = course.by_journal(store, incident.brand, start, end) or course.by_events(incident.brand, events)
    return Case(incident, events, shown, known)


async def from_topics(settings: Settings, name: str, now: float) -> Case:
    """Gather an incident from Kafka's topics of crises, of incidents and of counts; see `from_path`.

    Raises
    ------
    LookupError
        There is no such incident, or more than one.
    TailError, AccessError
        A topic cannot be read.
    """
    known = await in_topics(settings)
    found = known.find(name)
    return await at_topics(settings.kafka, found, list(known.known.values()), now)


async def at_topics(kafka: Kafka, incident: Incident, known: Sequence[Incident], now: float) -> Case:
    """Gather the rest of an incident that is known already, beside all others, from Kafka's topics.

    Raises
    ------
    TailError, AccessError
        A topic cannot be read.
    """
    events = await told_of(kafka, incident.id, incident.onset, incident.last.number)
    start, end = span_of(incident, events, now)
    return Case(incident, events, await course.at_topics(kafka, incident.brand, start, end, events), known)
