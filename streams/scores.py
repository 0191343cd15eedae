"""How the alarms of a history did: time to detect, precision and recall, false pages and notices a week."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from streams.core.crises import CrisisEvent
from streams.told import Judgement, Told, about_brands, judge, pages

WEEK_SECONDS = 604_800.0


class Span(msgspec.Struct, frozen=True):
    """From when to when a brand was watched, epoch seconds."""

    start: float
    end: float


class Alarm(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.backtest.alarm"):
    """One crisis that larum opened, from beginning to end; what it says is as of its gravest step.

    Parameters
    ----------
    brand, severity, kinds, onset, reason
        As in the crisis event.
    seen
        When it was opened, or when it became a page where it did so later; RFC 3339.
    closed
        When it was closed; None where it is open at the end.
    page
        Whether it woke anybody.
    known
        The known crisis it is put down to; None where there is none.
    """

    brand: str
    severity: str
    kinds: list[str]
    onset: str
    seen: str
    closed: str | None
    page: bool
    known: str | None
    reason: str


class Score(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.backtest.score"):
    """What the alarms of one brand come to, or those of all (`brand` is None).

    Parameters
    ----------
    weeks
        Watched, on the calendar: brands side by side do not add up.
    known, caught, late, missed
        Known crises, and how many of them paged somebody before their end, only after it, or never.
    pages, false_pages, notices
        Crises opened that woke somebody, those of them that are for no known crisis, and those that woke nobody.
        Without a list of known crises nobody can say which pages are false: None.
    pages_a_week, false_pages_a_week, notices_a_week
        The same for each week watched.
    precision, recall
        Part of the pages that are for a known crisis, and part of the known crises that were caught.
    median_minutes, most_minutes
        From the start of a known crisis to the moment when a person heard of it, over those that paged somebody.
    """

    brand: str | None
    weeks: float
    known: int
    caught: int
    late: int
    missed: int
    pages: int
    false_pages: int | None
    notices: int
    pages_a_week: float
    false_pages_a_week: float | None
    notices_a_week: float
    precision: float | None
    recall: float | None
    median_minutes: float | None
    most_minutes: float | None


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """A history judged: its alarms, how each known crisis went, scores by brand, and that of the whole."""

    alarms: list[Alarm]
    judgement: Judgement
    brands: list[Score]
    whole: Score


def backtest(
    known: Sequence[Told], events: Sequence[CrisisEvent], spans: Mapping[str, Span], delay: float = 0.0
) -> Backtest:
    """Score the alarms of a history.

    Parameters
    ----------
    known
        The crises that happened; empty where nobody knows.
    events
        Every crisis event, in order.
    spans
        How long each brand was watched.
    delay
        Seconds from an event's own time to when a person hears of it.

    Returns
    -------
    Backtest

    Examples
    --------
    >>> result = backtest([], [], {"orlen": Span(0.0, 1_209_600.0)})
    >>> result.whole.weeks, result.whole.pages_a_week, result.whole.precision
    (2.0, 0.0, None)
    """
    events = about_brands(events)
    judgement = judge(known, events, delay)
    everything = Span(
        min((span.start for span in spans.values()), default=0.0),
        max((span.end for span in spans.values()), default=0.0),
    )
    brands = [
        _score(
            brand,
            [told for told in known if told.brand == brand],
            [event for event in events if event.data.brand == brand],
            span,
            delay,
            judged=bool(known),
        )
        for brand, span in sorted(spans.items())
    ]
    return Backtest(
        alarms=gathered(events, judgement),
        judgement=judgement,
        brands=brands,
        whole=_score(None, known, events, everything, delay, judged=bool(known)),
    )


def gathered(events: Iterable[CrisisEvent], judgement: Judgement | None = None) -> list[Alarm]:
    """Gather the steps of each crisis into one alarm, in order of their opening; see `Alarm.known` for `judgement`."""
    verdicts = judgement.verdicts if judgement else []
    known = {subject: verdict.told.title for verdict in verdicts for subject in verdict.subjects}
    steps: dict[str, list[CrisisEvent]] = {}
    for event in events:
        steps.setdefault(event.subject, []).append(event)
    return [_alarm(its, known.get(subject)) for subject, its in steps.items()]


def _alarm(steps: Sequence[CrisisEvent], known: str | None) -> Alarm:
    first = next((step for step in steps if pages(step)), steps[0])
    gravest = [step for step in steps if step.step in {"opened", "raised"}][-1].data
    return Alarm(
        brand=gravest.brand,
        severity=gravest.severity,
        kinds=list(gravest.kinds),
        onset=gravest.onset,
        seen=first.time,
        closed=steps[-1].time if steps[-1].step == "closed" else None,
        page=pages(first),
        known=known,
        reason=gravest.reason,
    )


def _score(
    brand: str | None, known: Sequence[Told], events: Sequence[CrisisEvent], span: Span, delay: float, *, judged: bool
) -> Score:
    judgement = judge(known, events, delay)
    crises = sum(told.crisis for told in known)
    grades = [verdict.grade for verdict in judgement.verdicts]
    minutes = [verdict.minutes for verdict in judgement.verdicts if verdict.minutes is not None]
    subjects = {event.subject for event in events}
    paged = len({event.subject for event in events if pages(event)})
    weeks = (span.end - span.start) / WEEK_SECONDS
    false = judgement.false_pages if judged else None
    notices = len(subjects) - paged
    return Score(
        brand=brand,
        weeks=round(weeks, 3),
        known=crises,
        caught=grades.count("caught"),
        late=grades.count("late"),
        missed=grades.count("missed"),
        pages=paged,
        false_pages=false,
        notices=notices,
        pages_a_week=_rate(paged, weeks),
        false_pages_a_week=None if false is None else _rate(false, weeks),
        notices_a_week=_rate(notices, weeks),
        precision=round(1 - false / paged, 3) if paged and false is not None else None,
        recall=round(grades.count("caught") / crises, 3) if crises else None,
        median_minutes=round(statistics.median(minutes), 2) if minutes else None,
        most_minutes=round(max(minutes), 2) if minutes else None,
    )


def _rate(count: int, weeks: float) -> float:
    return round(count / weeks, 3) if weeks else 0.0
