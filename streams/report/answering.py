"""What an incident asked of people, and how they answered: in time, late, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from streams.core.actions import Action
from streams.core.crises import CrisisEvent, Severity
from streams.core.duties import MINUTE, Duties
from streams.core.incident import Incident
from streams.core.times import epoch
from streams.report.account import Answer, Answered, Word


def answers(incident: Incident, events: Sequence[CrisisEvent], duties: Duties, now: float) -> Iterator[Answer]:
    """Say of all that an incident asks of people when it was due, and when it was done.

    What was due hangs on the severity of then: that it was raised later makes nothing late.
    """
    begin, word = incident.opened_at, incident.first_word
    done: tuple[tuple[Literal["acknowledge", "assess", "first_word"], Action | None], ...] = (
        ("acknowledge", incident.acknowledged), ("assess", incident.assessed), ("first_word", word)
    )  # fmt: skip
    over = incident.resolved or (incident.log[-1] if incident.into else None)
    for what, action in done:
        until = action.at if action else over.at if over else now
        due = begin + MINUTE * duties.minutes(what, _severity(incident, events, until), begin)
        needless = action is None and (incident.false_alarm or bool(incident.into) or (what == "assess" and bool(word)))
        yield _answer(what, begin, due, action, late=until > due and not needless, needless=needless)
    yield _answer("close", begin, None, incident.resolved)


def _answer(
    what: Answered,
    begin: float,
    due: float | None,
    action: Action | None,
    *,
    late: bool = False,
    needless: bool = False,
) -> Answer:
    at = action.at if action else None
    minutes = None if at is None else (at - begin) / MINUTE
    by = action.by if action else None
    return Answer(what=what, due=due, at=at, by=by, minutes=minutes, late=late, needless=needless)


def _severity(incident: Incident, events: Sequence[CrisisEvent], at: float) -> Severity:
    """Say how severe it was at a time: what was due then hung on it, not on what it came to later."""
    known = [one for one in events if epoch(one.time) <= max(at, incident.opened_at)]
    return max((Severity[one.data.severity.upper()] for one in known), default=incident.severity)


def public_words(incident: Incident, events: Sequence[CrisisEvent], duties: Duties, now: float) -> list[Word]:
    """Say of each public word until when the next one was to follow, and whether it did; an end is one, too."""
    said = [one for one in incident.log if one.kind == "stated"]
    ends = [one.at for one in incident.log if one.kind in {"resolved", "merged"}]
    words = []
    for number, one in enumerate(said):
        minutes = one.next_minutes or duties.minutes("update", _severity(incident, events, one.at), one.at)
        due = one.at + MINUTE * minutes
        following = min(
            [*(later.at for later in said[number + 1 :]), *(end for end in ends if end >= one.at)], default=None
        )
        kept = following <= due if following is not None else None if now <= due else False
        words.append(
            Word(at=one.at, by=one.by, text=one.text, link=one.link, next_due=due,
                 promised=one.next_minutes is not None, kept=kept)
        )  # fmt: skip
    return words
