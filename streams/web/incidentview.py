"""What the page of an incident shows: all that is known of it, in the order in which somebody needs it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from streams.core.actions import STEPS
from streams.core.crises import CrisisData, HarmTold, Interval
from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.incidents import Incidents
from streams.core.times import epoch
from streams.printing import printable
from streams.web.logview import log_of
from streams.web.postview import post_of
from streams.web.telling import sentences
from streams.web.texts import Texts

SOON = 15 * 60.0  # before a public word is due, from which on it comes before the steps
OTHERS = 30  # incidents that one may be merged into

Next = Literal["acknowledge", "assess", "word", "update", "step", "close", "lessons", "done"]


class DueTold(NamedTuple):
    """What is due until when; ``update`` is every public word but the first."""

    what: str
    at: float


class Brief(NamedTuple):
    """An incident in a list."""

    id: str
    brand: str
    brand_id: str
    severity: str
    state: str
    false_alarm: bool
    onset: float
    said: list[str]
    dues: list[DueTold]


class Row(NamedTuple):
    """One measure: seen, expected, and the most that is ordinary, in words."""

    what: str
    minutes: float
    seen: str
    expected: str
    ordinary: str


class Said(NamedTuple):
    """A word, and how many say it."""

    term: str
    posts: int


class StepTold(NamedTuple):
    """One of the five steps."""

    name: str
    status: str
    taken: bool
    owner: str | None
    at: float
    text: str
    link: str | None


def brief_of(incident: Incident, duties: Duties, names: dict[str, str], t: Texts) -> Brief:
    """Tell an incident in short."""
    return Brief(
        id=incident.id,
        brand=names.get(incident.brand, incident.brand),
        brand_id=incident.brand,
        severity=incident.last.data.severity,
        state=incident.state,
        false_alarm=incident.false_alarm,
        onset=incident.onset,
        said=sentences(incident.last.data, t),
        dues=_dues(incident, duties),
    )


def view_of(
    incident: Incident, incidents: Incidents, duties: Duties, names: dict[str, str], t: Texts
) -> dict[str, Any]:
    """Tell an incident in full; see the template for what is shown where.

    Parameters
    ----------
    incident
        Which one.
    incidents
        All of them: those that it is part of, that are part of it, and that it may become part of.
    duties
        What is due until when.
    names
        Of brands, by their identifiers.
    t
        The words, and the time that it is.
    """
    data = incident.last.data
    known = incidents.known
    brief = brief_of(incident, duties, names, t)
    holder = incident.acknowledged if incident.is_open else None
    return brief._asdict() | {
        "open": incident.is_open,
        "noticed": epoch(data.detected_at),
        "told": epoch(incident.last.time),
        "calm_since": incident.calm_since,
        "next": next_of(incident, brief.dues, t.now),
        "holder": holder,
        "into": brief_of(known[incident.into], duties, names, t) if incident.into in known else None,
        "parts": [brief_of(one, duties, names, t) for one in known.values() if one.into == incident.id],
        "others": [brief_of(one, duties, names, t) for one in _others(incident, incidents)],
        "rows": _rows(data, t),
        "harm": data.harm and _harm(data.harm),
        "terms": [Said(printable(term.term), term.posts) for term in data.terms],
        "telling": [post_of(post) for post in data.telling_posts],
        "first": [post_of(post) for post in data.first_posts],
        "sources": sorted({printable(post.source) for post in (*data.telling_posts, *data.first_posts)}),
        "mentions": [(window, t.number(posts)) for window, posts in data.mentions.items()],
        "amplified": data.independence == "amplified",
        "crowd": _crowd(data, t),
        "sampled": data.sampled,
        "steps": _steps(incident),
        "missing": incident.missing,
        "missing_named": ", ".join(t(f"steps.{step}").lower() for step in incident.missing),
        "log": log_of(incident, names, known, t),
    }


def next_of(incident: Incident, dues: list[DueTold], now: float) -> Next:
    """Say what is to be done next: one thing."""
    if incident.state == "resolved":
        return "lessons"
    if not incident.is_open:
        return "done"
    if not incident.acknowledged:
        return "acknowledge"
    if not incident.first_word:
        return "word" if incident.assessed else "assess"
    word = next((due.at for due in dues if due.what == "update"), None)
    if word is not None and word - now < SOON:
        return "update"
    return "step" if incident.missing else "close"


def _dues(incident: Incident, duties: Duties) -> list[DueTold]:
    told = [
        DueTold("update" if due.what == "word" and incident.first_word else due.what, due.at)
        for due in duties.of(incident)
    ]
    return sorted(told, key=lambda due: due.at)


def _rows(data: CrisisData, t: Texts) -> list[Row]:
    counts = [("voices", data.voices), ("negatives", data.negatives)]
    rows = [
        Row(what, one.minutes, t.number(one.observed), t.number(one.expected), t.number(one.upper))
        for what, one in counts
    ]
    share: Interval = data.negativity
    percent = [t.percent(value) for value in (share.observed, share.expected, share.upper)]
    return [*rows, Row("share", share.minutes, *percent)]


def _harm(harm: HarmTold) -> dict[str, Any]:
    return {"kinds": list(harm.kinds.items()), "voices": harm.voices, "minutes": harm.minutes, "share": harm.share}


def _crowd(data: CrisisData, t: Texts) -> dict[str, Any] | None:
    crowd = data.crowd
    if crowd is None:
        return None
    figures = [
        ("posts", t.number(crowd.posts)),
        ("voices", t.number(crowd.voices)),
        ("authors", t.number(crowd.authors)),
        ("repeated", t.percent(crowd.repeated)),
        ("busiest", t.percent(crowd.busiest_author)),
    ]
    largest = crowd.largest_family
    text = ""
    if largest and largest.excerpt:
        text = f"{t.count('unit.posts', largest.posts)}: {printable(largest.excerpt)}"
    return {"figures": figures, "largest": text, "minutes": crowd.minutes}


def _steps(incident: Incident) -> list[StepTold]:
    told = []
    for name in STEPS:
        taken = incident.steps.get(name)
        if taken:
            told.append(StepTold(name, taken.status, True, taken.owner, taken.at, printable(taken.text), taken.link))
        else:
            told.append(StepTold(name, "open", False, None, 0.0, "", None))
    return told


def _others(incident: Incident, incidents: Incidents) -> list[Incident]:
    """Those that an incident may be a part of, which are open as it is: of the same brand first, the newest first."""
    if not incident.is_open:
        return []
    others = [one for one in incidents.open if one is not incident]
    return sorted(others, key=lambda one: (one.brand != incident.brand, -one.onset))[:OTHERS]
