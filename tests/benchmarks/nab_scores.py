"""NAB's scores of folders of result files, by a scorer that lives outside the repository."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec


class Scores(msgspec.Struct):
    """Of one detector: NAB's three profiles at their best threshold over all streams, and what that threshold does.

    `left_out` is the standard score of each stream alone, its threshold chosen on the others. `near` counts labelled
    windows with an alarm within three hours of the label, `false_a_day` false-alarm episodes a stream-day.
    """

    standard: float
    low_fp: float
    low_fn: float
    left_out: dict[str, float]
    hit: int
    near: int
    windows: int
    false_episodes: int
    false_a_day: float


def score(scorer: Path, data: Path, folders: dict[str, Path]) -> dict[str, Scores] | None:
    """Score each folder; None where the data has no labels for its streams."""
    if not (data / "combined_windows.json").exists():
        return None
    module = _load(scorer)
    labels = module.load_labels(str(data))
    here = (re.search(r"Twitter_volume_(\w+)$", path.stem) for path in (data / "streams").glob("*.csv"))
    names = sorted(found[1] for found in here if found and found[1] in labels)
    return {name: _score(module, folder, names, labels) for name, folder in folders.items()} if names else None


def _score(module: ModuleType, folder: Path, names: list[str], labels: Any) -> Scores:
    streams, scores = module.load_results(str(folder), names, labels)
    whole = module.evaluate(streams, scores, names)
    left_out = {}
    for name in names if len(names) > 1 else ():
        others = [other for other in names if other != name]
        left_out[name] = float(module.evaluate(streams, scores, [name], others)["standard"])
    return Scores(
        standard=float(whole["standard"]),
        low_fp=float(whole["reward_low_FP_rate"]),
        low_fn=float(whole["reward_low_FN_rate"]),
        left_out=left_out,
        hit=whole["hit"],
        near=int(whole["near"]),
        windows=whole["windows"],
        false_episodes=whole["fp_episodes"],
        false_a_day=whole["fp_per_stream_day"],
    )


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
