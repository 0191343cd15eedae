"""From an incident, its events and its course to what there is to say of it: all that a report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from streams.core.actions import STEPS
from streams.core.comparing import compared
from streams.core.crises import CrisisEvent, Interval, Severity, TellingPost
from streams.core.duties import MINUTE, Duties
from streams.core.incident import Incident
from streams.core.times import epoch
from streams.report.account import Account, Channel, Counted, Done, Entry, Peak, Review, Sight
from streams.report.answering import answers, public_words
from streams.report.questions import questions
from streams.response.course import Course
from streams.response.recovering import recovered, tide_of

HOUR = 3_600.0
BEFORE, AFTER = 4 * HOUR, 2 * HOUR  # of a course, around an incident
CALM_SHOWN = 12 * HOUR  # of a course after the numbers were calm, however late it was closed
POSTS = 8


class Case(NamedTuple):
    """An incident with all that is known of it.

    Parameters
    ----------
    incident
        Itself.
    events
        Of its crisis, in order.
    course
        Of its brand, around it.
    known
        All incidents: those that were merged into it are among them, and those before it that it is held beside.
    """

    incident: Incident
    events: Sequence[CrisisEvent]
    course: Course
    known: Sequence[Incident] = ()


def span_of(incident: Incident, events: Sequence[CrisisEvent], now: float) -> tuple[float, float]:
    """Say over which time, epoch seconds, the course of an incident is to be told."""
    first = min([incident.onset, *(epoch(post.created_at) for post in _first_posts(events))])
    last = max([epoch(events[-1].time), *(one.at for one in incident.log if one.kind in {"stated", "resolved"})])
    if incident.calm_since is not None:
        last = min(last, incident.calm_since + CALM_SHOWN)
    return first - BEFORE, min(now, last + AFTER)


def account_of(case: Case, duties: Duties, name: str, now: float) -> Account:
    """Tell an incident.

    Parameters
    ----------
    case
        What is known.
    duties
        What was due when.
    name
        Of the brand.
    now
        Epoch seconds.
    """
    incident, events, course, known = case
    first_posts = _first_posts(events)
    first_post = min((epoch(post.created_at) for post in first_posts), default=None)
    fullest = max(events, key=lambda one: one.data.mentions.get("1h", 0)).data
    harms = [one.data.harm for one in events if one.data.harm]
    began = min(incident.onset, incident.onset if first_post is None else first_post)
    account = Account(
        id=incident.id,
        brand=incident.brand,
        name=name,
        state=incident.state,
        severity=incident.last.data.severity,
        kinds=list(incident.last.data.kinds),
        false_alarm=incident.false_alarm,
        first_post=first_post,
        onset=incident.onset,
        alarm=incident.opened_at,
        calm=incident.calm_since,
        resolved=incident.resolved.at if incident.resolved else None,
        written=now,
        detect_minutes=(incident.opened_at - began) / MINUTE,
        answers=list(answers(incident, events, duties, now)),
        words=public_words(incident, events, duties, now),
        steps=[_done(incident, number) for number in range(len(STEPS))],
        timeline=_timeline(incident, events, first_post),
        sights=[_sight(one) for one in events],
        peak=_peak(course, incident.onset),
        counted=_counted(course, incident, now),
        recovery=recovered(tide_of(course.counts), incident) if course.counts else None,
        source=course.source,
        known_from=float(course.series.time[0]) if len(course.series.time) else None,
        independence=fullest.independence,
        crowd=fullest.crowd,
        harm=max(harms, key=lambda one: one.voices, default=None),
        terms=fullest.terms,
        first_posts=first_posts[:POSTS],
        telling_posts=_telling(events, first_posts),
        model=incident.last.data.model,
        parts=[one.id for one in known if one.into == incident.id],
        beside=[one for one in compared(incident, known) if one.every.of],
        into=incident.into,
        reviews=[
            Review(at=one.at, by=one.by, text=one.text, link=one.link) for one in incident.log if one.kind == "reviewed"
        ],
        questions=[],
    )
    return account if account.reviews else _asked(account)


def _asked(account: Account) -> Account:
    return msgspec.structs.replace(account, questions=list(questions(account)))


def _done(incident: Incident, number: int) -> Done:
    step = STEPS[number]
    taken = incident.steps.get(step)
    if taken is None:
        return Done(step=step)
    return Done(
        step=step, status=taken.status, owner=taken.owner, at=taken.at, text=taken.text, link=taken.link
    )  # fmt: skip


def _timeline(incident: Incident, events: Sequence[CrisisEvent], first_post: float | None) -> list[Entry]:
    entries = [Entry(at=incident.onset, kind="onset")]
    if first_post is not None:
        entries.append(Entry(at=first_post, kind="first_post"))
    for event in events:
        if event.step in {"opened", "raised", "closed"}:
            kind: Literal["opened", "raised", "closed"] = event.step  # type: ignore[assignment]
            entries.append(Entry(at=epoch(event.time), kind=kind, severity=event.data.severity, wave=event.data.wave))
    entries += [
        Entry(at=one.at, kind=one.kind, by=one.by, step=one.step, status=one.status, owner=one.owner, text=one.text,
              link=one.link, false_alarm=one.false_alarm, into=one.into)
        for one in incident.log
    ]  # fmt: skip
    return sorted(entries, key=lambda one: one.at)


def _sight(event: CrisisEvent) -> Sight:
    data = event.data
    return Sight(
        at=epoch(event.time), step=event.step, severity=data.severity, voices=data.voices, negatives=data.negatives,
        negativity=data.negativity, mentions_hour=data.mentions.get("1h", 0), independence=data.independence,
        sampled=data.sampled, wave=data.wave,
    )  # fmt: skip


def _peak(course: Course, onset: float) -> Peak | None:
    one = course.series
    seen = np.where(one.time >= onset, one.voices.seen, np.nan)
    if course.source == "events" or np.all(np.isnan(seen)):
        return None
    at = int(np.nanargmax(seen))
    end = float(one.time[at])
    within = [line for line in course.counts if end - HOUR <= epoch(line.bucket) < end]
    heard, negatives = sum(line.voices for line in within), sum(line.negatives for line in within)
    seen_then, expected, lower, upper = (float(column[at]) for column in one.voices)
    voices = Interval(seen_then, expected, lower, upper, 60.0)
    return Peak(at=end, voices=voices, negativity=negatives / heard if heard else None)


def _counted(course: Course, incident: Incident, now: float) -> Counted | None:
    end = incident.calm_since or (incident.resolved.at if incident.resolved else now)
    within = [one for one in course.counts if incident.onset <= epoch(one.bucket) < end]
    if not within:
        return None
    channels = Counter[tuple[str, str]]()
    for one in within:
        for source, language, mentions in one.channels:
            channels[source, language] += mentions
    return Counted(
        mentions=sum(one.mentions for one in within),
        voices=sum(one.voices for one in within),
        negatives=sum(one.negatives for one in within),
        coverage=min(one.coverage for one in within),
        channels=[
            Channel(source=source, language=language, mentions=mentions)
            for (source, language), mentions in channels.most_common()
        ],
    )


def _first_posts(events: Sequence[CrisisEvent]) -> list[TellingPost]:
    """Give the first posts, as of the first step that knows any."""
    return next((list(one.data.first_posts) for one in events if one.data.first_posts), [])


def _telling(events: Sequence[CrisisEvent], first: Sequence[TellingPost]) -> list[TellingPost]:
    """Give the most telling posts: those of the gravest step first, then what was added later, each once."""
    graver = sorted(events, key=lambda one: (-Severity[one.data.severity.upper()], -(one.step in {"opened", "raised"})))
    shown = {(post.source, post.id) for post in first}
    found = {(post.source, post.id): post for one in reversed(graver) for post in one.data.telling_posts}
    order = dict.fromkeys((post.source, post.id) for one in graver for post in one.data.telling_posts)
    return [found[key] for key in order if key not in shown][:POSTS]
