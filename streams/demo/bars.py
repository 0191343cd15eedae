"""Small charts for a terminal: bars in eighths of a line, with the range of the ordinary shaded behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

EIGHTHS = " ▁▂▃▄▅▆▇█"
SHADE = Style(bgcolor="grey19")
NONE, USUAL, UNUSUAL = Style.null(), Style(color="sky_blue2"), Style(color="orange_red1", bold=True)
EXPECTED = Style(color="grey50")
SHADED = {style: style + SHADE for style in (USUAL, UNUSUAL, EXPECTED)}


class Bar(NamedTuple):
    """A value beside its expectation and the range of the ordinary."""

    seen: float
    expected: float
    lower: float
    upper: float


def chart(bars: Sequence[Bar], width: int, height: int, top: float | None = None) -> list[Text]:
    """Draw bars as lines of text, newest to the right; a dot stands where the expectation is higher than the bar.

    A chart of a single line has no room for expectation and band.

    Parameters
    ----------
    bars
        At most the last `width` are drawn.
    width, height
        In characters and lines.
    top
        Value at the upper edge; None chooses it so that everything seen fits and the band does not fill the chart.

    Returns
    -------
    list of Text
        One for each line, from the top.

    Examples
    --------
    >>> [line.plain for line in chart([Bar(0, 1, 0, 2), Bar(2, 1, 0, 2), Bar(4, 1, 0, 2)], width=3, height=2, top=4)]
    ['  █', '·██']
    """
    shown = list(bars)[-width:]
    if top is None:
        top = max(1.0, *(1.15 * bar.seen for bar in shown), *(2.0 * bar.expected for bar in shown)) if shown else 1.0
    lines = []
    for line in range(height - 1, -1, -1):
        text = Text(" " * (width - len(shown)), no_wrap=True)
        cells = (_cell(bar, line, top / height, shade=height > 1) for bar in shown)
        for style, run in groupby(cells, key=itemgetter(1)):  # few spans draw faster than many
            text.append("".join(character for character, _ in run), style)
        lines.append(text)
    return lines


def _cell(bar: Bar, line: int, unit: float, *, shade: bool) -> tuple[str, Style]:
    """Give the character and style of one bar in the line that shows values from ``line * unit``."""
    if math.isnan(bar.seen):
        return " ", NONE
    filled = min(8, max(0, round(8 * (bar.seen / unit - line))))
    style = UNUSUAL if bar.seen > bar.upper else USUAL
    shaded = shade and bar.lower <= (line + 0.5) * unit <= bar.upper
    if shade and filled == 0 and line == int(bar.expected / unit):
        return "·", SHADED[EXPECTED] if shaded else EXPECTED
    return EIGHTHS[filled], SHADED[style] if shaded else style
