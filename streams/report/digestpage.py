"""The digest of a week as a page, or as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from streams.core.judged import Stated
from streams.printing import printable
from streams.report.digest import Digest, Handled, Watched
from streams.report.heard import HOUR
from streams.report.spark import spark
from streams.report.words import Words

MOST_BRANDS = 40  # shown one by one; a digest that nobody reads to its end helps nobody


class Line(NamedTuple):
    """A brand as the table shows it."""

    brand: Watched
    spark: Markup
    change: str
    negative: str
    heard: str


def render(digest: Digest, words: Words) -> str:
    """Render a week as HTML that loads nothing from anywhere and runs no script."""
    spoken = [one for one in digest.brands if one.mentions or one.alarms]
    return _template.render(
        digest=digest,
        w=words,
        headline=headline(digest, words),
        lead=lead(digest, words),
        figures=_figures(digest, words),
        lines=[_line(one, digest, words) for one in spoken[:MOST_BRANDS]],
        rest=spoken[MOST_BRANDS:],
        unspoken=len(digest.brands) - len(spoken),
        answered=lambda one, minutes, late: _answered(one, minutes, words, late=late),
        kept=_kept(digest.month_cost.stated, words),
        costs=[(words.count("digest_cost.week", cost.days), cost) for cost in (digest.week_cost, digest.month_cost)],
        borne=lambda number: _borne(number, words),
    )


def headline(digest: Digest, words: Words) -> str:
    """Say in a few words what kind of a week it was."""
    number, false = len(digest.incidents), sum(one.false_alarm for one in digest.incidents)
    what = words.count("digest.alarms", number) if number else words("digest.quiet")
    what += f", {words.count('digest.false', false)}" if false else ""
    return words("digest.title", week=digest.week.replace("-", "\N{NON-BREAKING HYPHEN}"), what=what)


def lead(digest: Digest, words: Words) -> list[str]:
    """Say whether everything was answered, and what is not known."""
    sentences = []
    late = sum(one.acknowledge_late or one.word_late for one in digest.incidents)
    if not digest.incidents:
        sentences.append(words("digest.nothing"))
    else:
        single = "it_" if len(digest.incidents) == 1 else ""
        some = words("digest.it_late") if single else words.count("digest.late", late)
        sentences.append(some if late else words(f"digest.{single}in_time"))
    if digest.written < digest.end:
        sentences.append(words("digest.running", time=words.short(digest.written)))
    if digest.recorded is None:
        sentences.append(words("digest.unrecorded"))
    elif digest.recorded < 0.995:
        sentences.append(words("digest.partly", share=words.percent(digest.recorded)))
    return sentences


def lines(digest: Digest, words: Words) -> Iterator[str]:
    """Tell a week in a few lines of plain text."""
    yield headline(digest, words)
    yield " ".join(lead(digest, words))
    for label, value in _figures(digest, words):
        yield f"  {value:>9}  {label}"
    for one in digest.incidents:
        yield f"  {words.short(one.alarm)}  {printable(one.name)}, {_in_short(one, words)}"
    for silence in digest.silences:
        until = words("digest_silence.open") if silence.end is None else words.short(silence.end)
        yield f"  {printable(silence.source)}: {words.short(silence.start)} – {until} ({silence.hours:.1f} h)"
    for cost in (digest.week_cost, digest.month_cost):
        borne = words("digest_cost.of", number=_borne(cost.stated.borne, words))
        pages = f"{words('digest_cost.pages')} {cost.pages}, {words('digest_cost.false')} {cost.stated.false}"
        yield f"  {words.count('digest_cost.week', cost.days)}: {pages}, {borne}"


def _in_short(one: Handled, words: Words) -> str:
    answers = "; ".join(
        f"{words(f'digest_incident.{what}')}: {_answered(one, minutes, words, late=late)}"
        for what, minutes, late in (
            ("acknowledged", one.acknowledge_minutes, one.acknowledge_late),
            ("word", one.word_minutes, one.word_late),
            ("closed", one.close_minutes, False),
        )
    )
    false = f", {words('digest_incident.false')}" if one.false_alarm else ""
    return f"{words(f'severity.{one.severity}').lower()}{false}; {answers}"


def _figures(digest: Digest, words: Words) -> list[tuple[str, str]]:
    unknown = words("digest_figure.unknown")
    known = [one for one in digest.brands if one.coverage is not None]
    mentions = sum(one.mentions for one in known)
    weights = sum(max(1, one.mentions) for one in known)
    heard = sum((one.coverage or 0.0) * max(1, one.mentions) for one in known) / weights if weights else None
    return [
        (words("digest_figure.posts"), words.number(mentions) if known else unknown),
        (words("digest_figure.alarms"), words.number(len(digest.incidents))),
        (words("digest_figure.notices"), words.number(len(digest.notices))),
        (words("digest_figure.heard"), _share(heard, words) if heard is not None else unknown),
    ]


def _line(one: Watched, digest: Digest, words: Words) -> Line:
    most = max([hour for hour in one.hours if hour is not None], default=0)
    title = words("digest_brand.spark", brand=one.name, most=words.number(most))
    marks = [(alarm - digest.start) / HOUR for alarm in one.alarms]
    unknown = words("digest_brand.unknown")
    return Line(
        brand=one,
        spark=spark(one.hours, marks, title),
        change=unknown if not one.before else _change(one.mentions / one.before - 1.0, words),
        negative=words.percent(one.negatives / one.voices) if one.voices else "–",
        heard=unknown if one.coverage is None else _share(one.coverage, words),
    )


def _change(change: float, words: Words) -> str:
    if abs(change) < 0.005:
        return words("digest_brand.same")
    return words("digest_brand.more" if change > 0 else "digest_brand.less", change=words.percent(abs(change)))


def _share(share: float, words: Words) -> str:
    """Write a share so that what is nearly all is not all."""
    return words.percent(share) if share == 1.0 or share < 0.99 else words.decimal(100.0 * min(share, 0.9999), 2) + "%"


def _answered(one: Handled, minutes: float | None, words: Words, *, late: bool) -> str:
    if minutes is None:
        over = one.state in {"resolved", "reviewed", "merged"}
        said = "–" if one.false_alarm else words("digest_incident.never" if over else "digest_incident.not_yet")
    else:
        said = words.span(minutes)
    return f"{said}, {words('digest_incident.late')}" if late else said


def _kept(one: Stated, words: Words) -> str:
    """Say whether the budget of false alarms is kept, as far as people's words go."""
    kept = {True: "kept", False: "broken", None: "unknown"}[one.kept]
    told = words(f"digest_cost.{kept}", least=words.decimal(one.least, 1), most=words.decimal(one.most, 1))
    return f"{told} {words.count('digest_cost.unjudged', one.unjudged)}" if one.unjudged else told


def _borne(number: float, words: Words) -> str:
    return words.decimal(number, 0 if number >= 10 else 1 if number >= 1 else 2)


_template = Environment(
    loader=PackageLoader("streams"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("digest.html.j2")
