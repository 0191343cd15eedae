"""A page of the journal: what a commit adds to it, and what it lets go."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Snapshot(NamedTuple):
    """What the sentinel of a brand had learned before a bucket (epoch seconds), and the rules it went by, encoded."""

    brand: str
    bucket: int
    rules: bytes
    state: bytes


class Page(NamedTuple):
    """What a commit adds to the journal.

    Parameters
    ----------
    counted
        Brand, start of the bucket (epoch seconds), and encoded what was counted in it and what was seen besides; None
        where nobody spoke.
    snapshots
        One before the first bucket of a brand, and later ones from which it can be gone on as well.
    needed
        Brand and time, epoch seconds: what lies before the last snapshot up to then is dropped.
    """

    counted: list[tuple[str, int, bytes, bytes | None]]
    snapshots: list[Snapshot]
    needed: list[tuple[str, int]]

    def write(self, cursor: sqlite3.Cursor) -> None:
        """Add what is new to the tables, and drop what nobody needs any more."""
        cursor.executemany("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?)", self.counted)
        cursor.executemany("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", self.snapshots)
        for brand, until in self.needed:
            asked = "SELECT max(bucket) FROM snapshots WHERE brand = ? AND bucket <= ?"
            (first,) = cursor.execute(asked, (brand, until)).fetchone()
            if first is not None:
                cursor.execute("DELETE FROM snapshots WHERE brand = ? AND bucket < ?", (brand, first))
                cursor.execute("DELETE FROM counted WHERE brand = ? AND bucket < ?", (brand, first))
