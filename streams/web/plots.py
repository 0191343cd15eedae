"""What was seen beside what was expected, drawn for the pages: outside the event loop, one at a time, and kept."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import matplotlib as mpl
import numpy as np
from aiohttp import web
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from streams.core.traces import BIN_SECONDS
from streams.report.charts import (
    BAND,
    DAY,
    EXPECTED,
    INK,
    Captions,
    Mark,
    Size,
    draw,
    dress,
    inline,
    point_out,
    ticks,
    time_axis,
)
from streams.series import Series
from streams.web.lastday import LastDay
from streams.web.texts import Texts

T = TypeVar("T")

KEPT = 256  # drawings
WIDE, NARROW = Size(680, 300, 520, 9), Size(330, 250, 300, 4)
PATIENCE = 0.1  # seconds that a page waits for its drawing
LOWEST = 6.0  # height of the axis at least: a single voice is no peak


class Plot(NamedTuple):
    """A drawing for wide and for narrow screens; `whole` where it has the range of the ordinary and repeats too."""

    wide: Markup
    narrow: Markup
    whole: bool


class Subject(NamedTuple):
    """What is drawn.

    Parameters
    ----------
    brand
        Its name.
    figures
        The main ones in words, for who does not see the drawing.
    span
        From when to when, epoch seconds.
    marks
        What to point out.
    data
        Minute by minute, or in quarters of an hour.
    """

    brand: str
    figures: str
    span: tuple[float, float]
    marks: Sequence[Mark]
    data: Series | LastDay


class Plots:
    """Draws in a thread of its own, for the library is not made for several, and keeps what was drawn."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "plots")
        self._thread.submit(_nothing)  # the first drawing takes long: fonts are looked for
        self._tasks: OrderedDict[Hashable, tuple[Hashable, asyncio.Task[Plot | None]]] = OrderedDict()
        self._drawn: dict[Hashable, Plot | None] = {}

    async def get(
        self, what: Hashable, state: Hashable, t: Texts, subject: Callable[[], Awaitable[Subject | None]]
    ) -> Plot | None:
        """Give the drawing of something in a state; draw it where nobody has asked for it yet.

        Parameters
        ----------
        what, state
            What is drawn, and all that its drawing hangs on.
        t
            Words.
        subject
            Gives what is drawn.

        Returns
        -------
        Plot | None
            The drawing of the last state where that of this one takes long; None where there is nothing to draw.

        Raises
        ------
        TimeoutError
            The first drawing is not done yet, and will be there when it is asked for again.
        """
        key = what, t.lang
        known, task = self._tasks.get(key, (None, None))
        if task is None or (task.done() and (known != state or task.exception())):
            task = asyncio.create_task(self._draw(key, t, subject))
            self._tasks[key] = state, task
        self._tasks.move_to_end(key)
        while len(self._tasks) > KEPT:
            self._drawn.pop(self._tasks.popitem(last=False)[0], None)
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(task)
        except TimeoutError:
            if key in self._drawn:
                return self._drawn[key]
            raise

    async def in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        """Call what draws, in the thread of those who draw."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _draw(self, key: Hashable, t: Texts, subject: Callable[[], Awaitable[Subject | None]]) -> Plot | None:
        found = await subject()
        plot = await self.in_thread(drawn, found, t) if found else None
        self._drawn[key] = plot
        return plot


PLOTS = web.AppKey("plots", Plots)


def drawn(subject: Subject, t: Texts) -> Plot:
    """Draw a subject for both widths."""
    captions = Captions(t("seen.plot_hour"), t("seen.plot_share"), _moment(t))
    title = t("seen.title")
    about = t(
        "seen.plot_about",
        brand=subject.brand,
        start=t.when(subject.span[0]),
        end=t.when(subject.span[1]),
        figures=subject.figures,
    )
    data = subject.data
    if isinstance(data, Series):
        wide, narrow = (
            draw(data, subject.marks, subject.span, size, t.zone, title, about, captions) for size in (WIDE, NARROW)
        )
    else:
        captions = captions._replace(volume=t("seen.plot"))
        wide, narrow = (_quarters(data, subject, size, t, captions, inlined=(title, about)) for size in (WIDE, NARROW))
    return Plot(_classed(wide), _classed(narrow), isinstance(data, Series))


def _nothing() -> None:
    row = np.zeros(1, np.float32)
    day = LastDay(np.array([0.0, BIN_SECONDS]), row, row, 0.0, 0.0)
    drawn(Subject("", "", (0.0, DAY), (), day), Texts("en", UTC, 0.0))


def _quarters(
    day: LastDay, subject: Subject, size: Size, t: Texts, captions: Captions, inlined: tuple[str, str]
) -> str:
    """Draw voices in quarters of an hour as steps, with their expectation."""
    start, end = subject.span
    within = (day.edges[1:] > start) & (day.edges[:-1] < end)
    voices, expected = day.voices[within], day.expected[within]
    when = day.edges[np.append(within, False) | np.append(False, within)] / DAY
    salt = f"{subject.brand}/{subject.span}/{size}"
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt, "font.size": 12.5}):
        figure = Figure(figsize=(size.width / 72, size.height / 72))
        axes = figure.subplots()
        figure.subplots_adjust(
            left=34 / size.width, right=1 - 6 / size.width, top=1 - 34 / size.height, bottom=30 / size.height
        )
        if len(voices):
            axes.stairs(voices, when, fill=True, color=BAND, linewidth=0)
            axes.stairs(voices, when, color=INK, linewidth=1.7, baseline=None)
            axes.stairs(expected, when, color=EXPECTED, linewidth=1.3, linestyle=(0, (4, 2.5)), baseline=None)
        top = max(LOWEST, float(voices.max(initial=0.0)), 1.5 * float(expected.max(initial=0.0)))
        axes.set_ylim(0, 1.22 * top)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.set_xlim(start / DAY, end / DAY)
        dress(axes, captions.volume)
        time_axis(axes, ticks(subject.span, t.zone, size.ticks, captions.written))
        for mark in subject.marks:
            point_out((axes,), mark, subject.span, size)
        drawing = io.StringIO()
        figure.savefig(drawing, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return inline(drawing.getvalue(), *inlined)


def _moment(t: Texts) -> Callable[[datetime, str], str]:
    def written(moment: datetime, form: str) -> str:
        names = {"%a": t(f"day.{moment.isoweekday()}"), "%b": t(f"month.{moment.month}")}
        for code, name in names.items():
            form = form.replace(code, name)
        return moment.strftime(form)

    return written


def _classed(drawing: str) -> Markup:
    return Markup(drawing.replace("<svg ", '<svg class="plot" ', 1))  # noqa: S704 - words in it are escaped
