"""What happened of an incident, by larum and by people, in one line of time: the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from streams.core.actions import Action
from streams.core.incident import Incident
from streams.core.times import epoch
from streams.printing import printable
from streams.web.telling import sentences
from streams.web.texts import Texts


class Entry(NamedTuple):
    """Something that happened; `by` is empty where larum says it."""

    at: float
    by: str
    what: str
    text: str = ""
    link: str | None = None


def log_of(incident: Incident, names: Mapping[str, str], known: Mapping[str, Incident], t: Texts) -> list[Entry]:
    """Tell it, the newest first."""
    data = incident.last.data
    told = [
        Entry(incident.onset, "", t("log.onset")),
        Entry(incident.opened_at, "", t("log.opened")),
    ]
    if incident.rose_at:
        told.append(Entry(incident.rose_at, "", t("log.rose")))
    if incident.last.number > 1 and incident.calm_since is None:
        at = epoch(incident.last.time)
        told.append(Entry(at, "", t("log.updated"), sentences(data, t)[0]))
    if incident.calm_since is not None:
        told.append(Entry(incident.calm_since, "", t("log.calm")))
    told += [_done(action, names, known, t) for action in incident.log]
    return sorted(told, key=lambda entry: -entry.at)


def _done(action: Action, names: Mapping[str, str], known: Mapping[str, Incident], t: Texts) -> Entry:
    text = "\n".join(printable(line) for line in action.text.splitlines())
    return Entry(action.at, printable(action.by), _what(action, names, known, t), text, action.link)


def _what(action: Action, names: Mapping[str, str], known: Mapping[str, Incident], t: Texts) -> str:
    if action.kind == "step":
        step, status = t(f"steps.{action.step}"), t(f"steps.{(action.status or '').replace(' ', '_')}")
        if action.owner and action.owner != action.by:
            return t("log.step_of", step=step, status=status, owner=printable(action.owner))
        return t("log.step", step=step, status=status)
    if action.kind == "stated" and action.next_minutes:
        return t("log.stated_next", span=t.span(action.next_minutes))
    if action.kind == "merged":
        whole = known.get(action.into or "")
        brand = names.get(whole.brand, whole.brand) if whole else action.into
        return t("log.merged", into=f"{brand}, {t.when(whole.onset)}" if whole else brand)
    if action.kind == "resolved" and action.false_alarm:
        return t("log.false_alarm")
    return t(f"log.{action.kind}")
