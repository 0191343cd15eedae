"""Small tables: rows become structs, and a mistake is told with its line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from streams.readers import InputError, structs

ONE_A_LINE = """
{"brand": "orlen", "time": "2026-01-02T16:00:00Z", "number": 3}

{"brand": "orlen", "time": 1767369660}
"""


class Count(msgspec.Struct):
    brand: str
    time: Annotated[datetime, msgspec.Meta(tz=True)] | float
    number: int = 0


def read(path: Path, mapping: dict[str, str] | None = None) -> list[Count]:
    return [row for row, _ in structs(path, Count, ("time",), mapping)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "brand,time,number,more\norlen,2026-01-02 17:00:00 +0100,3,x\norlen,1767369660,,\n"),
        ("a.tsv", "\ufeffnumber\ttime\tbrand\n3\t2026-01-02T16:00:00Z\torlen\n\n\t1767369660.0\torlen\n"),
        ("a.csv", "brand;time;number\r\norlen;2026-01-02T17:00+01:00;3\r\norlen;1767369660;0\r\n"),
        ("a.jsonl", ONE_A_LINE),
        ("a", '{"brand": "orlen", "time": "1767369600", "number": 3}\n{"brand": "orlen", "time": 1767369660}\n'),
    ],
)
def test_any_small_table_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    rows = read(tmp_path / name)
    times = [row.time.timestamp() if isinstance(row.time, datetime) else row.time for row in rows]
    assert (times, [row.number for row in rows]) == ([1767369600.0, 1767369660.0], [3, 0])


def test_columns_are_mapped_and_constants_given(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("timestamp,value\n1767369600,7\n")
    assert read(tmp_path / "a.csv", {"brand": "=orlen", "time": "timestamp", "number": "value"}) == [
        Count("orlen", 1767369600.0, 7)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("brand,number\norlen,1\n", "no column 'time'"),
        ("brand,time\norlen,1767369600\norlen,yesterday\n", "a.csv:3"),
        ("brand,time\norlen,1767369600\norlen,2026-01-02 17:00\n", "a.csv:3"),
        ("brand,time,number\norlen,1767369600,many\n", "a.csv:2"),
        ('{"brand": "orlen", "time": 1}\n{"brand": 7\n', "a.csv:2"),
        ('{"brand": "orlen"}\n', "a.csv:1"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        read(tmp_path / "a.csv")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.csv: no such file"):
        read(tmp_path / "absent.csv")
