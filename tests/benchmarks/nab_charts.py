"""A picture of streams and alarms: each stream on a scale of its own, labelled windows shaded."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from tests.benchmarks.backgrounds import DAY
from tests.benchmarks.blocks import epoch

LINE, SHADE, ALARM = "#44546a", "#f2c14e", "#c1121f"


def draw(to: Path, data: Path, results: Path) -> None:
    """Draw all streams, one above the other, with their alarms, to a PNG or SVG file."""
    paths = sorted((data / "streams").glob("*.csv"))
    file = data / "combined_windows.json"
    windows: dict[str, list[list[str]]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    figure = Figure(figsize=(12, 1.7 * len(paths) + 0.6), layout="constrained")
    every = figure.subplots(len(paths), 1, sharex=True, squeeze=False)[:, 0]
    for axes, path in zip(every, paths, strict=True):
        spans = next((spans for key, spans in windows.items() if Path(key).name == path.name), [])
        _stream(axes, results / path.name, [(epoch(a), epoch(b)) for a, b in spans])
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    every[-1].xaxis.set_major_locator(locator)
    every[-1].xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    figure.savefig(to, dpi=110)


def _stream(axes: Axes, path: Path, spans: list[tuple[int, int]]) -> None:
    with path.open(newline="", encoding="utf-8") as rows:
        read = [
            (epoch(row["timestamp"]), float(row["value"]), float(row["anomaly_score"])) for row in csv.DictReader(rows)
        ]
    times, values, scores = np.array(read).T
    days = np.array([datetime.fromtimestamp(time, UTC) for time in times])
    axes.plot(days, np.log10(1.0 + values), color=LINE, linewidth=0.4)
    for start, end in spans:
        axes.axvspan(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), color=SHADE, alpha=0.4, lw=0)  # type: ignore[arg-type]
    for at in np.flatnonzero(scores > 0.0):
        axes.axvline(days[at], color=ALARM, linewidth=0.9)
    axes.set_title(f"{path.stem}, {int((times[-1] - times[0]) // DAY)} days", loc="left", fontsize=9)
    axes.set_ylabel("log₁₀(1 + count)", fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
