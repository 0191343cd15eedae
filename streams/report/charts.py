"""Charts for reports: inline SVG that takes its colours and fonts from the page around it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from streams.report.presenting import INHERITED, presented
from streams.series import Band, Floats, Series

COLOURS = {
    "#010101": "ink",
    "#020202": "muted",
    "#030303": "rule",
    "#040404": "band",
    "#050505": "repeats",
    "#060606": "alarm",
    "#070707": "told",
    "#080808": "expected",
    "#090909": "calm",
}
"""Placeholders in the drawing, and the custom properties of the page that replace them, so that dark mode works."""

INK, MUTED, RULE, BAND, REPEATS, ALARM, TOLD, EXPECTED, CALM = COLOURS


class Size(NamedTuple):
    """Size of a chart in CSS pixels at its natural width, and how many points of a line it can show."""

    width: int
    height: int
    points: int
    ticks: int


DAY = 86_400.0
STEPS = (1, 5, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 4_320, 10_080, 20_160, 43_200)  # minutes between labels
FEWEST = 10  # voices in the hour; a share of fewer says nothing
WIDE, NARROW = Size(1060, 430, 620, 14), Size(350, 400, 360, 5)
ROW = 18  # pixels between labels that stand below each other


class Mark(NamedTuple):
    """Something to point out: a moment (`end` is None) or a span.

    An alarm is drawn so that it cannot be missed, what people did in a colour of its own. The label stands to the right
    of the line, where there is room, so many rows from the top as `row` says.
    """

    label: str
    start: float
    end: float | None = None
    alarm: bool = False
    leftwards: bool = False
    deed: bool = False
    row: int | None = None


class Captions(NamedTuple):
    """What stands above the two parts of a chart, and how a moment is written on its axis by a form of `strftime`."""

    volume: str = "Voices in the last hour"
    tone: str = "Negative share of them"
    written: Callable[[datetime, str], str] = datetime.strftime


def draw(
    one: Series,
    marks: Sequence[Mark],
    span: tuple[float, float],
    size: Size,
    zone: tzinfo,
    title: str,
    about: str,
    captions: Captions = Captions(),  # noqa: B008 - it cannot be changed
) -> str:
    """Draw voices of the last hour above the share of negatives, each with its band.

    Parameters
    ----------
    one
        The brand's series.
    marks
        What to point out.
    span
        From when to when, epoch seconds.
    size
        `WIDE` or `NARROW`.
    zone
        Time zone of the axis.
    title, about
        Told by screen readers in place of the picture.
    captions
        What is written on it.

    Returns
    -------
    str
        An ``<svg>`` element without references to anything outside; the same for the same arguments.
    """
    shown = one.between(*span, size.points)
    salt = f"{one.brand}/{span}/{size}"
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": salt, "font.size": 12.5, "path.simplify_threshold": 0.4}
    ):
        figure = Figure(figsize=(size.width / 72, size.height / 72))
        volume, tone = figure.subplots(2, 1, sharex=True, height_ratios=(1.7, 1))
        left = 40 / size.width
        figure.subplots_adjust(
            left=left, right=1 - 6 / size.width, top=1 - 34 / size.height, bottom=30 / size.height, hspace=0.4
        )
        when = shown.time / DAY
        _banded(volume, when, shown.voices)
        repeats = np.fmax(shown.mentions, shown.voices.seen)
        volume.fill_between(when, shown.voices.seen, repeats, color=REPEATS, linewidth=0)
        enough = np.where(shown.voices.seen >= FEWEST, 1.0, np.nan)
        _banded(tone, when, Band(*(column * enough for column in shown.negativity)))
        top = max(
            10.0,
            float(np.nanmax(shown.mentions, initial=0.0)),
            float(np.nanmax(shown.voices.expected, initial=0.0) * 2),
        )
        rows = max((mark.row + 1 for mark in marks if mark.row is not None), default=0)
        volume.set_ylim(0, top * (1.08 + 0.08 * rows))  # room for labels that would stand on the lines
        volume.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        tone.set_ylim(0, 1)
        tone.set_yticks([0, 0.5, 1])
        tone.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        dress(volume, captions.volume)
        dress(tone, captions.tone)
        volume.set_xlim(span[0] / DAY, span[1] / DAY)
        time_axis(tone, ticks(span, zone, size.ticks, captions.written))
        for mark in marks:
            point_out((volume, tone), mark, span, size)
        drawing = io.StringIO()
        figure.savefig(drawing, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return inline(drawing.getvalue(), title, about)


def _banded(axes: Axes, when: Floats, band: Band) -> None:
    axes.fill_between(when, band.lower, band.upper, color=BAND, linewidth=0)
    axes.plot(when, band.expected, color=EXPECTED, linewidth=1.1, dashes=(4, 2.5))
    axes.plot(when, band.seen, color=INK, linewidth=1.7, solid_joinstyle="round")


def dress(axes: Axes, title: str) -> None:
    """Take away what distracts, and write the title above the axes."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=MUTED, pad=5)
    axes.annotate(
        title,
        (0, 1),
        xycoords=("figure fraction", "axes fraction"),
        xytext=(0, 13),
        textcoords="offset points",
        color=INK,
        fontweight="bold",
        parse_math=False,
    )


