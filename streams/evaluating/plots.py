"""Drawings of an evaluation: ROC curve, calibration, and the course of learning."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from streams.evaluating.evaluation import LEARNING, LEXICON, TAUGHT, Result, Step
from streams.modelcard import number
from streams.report.charts import EXPECTED, INK, MUTED, NARROW, RULE, TOLD, WIDE, Size, dress, inline

SQUARE = Size(470, 440, 200, 5)
COURSE_WIDE, COURSE_NARROW = WIDE._replace(height=300), NARROW._replace(height=300)


class Line(NamedTuple):
    """How the line of a judge looks."""

    colour: str
    width: float
    dashes: tuple[float, float]


LINES = {
    LEXICON: Line(EXPECTED, 1.4, (4, 2.5)),
    TAUGHT: Line(TOLD, 2.0, (1, 0)),
    LEARNING: Line(INK, 2.0, (1, 0)),
}


def roc(results: Mapping[str, Result]) -> Markup:
    """Draw the ROC curves of judges."""

    def build(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
        for name, result in results.items():
            if result.roc:
                xs, ys = zip(*result.roc, strict=True)
                _line(axes, name, xs, ys)
        _shares(axes, "false alarms, of what is not negative")
        dress(axes, "Found, of what is negative")

    about = "; ".join(f"{name}: area {number(result.measures.auc, '.3f')}" for name, result in results.items())
    return _draw(build, SQUARE, "ROC curves", about)


def calibration(results: Mapping[str, Result]) -> Markup:
    """Draw how often what was given a probability came true."""

    def build(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
        for name, result in results.items():
            told, came, counts = zip(*result.calibration, strict=True)
            _line(axes, name, told, came)
            sizes = [8.0 + 160.0 * count / result.posts for count in counts]
            axes.scatter(told, came, sizes, color=LINES[name].colour, linewidth=0, zorder=3)
        _shares(axes, "probability of being negative, as told")
        dress(axes, "Negative in truth")

    error = "; ".join(f"{name}: off by {result.measures.calibration_error:.1%}" for name, result in results.items())
    return _draw(build, SQUARE, "Calibration", error)


def course(steps: Sequence[Step], size: Size) -> Markup:
    """Draw how right the learning model and the lexicon were of late, as labels came."""
    labels, model, lexicon = zip(*steps, strict=True)

    def build(axes: Axes) -> None:
        _line(axes, LEXICON, labels, lexicon)
        _line(axes, LEARNING, labels, model)
        low = min(*model, *lexicon)
        axes.set_ylim(min(0.9, int(low * 10) / 10), 1.0)
        axes.set_xlim(0, labels[-1])
        axes.xaxis.set_major_locator(MaxNLocator(size.ticks // 2 + 2, integer=True))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel("labels", color=MUTED)
        dress(axes, "Right, of the recent labels")

    about = f"After {labels[-1]} labels the model is right on {model[-1]:.1%}, the lexicon on {lexicon[-1]:.1%}"
    return _draw(build, size, "The course of learning", about)


def _line(axes: Axes, name: str, xs: Sequence[float], ys: Sequence[float]) -> None:
    line = LINES[name]
    axes.plot(xs, ys, color=line.colour, linewidth=line.width, dashes=line.dashes, solid_joinstyle="round")


def _shares(axes: Axes, about: str) -> None:
    """Let both axes run from 0 to 1, as shares."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([0.0, 0.25, 0.5, 0.75, 1.0])
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    axes.set_xlabel(about, color=MUTED)


def _draw(build: Callable[[Axes], None], size: Size, title: str, about: str) -> Markup:
    text = 14.0 if size is SQUARE else 12.5  # squares shrink where the page is narrow
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": f"{title}/{size}", "font.size": text}):
        figure = Figure(figsize=(size.width / 72, size.height / 72))
        axes = figure.subplots()
        figure.subplots_adjust(
            left=50 / size.width, right=1 - 20 / size.width, top=1 - 34 / size.height, bottom=50 / size.height
        )
        build(axes)
        drawing = io.StringIO()
        figure.savefig(drawing, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return Markup(inline(drawing.getvalue(), title, about))  # noqa: S704 - escaped where it has words, and drawn here
