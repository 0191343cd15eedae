"""The sections of a report, as the template takes them: crises, brands, and what happened beside what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from streams.core.crises import CrisisEvent, Interval, TellingPost, Term
from streams.core.readings import Reading
from streams.core.times import epoch
from streams.report import charts
from streams.report.charts import Mark
from streams.report.frame import Frame
from streams.series import Series
from streams.told import Verdict, moment, pages

BEFORE, AFTER = 5 * 3_600.0, 8 * 3_600.0


class Picture(NamedTuple):
    """A chart at two sizes; the page shows the one that fits."""

    wide: Markup
    narrow: Markup


class Finding(NamedTuple):
    """One line of evidence: what was measured over which span, seen beside expected."""

    what: str
    seen: str
    expected: str
    ordinary: str


class Speakers(NamedTuple):
    """Who is behind the posts of a crisis: the verdict, the numbers, and the text that was repeated most."""

    verdict: str
    minutes: str
    numbers: list[tuple[str, str]]
    excerpt: str | None


class Crisis(NamedTuple):
    """A crisis that paged somebody, as the page tells it."""

    brand: str
    began: str
    alarm: str
    reason: str
    steps: list[tuple[str, str]]
    findings: list[Finding]
    speakers: Speakers | None
    terms: list[Term]
    first: list[tuple[str, TellingPost]]
    telling: list[tuple[str, TellingPost]]
    picture: Picture


class Happening(NamedTuple):
    """One thing that happened, what was counted of it, and how the alarms did on it."""

    verdict: Verdict
    brand: str
    when: str
    posts: int
    voices: int
    negative: str


def crisis(steps: Sequence[CrisisEvent], one: Series, frame: Frame) -> Crisis:
    """Tell a crisis that paged somebody, from all its steps.

    What was measured is shown as it stood at the alarm, words and posts as of the gravest step, when more were known.
    """
    page = next(event for event in steps if pages(event))
    gravest = [event for event in steps if event.step in {"opened", "raised"}][-1]
    heard = moment(page) + frame.delay
    name, alarm = frame.name(one.brand), frame.when(heard, "%H:%M")
    marks, began = [Mark(f"alarm {alarm}", heard, alarm=True)], epoch(page.data.onset)
    for told in frame.told:
        if told.crisis and told.brand == one.brand and told.start <= heard <= told.end:
            began = told.start
            if began >= heard - BEFORE:
                marks.append(Mark(f"first post {frame.when(began, '%H:%M')}", began, leftwards=True))
    return Crisis(
        brand=name,
        began=frame.when(began),
        alarm=alarm,
        reason=page.data.reason,
        steps=[
            (frame.when(moment(event) + frame.delay, "%a %H:%M"), _step(event))
            for event in steps
            if event.step != "updated"
        ],
        findings=_findings(page),
        speakers=_speakers(page),
        terms=gravest.data.terms,
        first=_timed(page.data.first_posts, frame),
        telling=_timed(gravest.data.telling_posts, frame),
        picture=_picture(
            one,
            marks,
            (heard - BEFORE, min(heard + AFTER, float(one.time[-1]))),
            frame,
            f"{name}: voices and share of negatives around the alarm",
            f"The alarm came at {frame.when(heard)}. {page.data.reason}",
        ),
    )


def _timed(posts: Sequence[TellingPost], frame: Frame) -> list[tuple[str, TellingPost]]:
    return [(frame.when(epoch(post.created_at), "%H:%M"), post) for post in posts]


def _step(event: CrisisEvent) -> str:
    return "closed" if event.step == "closed" else f"{event.step}, {event.data.severity}"


def _findings(page: CrisisEvent) -> list[Finding]:
    data = page.data

    def line(what: str, one: Interval, form: str) -> Finding:
        ordinary = f"{one.lower:{form}} to {one.upper:{form}}"
        return Finding(f"{what} {one.minutes:.0f} min", f"{one.observed:{form}}", f"{one.expected:{form}}", ordinary)

    return [
        line("Voices in", data.voices, ".0f"),
        line("Negative voices in", data.negatives, ".0f"),
        line("Negative share over", data.negativity, ".0%"),
    ]


def _speakers(page: CrisisEvent) -> Speakers | None:
    crowd = page.data.crowd
    if crowd is None:
        return None
    numbers = [
        ("posts", f"{crowd.posts:,}"),
        ("independent voices", f"{crowd.voices:,}"),
        ("known authors", f"{crowd.authors:,}"),
        ("copies and reposts", f"{crowd.repeated:.0%}"),
        ("by the busiest author", f"{crowd.busiest_author:.0%}"),
    ]
    largest = crowd.largest_family
    if largest:
        numbers.append(("times the most repeated text", f"{largest.posts:,}"))
    if page.data.harm:
        numbers += [(f"voices of {kind}", f"{voices:,}") for kind, voices in page.data.harm.kinds.items()]
    minutes = f"{crowd.minutes:.0f} min"
    return Speakers(page.data.independence, minutes, numbers, largest.excerpt if largest else None)


def overview(one: Series, episodes: Sequence[Sequence[CrisisEvent]], frame: Frame) -> Picture:
    """Draw the whole time of a brand, with its alarms and what is known to have happened."""
    pageable = [next((step for step in steps if pages(step)), None) for steps in episodes]
    alarms = [event for event in pageable if event and event.data.brand == one.brand]
    marks = [Mark(told.title, told.start, told.end) for told in frame.told if told.brand == one.brand]
    marks += [Mark("alarm", moment(event) + frame.delay, alarm=True) for event in alarms]
    name = frame.name(one.brand)
    about = "; ".join(f"{mark.label}: {frame.when(mark.start)}" for mark in marks) or "Nothing out of the ordinary."
    whole = float(one.time[0]) - 60, float(one.time[-1])
    return _picture(one, marks, whole, frame, f"{name}: voices and share of negatives, whole time", about)


def _picture(
    one: Series, marks: Sequence[Mark], span: tuple[float, float], frame: Frame, title: str, about: str
) -> Picture:
    drawings = (charts.draw(one, marks, span, size, frame.zone, title, about) for size in (charts.WIDE, charts.NARROW))
    return Picture(*map(Markup, drawings))  # charts escape the words they are given


def happening(verdict: Verdict, readings: Sequence[Reading], frame: Frame) -> Happening:
    """Count what was seen of one thing that happened."""
    told = verdict.told
    seen = [one for one in readings if one.brand == told.brand and told.start - 60 < one.bucket < told.end]
    voices = sum(one.voices.observed for one in seen)
    return Happening(
        verdict=verdict,
        brand=frame.name(told.brand),
        when=frame.when(told.start, "%a %-d %b, %H:%M"),
        posts=sum(one.mentions for one in seen),
        voices=int(voices),
        negative=f"{sum(one.negatives for one in seen) / voices:.0%}" if voices else "–",
    )
