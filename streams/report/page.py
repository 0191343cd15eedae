"""The page: everything a report shows, rendered by one template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.report.frame import Frame
from streams.report.sections import crisis, happening, overview
from streams.series import series
from streams.told import Judgement, about_brands, judge, moment, pages

CLOSE_UPS = 6  # crises shown at length; a report that nobody reads to its end helps nobody


def write_report(
    path: Path, readings: Sequence[Reading], events: Sequence[CrisisEvent], frame: Frame | None = None
) -> None:
    """Write the report to a file; see `render`."""
    path.write_text(render(readings, events, frame), encoding="utf-8")


def render(readings: Sequence[Reading], events: Sequence[CrisisEvent], frame: Frame | None = None) -> str:
    """Render a report.

    Parameters
    ----------
    readings
        What the watch saw, in order of time.
    events
        What it said of the same brands, in order.
    frame
        Names, time zone, and what is known to have happened.

    Returns
    -------
    str
        HTML that loads nothing from anywhere and runs no script. Words of posts are escaped.

    Examples
    --------
    >>> "No crisis" in render([], [])
    True
    """
    frame = frame or Frame()
    lines = series(readings)
    judgement = judge(frame.told, events, frame.delay) if frame.told else None
    episodes = _episodes(about_brands(events))
    silences = _episodes([event for event in events if event.data.silent_source])
    paged = [steps for steps in episodes if any(map(pages, steps))]
    return _template.render(
        frame=frame,
        headline=headline(paged, judgement, readings, frame),
        span=_span(readings, frame),
        figures=_figures(readings, paged, judgement),
        judgement=judgement,
        crises=[crisis(steps, lines[steps[0].data.brand], frame) for steps in paged[:CLOSE_UPS]],
        unshown=max(0, len(paged) - CLOSE_UPS),
        brands=[(frame.name(brand), overview(one, episodes, frame)) for brand, one in lines.items()],
        happenings=[happening(verdict, readings, frame) for verdict in judgement.verdicts] if judgement else [],
        notices=[(frame.name(steps[0].data.brand), frame.when(moment(steps[0])), steps[0].data.reason)
                 for steps in episodes if not any(map(pages, steps))],
        silences=[(steps[0].data.silent_source, frame.when(moment(steps[0])), steps[-1].data.reason)
                  for steps in silences],
        models=sorted({event.data.model for event in events}),
    )  # fmt: skip


def headline(
    paged: Sequence[Sequence[CrisisEvent]], judgement: Judgement | None, readings: Sequence[Reading], frame: Frame
) -> str:
    """Say the main thing in one sentence."""
    crises = [verdict for verdict in judgement.verdicts if verdict.told.crisis] if judgement else []
    if len(crises) == 1:
        (verdict,) = crises
        brand = frame.name(verdict.told.brand)
        if verdict.minutes is None:
            return f"{brand}: the crisis raised no alarm."
        return f"{brand}: the alarm came {verdict.minutes:.0f} minutes after the first post."
    days = round((readings[-1].bucket - readings[0].bucket) / 86_400) if readings else 0
    within = f" in {days} days" if days > 1 else ""
    if not paged:
        return f"No crisis{within}."
    first = next(event for event in paged[0] if pages(event))
    if len(paged) == 1:
        return f"One crisis{within}: {frame.name(first.data.brand)}, {frame.when(moment(first))}."
    return f"{len(paged)} crises{within}, the first at {frame.name(first.data.brand)}, {frame.when(moment(first))}."


def _episodes(events: Sequence[CrisisEvent]) -> list[list[CrisisEvent]]:
    """Gather the steps of each crisis, in order of its first."""
    by_subject: dict[str, list[CrisisEvent]] = {}
    for event in events:
        by_subject.setdefault(event.subject, []).append(event)
    return list(by_subject.values())


def _span(readings: Sequence[Reading], frame: Frame) -> str:
    if not readings:
        return ""
    first, last = (frame.when(time, "%-d %B %Y") for time in (readings[0].bucket, readings[-1].bucket))
    return f"{first} – {last}"


def _figures(
    readings: Sequence[Reading], paged: Sequence[Sequence[CrisisEvent]], judgement: Judgement | None
) -> list[tuple[str, str]]:
    """Give the few numbers that stand at the top."""
    figures = [
        (f"{sum(reading.mentions for reading in readings):,}", "posts named a brand"),
        (f"{len(paged)}", "crisis" if len(paged) == 1 else "crises"),
    ]
    if judgement:
        crises = [verdict for verdict in judgement.verdicts if verdict.told.crisis]
        caught = sum(verdict.grade == "caught" for verdict in crises)
        figures += [(f"{caught} of {len(crises)}", "known crises caught")] if len(crises) > 1 else []
        late = [verdict.minutes for verdict in judgement.verdicts if verdict.minutes is not None]
        figures += [(f"{max(late):.0f} min", "from first post to alarm")] if late else []
        figures += [(f"{judgement.false_pages}", "false page" if judgement.false_pages == 1 else "false pages")]
    return figures


_template = Environment(
    loader=PackageLoader("streams"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("report.html.j2")
