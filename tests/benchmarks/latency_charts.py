"""A picture of delays: minutes to the alarm by rate, a panel for each size and kind of crisis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure

LARUM, GOAL = "#c1121f", "#e9ecef"
PEERS = ("#44546a", "#2a9d8f", "#e9a03b", "#8d6a9f", "#777777")


class Delays(Protocol):
    """What is drawn of a cell."""

    what: str
    shape: str
    rate: float
    size: float
    limited: float | None
    medians: dict[str, float | None]


def draw(to: Path, cells: Sequence[Delays], detectors: Sequence[str]) -> None:
    """Draw the crises that begin at once, to a PNG or SVG file."""
    steps = [cell for cell in cells if cell.shape == "step"]
    whats, sizes = list(dict.fromkeys(cell.what for cell in steps)), sorted({cell.size for cell in steps})
    figure = Figure(figsize=(2.3 * len(sizes) + 1.2, 2.5 * len(whats) + 0.8), layout="constrained")
    panels = figure.subplots(len(whats), len(sizes), sharex=True, sharey=True, squeeze=False)
    for row, what in zip(panels, whats, strict=True):
        for axes, size in zip(row, sizes, strict=True):
            some = sorted((one for one in steps if (one.what, one.size) == (what, size)), key=lambda one: one.rate)
            _panel(axes, some, detectors)
            axes.set_title(f"{what}, {size:g}×", fontsize=9, loc="left")
    figure.supxlabel("voices an hour", fontsize=9)
    figure.supylabel("minutes to the alarm; missing where most were not found within a week", fontsize=9)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    figure.savefig(to, dpi=120)


def _panel(axes: Axes, cells: Sequence[Delays], detectors: Sequence[str]) -> None:
    rates = [cell.rate for cell in cells]
    limits = [math.nan if cell.limited is None else cell.limited for cell in cells]
    axes.fill_between(rates, limits, [2.0 * one + 1.0 for one in limits], color=GOAL, label="2 × limit + one minute")
    axes.plot(rates, limits, color="black", linewidth=1, linestyle="--", label="physical limit")
    for name, colour in zip(detectors, (LARUM, *PEERS), strict=False):
        found = [cell.medians[name] for cell in cells]
        delays = [math.nan if one is None else one for one in found]
        wide = name == detectors[0]
        axes.plot(rates, delays, color=colour, linewidth=2.2 if wide else 1, marker="o", markersize=3, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(visible=True, which="major", linewidth=0.4, alpha=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