def time_axis(axes: Axes, marks: Sequence[tuple[float, str]]) -> None:
    """Write times below the axes, which count in days."""
    axes.set_xticks([time / DAY for time, _ in marks], [label for _, label in marks])
    axes.spines["bottom"].set(visible=True, color=MUTED, linewidth=0.8)
    axes.tick_params(axis="x", length=4, color=MUTED)


def ticks(
    span: tuple[float, float], zone: tzinfo, most: int, written: Callable[[datetime, str], str] = datetime.strftime
) -> list[tuple[float, str]]:
    """Choose round local times for an axis, with their labels.

    Parameters
    ----------
    span
        From when to when, epoch seconds.
    zone
        Whose midnights count.
    most
        How many labels there is room for.
    written
        Writes a moment by a form of `strftime`.

    Examples
    --------
    >>> from datetime import UTC
    >>> [label for _, label in ticks((0.0, 6 * 3600.0), UTC, 5)]
    ['00:00', '02:00', '04:00']
    """
    start, end = span
    step = next((step for step in STEPS if (end - start) / 60 / step <= most), STEPS[-1])
    form = "%H:%M" if step < 1_440 else "%a %-d" if step < 10_080 else "%-d %b"
    midnight = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    count = int((end - start) // 60 // step) + 1 + 1_440 // step
    moments = (midnight + timedelta(minutes=step * number) for number in range(count + 1))  # by the wall's clock
    edge = end - 0.04 * (end - start)  # where a label would be cut off
    return [(one.timestamp(), written(one, form)) for one in moments if start <= one.timestamp() < edge]


def point_out(all_axes: Sequence[Axes], mark: Mark, span: tuple[float, float], size: Size) -> None:
    """Draw a mark through axes that stand above each other, with its label in the first."""
    colour = ALARM if mark.alarm else CALM if mark.deed else TOLD
    height = mark.row * ROW if mark.row is not None else 0 if mark.alarm else ROW
    start = max(mark.start, span[0]) / DAY
    for axes in all_axes:
        if mark.end is not None:
            axes.axvspan(start, min(mark.end, span[1]) / DAY, color=colour, alpha=0.14, linewidth=0)
        axes.axvline(start, color=colour, linewidth=2 if mark.alarm else 1, dashes=(1, 0) if mark.alarm else (2, 2))
    share = (start * DAY - span[0]) / (span[1] - span[0])
    leftwards = mark.leftwards or share > (0.5 if size is NARROW else 0.8)
    all_axes[0].annotate(
        mark.label,
        (start, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-6 if leftwards else 6, -4 - height),
        textcoords="offset points",
        ha="right" if leftwards else "left",
        va="top",
        color=colour,
        fontweight="bold" if mark.alarm else "normal",
        parse_math=False,  # a dollar sign in a name is no formula
    )


_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_ROOT = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")
_NOISE = re.compile(r" transform=\"rotate\(-0[^\"]*\"|\n(?=[LCQz])")
_NUMBER = re.compile(r"(\d+\.\d)\d+")
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?:url\(|href=")#([^")]*)')


def inline(drawing: str, title: str, about: str) -> str:
    """Make a stand-alone SVG document an element of a page: named, small, and coloured by the page."""
    drawing = presented(_METADATA.sub("", _PROLOGUE.sub("", drawing)))
    drawing = _NOISE.sub("", _NUMBER.sub(r"\1", drawing))
    needed = set(_REFERENCE.findall(drawing))  # all else would be there twice, once for each size
    drawing = _ID.sub(lambda name: name[0] if name[1] in needed else "", drawing)
    for placeholder, name in COLOURS.items():
        drawing = drawing.replace(placeholder, f"var(--{name})")
    words = f"<title>{html.escape(title)}</title><desc>{html.escape(about)}</desc>"
    return _ROOT.sub(lambda root: f'<svg viewBox="{root[1]}" {INHERITED} role="img">{words}', drawing, count=1)
