"""The demo on a terminal: live with rich, or line by line where there is none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from streams.core.crises import Severity
from streams.demo.bars import chart
from streams.demo.board import Alarm, Board, Lane, clock
from streams.demo.script import END, START
from streams.printing import printable
from streams.told import Judgement, Verdict

LEGEND = "voices in the last hour, over two days; shaded: the range of the ordinary; last line: share of negatives"
LABEL = "simulation: invented brands, invented posts"
STATES = {
    Severity.CALM: ("● calm", "green"),
    Severity.NOTICE: ("● notice", "cyan"),
    Severity.WARNING: ("▲ WARNING", "bold yellow"),
    Severity.CRITICAL: ("▲ CRITICAL", "bold white on red"),
}
FRAMES_A_SECOND = 8
WIDEST, LOWEST = 110, 25
HEAD_LINES, FOOT_LINES, CHART_LINES = 5, 11, 5


class Screen(Protocol):
    """Shows the board after each step."""

    def show(self, board: Board, new: list[tuple[float, str, str]]) -> None:
        """Show the board, of which `new` are the new lines of the log."""


class LiveScreen:
    """A screen that is drawn over and over, some times a second: drawing costs more than a step of the simulation."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._drawn = -math.inf

    def show(self, board: Board, new: list[tuple[float, str, str]]) -> None:
        """Draw the board anew where there is news, or the last drawing is old enough."""
        if new or board.over or monotonic() - self._drawn >= 1 / FRAMES_A_SECOND:
            size = self._live.console.size
            self._live.update(draw(board, size.width, size.height), refresh=True)
            self._drawn = monotonic()


