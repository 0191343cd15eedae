"""The report of one incident: a page that stands for itself, to be read, printed, filed and learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.core.aftermath import Recovery
from streams.core.comparing import Beside
from streams.core.crises import Interval
from streams.core.times import epoch
from streams.report.account import Account, Answer, Question, Sight
from streams.report.incidentchart import picture
from streams.report.words import Words
from streams.response.course import Course

THINNER = 1.4  # times as late as the one before it is the next update of the alarm that is shown


class Figure(NamedTuple):
    """One of the numbers at the top: what it is, how it is judged, and what it was measured by."""

    label: str
    value: str
    grade: str
    note: str


def render(account: Account, course: Course, words: Words) -> str:
    """Render the report of an incident.

    Parameters
    ----------
    account
        What there is to say.
    course
        What was seen beside what was expected.
    words
        Language and time zone.

    Returns
    -------
    str
        HTML that loads nothing from anywhere and runs no script. Words of posts and people are escaped.
    """
    return _template.render(
        account=account,
        w=words,
        headline=headline(account, words),
        lead=lead(account, words),
        figures=figures(account, words),
        picture=picture(account, course, words, lead(account, words)),
        source=_source(account, words),
        questions=[_question(one, words) for one in account.questions],
        beside=[_beside(one, words) for one in account.beside],
        recovery=_recovery(account.recovery, words) if account.recovery else None,
        few=_few(account.sights),
    )


def headline(account: Account, words: Words) -> str:
    """Say whose incident it is, and of when."""
    return words(
        "title.false" if account.false_alarm else "title.crisis", brand=account.name, date=words.day(account.began)
    )


def lead(account: Account, words: Words) -> list[str]:
    """Say in a few sentences how bad it was, and whether it is over."""
    sentences = []
    if account.peak:
        voices = account.peak.voices
        sentences.append(words("lead.peak", time=words.short(account.peak.at, "%a %H:%M"), **_against(voices, words)))
        if account.peak.negativity is not None:
            sentences.append(words("lead.share", share=words.percent(account.peak.negativity)))
    else:
        gravest = ([one for one in account.sights if one.step in {"opened", "raised"}] or account.sights)[-1]
        voices = gravest.voices
        sentences.append(words("lead.alarm", span=words.span(voices.minutes), **_against(voices, words)))
        sentences.append(words("lead.share", share=words.percent(gravest.negativity.observed)))
    if account.calm is None:
        sentences.append(words("lead.lasting"))
    else:
        lasted = words.span((account.calm - account.began) / 60.0)
        sentences.append(words("lead.calm", date=words.short(account.calm, "%a %H:%M"), span=lasted))
    if account.false_alarm:
        sentences.append(words("lead.false"))
    if account.into:
        sentences.append(words("lead.into", id=account.into))
    if account.parts:
        sentences.append(words("lead.parts", ids=words.listed(account.parts)))
    return sentences


def figures(account: Account, words: Words) -> list[Figure]:
    """Give the four spans by which a response is judged: to detect, to acknowledge, to speak, to close."""
    moments = words("figure.onset", onset=words.clock(account.onset))
    if account.first_post is not None:
        moments = words("figure.first_post", onset=words.clock(account.onset), post=words.clock(account.first_post))
    detect = Figure(words("figure.detect"), words.span(account.detect_minutes), "", moments)
    return [detect, *(_figure(account, one, words) for one in account.answers if one.what != "assess")]


def _figure(account: Account, answer: Answer, words: Words) -> Figure:
    label = words(f"figure.{answer.what}")
    if answer.needless:
        return Figure(label, "–", "", words("figure.needless"))
    over = account.resolved is not None
    value = (
        words("figure.never" if over else "figure.not_yet") if answer.minutes is None else words.span(answer.minutes)
    )
    if answer.due is None:
        return Figure(label, value, "", words("figure.no_due"))
    within = words.span((answer.due - account.alarm) / 60.0)
    if not answer.late:
        return Figure(label, value, "good" if answer.at else "", words("figure.due", span=within))
    return Figure(label, value, "bad", words("figure.missing" if answer.at is None else "figure.late", span=within))


def _against(voices: Interval, words: Words) -> dict[str, str]:
    return {
        "voices": words.count("unit.voices", voices.observed),
        "expected": words.number(voices.expected),
        "upper": words.number(voices.upper),
    }


def _few(sights: Sequence[Sight]) -> list[Sight]:
    """Choose steps to show: all but updates, and of those ever fewer, for most happens at first."""
    shown, since = list[Sight](), 0.0
    for one in sights:
        passed = one.at - sights[0].at
        if one.step != "updated" or passed >= since * THINNER:
            shown.append(one)
            since = passed
    return shown


def _recovery(one: Recovery, words: Words) -> tuple[str, list[str]]:
    """Say whether it goes down, and how fast; then by what that is told."""
    told = words(f"recovery.{one.state.replace(' ', '_')}")
    if one.state == "recovering" and one.half_life is not None:
        half, least = (words.span(60.0 * (hours or 0.0)) for hours in (one.half_life, one.half_life_lower))
        if one.half_life_upper is None:
            told += " " + words("recovery.half_life_open", half=half, least=least)
        else:
            most = words.span(60.0 * one.half_life_upper)
            told += " " + words("recovery.half_life", half=half, least=least, most=most)
    if one.calm_since is not None:
        told += " " + words("recovery.calm", date=words.short(one.calm_since))
    numbers = [
        words("recovery.peak", peak=words.number(one.peak), time=words.short(one.peak_at, "%a %H:%M")),
        words("recovery.excess", excess=words.number(max(0.0, one.excess)), time=words.short(one.at)),
    ]
    if one.share is not None and one.usual_share < 1.0:
        shares = {"share": words.percent(one.share), "usual": words.percent(one.usual_share)}
        numbers.append(words("recovery.share", **shares))
    return told, numbers


def _beside(one: Beside, words: Words) -> tuple[str, str, list[str]]:
    """Say of a measure what it is, how large it is here, and how it stands beside others: of its brand, and all."""
    form = {
        "share": words.percent,
        "hours": lambda value: words.span(60.0 * value),
        "half_life": lambda value: words.span(60.0 * value),
        "acknowledged": words.span,
        "first_word": words.span,
    }.get(one.measure, words.number)
    ranks = [
        words("beside.rank", above=rank.above, of=rank.of, median=form(rank.median))
        if rank.median is not None
        else words("beside.none")
        for rank in (one.brand, one.every)
    ]
    return words(f"beside.{one.measure}"), form(one.value), ranks


def _question(one: Question, words: Words) -> str:
    values: dict[str, object] = {
        "span": words.span(one.minutes or 0.0),
        "steps": words.listed([words(f"steps.{step}") for step in one.steps] or [""]),
        "harms": words.listed([words(f"harm.{kind}") for kind in one.harms] or [""]),
        "voices": words.count("unit.voices", one.number or 0),
    }
    if one.name == "broken":
        return words.count("question.broken", one.number or 0)
    return words(f"question.{one.name}", **values)


def _source(account: Account, words: Words) -> str:
    told = words(f"chart.{account.source}")
    late = account.known_from is not None and account.known_from > account.began
    if late and account.source != "events":
        return f"{told} {words('chart.from', date=words.date(account.known_from or 0.0))}"
    return told


def _clock(moment: str, words: Words) -> str:
    return words.short(epoch(moment), "%a %H:%M")


_environment = Environment(
    loader=PackageLoader("streams"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.filters |= {"clock": _clock, "named": lambda step, words: words(f"steps.{step}")}
_template = _environment.get_template("incident.html.j2")
