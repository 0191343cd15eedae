"""What the embedded runtime keeps in SQLite: brand states, source cursors, crises. One transaction, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from streams.core import crises
from streams.core.crises import CrisisEvent

VERSION = 1

_schema = """
CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (source TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE crises (id TEXT PRIMARY KEY, time TEXT NOT NULL, brand TEXT NOT NULL, event BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX crises_by_time ON crises (time, id);
"""


class StorageError(RuntimeError):
    """The state file cannot be used; the message names it and says why."""


class Store:
    """The state file of an embedded larum.

    Parameters
    ----------
    path
        Made where it is not there yet; ``:memory:`` for tests.

    Raises
    ------
    StorageError
        The file is no database, is damaged, or was written by a newer larum.

    Examples
    --------
    >>> with Store(":memory:") as store:
    ...     store.save(states={"orlen": b"..."}, cursors={"bluesky": "1725911162329308"})
    ...     store.states(), store.cursor("bluesky")
    ({'orlen': b'...'}, '1725911162329308')
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
        except sqlite3.Error as error:
            raise StorageError(f"{path}: {error}") from error

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def save(
        self,
        *,
        states: Mapping[str, bytes] | None = None,
        cursors: Mapping[str, str] | None = None,
        events: Iterable[CrisisEvent] = (),
    ) -> None:
        """Keep states, cursors and crises together, so that after a crash they belong to each other."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", (states or {}).items())
            cursor.executemany("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (cursors or {}).items())
            cursor.executemany(
                "INSERT OR REPLACE INTO crises VALUES (?, ?, ?, ?)",
                ((event.id, event.time, event.data.brand, crises.encode(event)) for event in events),
            )
            cursor.execute("COMMIT")

    def states(self) -> dict[str, bytes]:
        """Give all states by key."""
        return dict(self._connection.execute("SELECT key, value FROM state"))

    def cursor(self, source: str) -> str | None:
        """Give where a source was left, if it was."""
        row = self._connection.execute("SELECT cursor FROM cursors WHERE source = ?", (source,)).fetchone()
        return None if row is None else str(row[0])

    def crises(self) -> list[CrisisEvent]:
        """Give all crisis events in order of time."""
        rows = self._connection.execute("SELECT event FROM crises ORDER BY time, id")
        return [crises.decode(event) for (event,) in rows]

    def _prepare(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._connection.executescript(f"BEGIN; {_schema} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            self.close()
            raise StorageError(f"{self.path}: written by larum with state version {version}, this one reads {VERSION}")
