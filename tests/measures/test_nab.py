"""Result files are as the scorer takes them, and no score depends on what comes later."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.benchmarks.nab import DETECTORS, Rows, larum, run

DAY = 288


def rows(values: np.ndarray) -> Rows:
    """Counts of every five minutes."""
    stamps = [
        datetime.fromtimestamp(1_424_986_973 + 300 * at, UTC).strftime("%Y-%m-%d %H:%M:%S") for at in range(len(values))
    ]
    return Rows(stamps, values)


def burst() -> Rows:
    """A week and a burst."""
    values = np.random.default_rng(1).poisson(30.0, 8 * DAY)
    values[7 * DAY : 7 * DAY + 12] += 600
    return rows(values)


def test_one_alarm_a_burst_and_no_look_ahead() -> None:
    whole = burst()
    scores = larum(whole)
    alarms = np.flatnonzero(scores[7 * DAY :])
    assert len(alarms) == 1
    assert alarms[0] <= 2
    assert scores[7 * DAY + alarms[0]] > 0.5
    until = 7 * DAY + 3
    assert (larum(Rows(whole.stamps[:until], whole.values[:until])) == scores[:until]).all()


def test_rows_that_are_missing_are_not_taken_for_silence() -> None:
    whole = burst()
    gap = slice(3 * DAY, 3 * DAY + 60)
    holed = Rows(np.delete(whole.stamps, gap).tolist(), np.delete(whole.values, gap))
    assert len(larum(holed)) == len(whole.values) - 60


def test_result_files(tmp_path: Path) -> None:
    source = tmp_path / "streams" / "Twitter_volume_X.csv"
    burst().write(source, np.zeros(8 * DAY))
    folders = {name: tmp_path / name for name in DETECTORS}
    alarms, days = run(source, folders)
    assert alarms["larum"] >= 1
    assert round(days) == 8
    for folder in folders.values():
        with (folder / source.name).open(newline="") as file:
            read = list(csv.DictReader(file))
        assert list(read[0]) == ["timestamp", "value", "anomaly_score"]
        assert [row["timestamp"] for row in read] == burst().stamps
        assert all(0.0 <= float(row["anomaly_score"]) <= 1.0 for row in read)
