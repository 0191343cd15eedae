"""The chart of an incident, wide and narrow: what was seen and expected, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from streams.report import charts
from streams.report.account import Account
from streams.report.charts import Captions, Mark
from streams.report.sections import Picture
from streams.report.words import Words
from streams.response.course import Course
from streams.series import Series

MARGIN = 4 * 3_600.0  # shown before the onset
LEAST = 6 * 3_600.0  # of time on a chart
ROOM = 0.25  # of a chart, for a label to the left of its line


def picture(account: Account, course: Course, words: Words, told: Sequence[str]) -> Picture | None:
    """Draw what was seen beside what was expected, with what happened when; None where nothing is known.

    Parameters
    ----------
    account
        What there is to say.
    course
        What was seen beside what was expected.
    words
        Language and time zone.
    told
        Sentences that tell the picture to whoever cannot see it.
    """
    one = course.series
    if not len(one.time):
        return None
    events = course.source == "events"
    start, end = _span(account, one)
    captions = Captions(
        words("chart.volume_events" if events else "chart.volume"),
        words("chart.tone_events" if events else "chart.tone"),
        lambda moment, form: words.short(moment.timestamp(), form),
    )
    about = words("chart.alt", brand=account.name, **{"from": words.date(start), "until": words.date(end)})
    about = " ".join([f"{about}.", *told])
    drawings = (
        charts.draw(
            one,
            _marks(account, (start, end), words),
            (start, end),
            size,
            words.zone,
            words("chart.title"),
            about,
            captions,
        )
        for size in (charts.WIDE, charts.NARROW)
    )
    return Picture(*map(Markup, drawings))  # charts escape the words they are given


def _span(account: Account, one: Series) -> tuple[float, float]:
    start = max(account.began - MARGIN, min(account.began, float(one.time[0])) - 1_800.0)
    end = max(float(one.time[-1]), account.alarm + 60.0)
    return min(start, end - LEAST) if end - start < LEAST else start, end


def _marks(account: Account, span: tuple[float, float], words: Words) -> list[Mark]:
    def mark(name: str, at: float, row: int, **how: bool) -> Mark:
        return Mark(f"{words(f'chart.{name}')} {words.clock(at)}", at, row=row, **how)

    marks = [
        mark("onset", account.onset, 1, leftwards=account.onset - span[0] > ROOM * (span[1] - span[0])),
        mark("alarm", account.alarm, 0, alarm=True),
    ]
    word, resolved = account.answer("first_word").at, account.resolved
    marks += [mark("first_word", word, 2, deed=True)] if word else []
    return marks + ([mark("closed", resolved, 3, deed=True)] if resolved else [])
