"""Histories of counts: by bucket, whatever the table's own step, and refused with the line where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.core.ledger import Voices
from streams.counts import read_counts
from streams.readers import InputError
from tests.streams.core.mentions import MONDAY


def table(folder: Path, *rows: str, header: str = "time,brand,mentions,negatives,scored,coverage") -> Path:
    path = folder / "counts.csv"
    path.write_text("\n".join([header, *rows]))
    return path


def test_rows_of_a_bucket_are_summed_and_brands_kept_apart(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        f"{MONDAY},orlen,5,2,4,1",
        f"{MONDAY + 30},orlen,1,1,1,0.5",
        f"{MONDAY + 60},zabka,3,,,",
        f"{MONDAY + 600},orlen,2,0,,",
    )
    counts = read_counts([path], ["orlen", "zabka"], 60)
    assert counts.width == 60
    assert counts.brands["orlen"] == {MONDAY: (Voices(6, 5, 3), 0.5), MONDAY + 600: (Voices(2, 2, 0), 1.0)}
    assert counts.brands["zabka"] == {MONDAY + 60: (Voices(3, 3, 0), 1.0)}


def test_a_coarser_table_has_wider_buckets_and_a_sparse_one_has_not(tmp_path: Path) -> None:
    path = table(tmp_path, *(f"{MONDAY + 300 * step},orlen,{step}" for step in range(9)), header="time,brand,mentions")
    assert read_counts([path], ["orlen"], 60).width == 300
    path = table(tmp_path, *(f"{MONDAY + 60 * step},orlen,1" for step in (0, 7, 50)), header="time,brand,mentions")
    assert read_counts([path], ["orlen"], 60).width == 60


def test_columns_are_mapped(tmp_path: Path) -> None:
    path = table(tmp_path, "2026-01-05 00:00:00Z,7", header="timestamp,value")
    counts = read_counts([path], ["orlen"], 60, {"time": "timestamp", "mentions": "value", "brand": "=orlen"})
    assert counts.brands["orlen"] == {MONDAY: (Voices(7, 7, 0), 1.0)}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{MONDAY},polen,1,0,,", r"counts\.csv:3: there is no brand 'polen'"),
        (f"{MONDAY},orlen,-1,0,,", r"counts\.csv:3"),
        (f"{MONDAY},orlen,3,4,,", r"counts\.csv:3: negatives must be at most scored"),
        (f"{MONDAY},orlen,3,1,4,", r"counts\.csv:3"),
        (f"{MONDAY},orlen,3,1,,2", r"counts\.csv:3"),
        ("today,orlen,3,1,,", r"counts\.csv:3"),
        (f"{MONDAY + 86_400},orlen,3,1,,", "by the hour or finer"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    path = table(tmp_path, f"{MONDAY},orlen,1,0,,", row)
    with pytest.raises(InputError, match=told):
        read_counts([path], ["orlen"], 60)
