"""A picture of the races on Kafka: posts a second by contender, and the price of more names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.standings import Standing

LARUM, OTHERS, BOUND, WRONG = "#c1121f", "#44546a", "#c9ced6", "#e9a03b"


def draw(to: Path, works: dict[str, list[Standing]], names: Sequence[Standing]) -> None:
    """Draw a panel for each work, and one for names where there are any, to a PNG or SVG file."""
    panels = len(works) + bool(names)
    figure = Figure(figsize=(8.5, 2.6 * panels + 0.4), layout="constrained")
    drawn = figure.subplots(panels, 1, squeeze=False)[:, 0]
    for axes, (work, some) in zip(drawn, works.items(), strict=False):
        _speeds(axes, work, some)
    if names:
        _names(drawn[-1], names)
    figure.savefig(to, dpi=120)


def _speeds(axes: Axes, work: str, some: Sequence[Standing]) -> None:
    ordered = sorted(some, key=lambda one: one.posts_per_second)
    speeds = [one.posts_per_second for one in ordered]
    colours = [
        WRONG if one.wrong else LARUM if one.contender == "larum" else BOUND if one.contender == "nothing" else OTHERS
        for one in ordered
    ]
    labels = [CONTENDERS[one.contender].says + (f", {one.workers} workers" * (one.workers > 1)) for one in ordered]
    below = [one.posts_per_second - one.slowest for one in ordered]
    above = [one.fastest - one.posts_per_second for one in ordered]
    bars = {"linewidth": 0.8, "capsize": 2}
    axes.barh(range(len(ordered)), speeds, color=colours, xerr=(below, above), error_kw=bars)
    axes.set_yticks(range(len(ordered)), labels, fontsize=8)
    for row, speed in enumerate(speeds):
        axes.text(speed + above[row] + 0.02 * max(speeds), row, f"{speed:,.0f}", va="center", fontsize=8)
    axes.set_xlim(0, 1.2 * max(one.fastest for one in ordered))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_title(f"{work}: posts a second on one processor, {some[0].brands:,} brands", loc="left", fontsize=10)
    _plain(axes)


def _names(axes: Axes, some: Sequence[Standing]) -> None:
    for many, colour, label in ((False, LARUM, "brands of one name"), (True, OTHERS, "brands of many names")):
        line = sorted(
            (one.brands * (1 + one.aliases), one.cpu_per_million) for one in some if (one.aliases > 0) is many
        )
        axes.plot([at for at, _ in line], [cost for _, cost in line], color=colour, marker="o", ms=3, label=label)
    axes.set_xscale("log")
    axes.set_ylim(0, 1.2 * max(one.cpu_per_million for one in some))
    axes.set_title("matching: processor seconds a million posts, by number of names", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=8)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.grid(visible=True, axis="x", linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