class PlainScreen:
    """One line for each simulated day and for everything that is said: for a pipe, a log or a dumb terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._day = ""
        self._alarm: Alarm | None = None

    def show(self, board: Board, new: list[tuple[float, str, str]]) -> None:
        """Print what is new."""
        for time, _, words in new:
            self._print(f"{clock(time)}  {words}")
        if board.alarm and board.alarm != self._alarm:
            self._alarm = board.alarm
            self._console.print(alarm_panel(board.alarm, min(self._console.width, WIDEST)))
        if (day := clock(board.clock, "%a %d %b")) != self._day:
            self._day = day
            self._print(f"{clock(board.clock)}  {board.posts:,} posts")

    def _print(self, words: str) -> None:
        self._console.print(Text(words), soft_wrap=True)


@contextmanager
def screen(console: Console) -> Iterator[Screen]:
    """Choose the screen that a console can show."""
    if console.is_terminal and not console.is_dumb_terminal and console.height >= LOWEST:
        with Live(console=console, auto_refresh=False) as live:
            yield LiveScreen(live)
    else:
        yield PlainScreen(console)


def draw(board: Board, width: int, height: int) -> RenderableType:
    """Draw the whole board into so many columns and lines; it uses at most `WIDEST` columns."""
    width = min(width, WIDEST)
    lines = (height - HEAD_LINES - FOOT_LINES) // len(board.lanes) - 2
    lanes = [_lane(lane, width, lines) for lane in board.lanes.values()]
    return Group(_head(board, width), *lanes, alarm_panel(board.alarm, width) if board.alarm else _log(board, width))


def _head(board: Board, width: int) -> RenderableType:
    whole, gone = END.timestamp() - START.timestamp(), max(0.0, board.clock - START.timestamp())
    line = Table.grid(expand=True)
    line.add_column(no_wrap=True, overflow="ellipsis")
    line.add_column(justify="right", no_wrap=True)
    line.add_row(
        Text.assemble(("larum demo", "bold"), (f"   {LABEL}", "dim")),
        Text.assemble((clock(board.clock), "bold"), (f"   {board.posts:,} posts", "dim")),
    )
    bar = Table.grid(expand=True)
    bar.add_row(ProgressBar(total=whole, completed=gone))
    legend = Text(LEGEND, style="dim", no_wrap=True, overflow="ellipsis")
    return Panel(Group(line, bar, legend), border_style="grey37", width=width)


def _lane(lane: Lane, width: int, lines: int) -> RenderableType:
    """Draw one brand: its numbers, its volume, and where there is room its share of negatives."""
    words, style = STATES[lane.severity]
    inside = width - 4
    rows: list[RenderableType] = [_numbers(lane)] if lines > 1 else []
    rows += chart(lane.volume, inside, min(CHART_LINES, max(1, lines - 2)))
    if lines > 2:
        rows += chart(lane.negativity, inside, 1, top=1.0)
    return Panel(
        Group(*rows),
        title=Text.assemble((f" {lane.brand.name} ", "bold default"), (f" {words} ", style)),
        title_align="left",
        border_style="red" if lane.severity >= Severity.WARNING else "grey37",
        width=width,
        padding=(0, 1),
    )


def _numbers(lane: Lane) -> Text:
    numbers = Text(style="dim", no_wrap=True, overflow="ellipsis")
    if lane.volume:
        now, tone = lane.volume[-1], lane.negativity[-1]
        numbers.append(f"{now.seen:.0f} voices in the last hour, {now.expected:.0f} expected")
        if not math.isnan(tone.seen):
            numbers.append(f"; {tone.seen:.0%} negative, {tone.expected:.0%} usual")
    return numbers


def _log(board: Board, width: int) -> RenderableType:
    lines = Text(no_wrap=True, overflow="ellipsis")
    for time, style, words in board.log:
        lines.append(f"{clock(time)}  ", "dim")
        lines.append(f"{words}\n", style)
    return Panel(
        lines, title=" what happens ", title_align="left", border_style="grey37", width=width, height=FOOT_LINES
    )


def alarm_panel(alarm: Alarm, width: int) -> RenderableType:
    """Show an alarm with what a person needs: what was seen and expected, since when, which words, which posts.

    Posts are hostile input: they are printed as text, never as markup, and without control characters.
    """
    data = alarm.event.data
    table = Table.grid(padding=(0, 3))
    table.add_column()
    for _ in range(3):
        table.add_column(justify="right")
    table.add_row("", Text("seen", "dim"), Text("expected", "dim"), Text("ordinary", "dim"))
    for what, one, form in (
        ("voices", data.voices, ".0f"),
        ("negative voices", data.negatives, ".0f"),
        ("share of negatives", data.negativity, ".0%"),
    ):
        table.add_row(
            f"{what} in {one.minutes:.0f} min",
            Text(f"{one.observed:{form}}", "bold"),
            f"{one.expected:{form}}",
            f"{one.lower:{form}} to {one.upper:{form}}",
        )
    terms = Text.assemble(("words  ", "dim"), printable(", ".join(term.term for term in data.terms)))
    posts = [Text(f"“{printable(post.excerpt)}”", no_wrap=True, overflow="ellipsis") for post in data.telling_posts[:3]]
    return Panel(
        Group(table, terms, *posts),
        title=Text(f" ALARM  {alarm.brand}, {data.severity}, {clock(alarm.clock)} "),
        title_align="left",
        style="on grey11",
        border_style="bold red",
        width=width,
    )


def summary(judgement: Judgement, board: Board) -> RenderableType:
    """Show what happened and what larum made of it."""
    table = Table(title="What happened, and what larum did", title_justify="left", title_style="bold", expand=False)
    for heading in ("what", "brand", "when", "larum"):
        table.add_column(heading)
    for verdict in judgement.verdicts:
        told = verdict.told
        words, style = outcome(verdict)
        table.add_row(told.title, board.name(told.brand), clock(told.start), Text(words, style))
    for event in judgement.unexplained:
        table.add_row("nothing", board.name(event.data.brand), event.time, Text("false page", "bold red"))
    return table


def outcome(verdict: Verdict) -> tuple[str, str]:
    """Put a verdict into words, and the style for them."""
    if verdict.grade in {"caught", "late"}:
        words = f"{verdict.grade}, {verdict.minutes:.0f} minutes after the first post"
        return words, "bold green" if verdict.right else "bold red"
    if verdict.grade == "noticed":
        return "notice, paged nobody", "cyan"
    return verdict.grade, "green" if verdict.right else "bold red"
