"""A picture of the budget: false pages and notices against what was stated, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#c1121f", "#44546a", "#e9a03b", "#2a9d8f", "#8d6a9f")
LEAST = 0.02  # where a ratio of nothing is drawn


class Ratios(Protocol):
    """What is drawn of a group."""

    group: str
    budget: float
    pages_ratio: tuple[float, float, float]
    notices_ratio: tuple[float, float, float]


def draw(to: Path, spent: Sequence[Ratios]) -> None:
    """Draw all groups and budgets to a PNG or SVG file."""
    groups = list(dict.fromkeys(one.group for one in spent))
    figure = Figure(figsize=(10, 0.45 * len(groups) + 1.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for number, budget in enumerate(sorted({one.budget for one in spent})):
        some = [one for one in spent if one.budget == budget]
        rows = [groups.index(one.group) + 0.18 * (number - 1) for one in some]
        colour = COLOURS[number % len(COLOURS)]
        _points(left, rows, [one.pages_ratio for one in some], colour, f"{budget:g} pages a month")
        _points(right, rows, [one.notices_ratio for one in some], colour, f"{budget:g} pages a month")
    left.set_yticks(range(len(groups)), groups, fontsize=8)
    left.invert_yaxis()
    for axes, title in ((left, "false pages / budget"), (right, "notices / budget")):
        axes.axvspan(0.5, 2.0, color="#e9ecef", zorder=0)
        axes.axvline(1.0, color="black", linewidth=0.8)
        axes.set_xscale("log")
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False, fontsize=8)
    figure.savefig(to, dpi=120)


def _points(
    axes: Axes, rows: Sequence[float], ratios: Sequence[tuple[float, float, float]], colour: str, label: str
) -> None:
    middle = [max(LEAST, ratio[0]) for ratio in ratios]
    below = [point - max(LEAST, ratio[1]) for point, ratio in zip(middle, ratios, strict=True)]
    above = [ratio[2] - point for point, ratio in zip(middle, ratios, strict=True)]
    axes.errorbar(middle, rows, xerr=[below, above], fmt="o", markersize=4, color=colour, linewidth=1.2, label=label)
