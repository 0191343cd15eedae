"""What the embedded runtime keeps in SQLite: states, cursors, crises, journal, labels. One transaction, or nothing."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from streams.core import actions, crises
from streams.core.actions import Action
from streams.core.crises import CrisisEvent

_schema = """
CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (source TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE crises (id TEXT PRIMARY KEY, time TEXT NOT NULL, brand TEXT NOT NULL, event BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX crises_by_time ON crises (time, id);
"""
_schema_of_journal = """
CREATE TABLE counted (brand TEXT, bucket INTEGER, record BLOB NOT NULL, PRIMARY KEY (brand, bucket)) WITHOUT ROWID;
CREATE TABLE snapshots (
    brand TEXT, bucket INTEGER, rules BLOB NOT NULL, state BLOB NOT NULL, PRIMARY KEY (brand, bucket)
) WITHOUT ROWID;
"""
_schema_of_labels = """
CREATE TABLE labels (
    place INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, label BLOB NOT NULL
);
CREATE TABLE models (name TEXT PRIMARY KEY, model BLOB NOT NULL) WITHOUT ROWID;
"""
_schema_of_outbox = """
CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, event TEXT NOT NULL);
CREATE INDEX outbox_by_receiver ON outbox (receiver, number);
"""
_schema_of_actions = """
CREATE TABLE actions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, action BLOB NOT NULL);
"""
_seen = """
ALTER TABLE counted ADD COLUMN seen BLOB;
"""
_schema_of_audit = """
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, entry BLOB NOT NULL);
"""
_steps = (
    _schema, _schema_of_journal, _schema_of_labels, _schema_of_outbox, _schema_of_actions, _seen, _schema_of_audit,
)  # fmt: skip
VERSION = len(_steps)  # of the file: how many of the steps have been made
_MODEL = "sentiment"


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
        page: Page | None = None,
        receivers: Collection[str] = (),
    ) -> None:
        """Keep states, cursors, crises and journal together, so that after a crash they belong to each other.

        Each of the `receivers` is to be told of each event that is new.

        Raises
        ------
        StorageError
            It cannot be written, and nothing of it was.
        """
        with self._writing() as cursor:
            cursor.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", (states or {}).items())
            cursor.executemany("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (cursors or {}).items())
            for event in events:
                self._add(cursor, event, receivers)
            if page:
                self._turn(cursor, page)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        """Write all of something, or nothing."""
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                yield cursor
                cursor.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise StorageError(f"{self.path}: {error}") from error

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

    def crisis(self, subject: str) -> list[CrisisEvent]:
        """Give the events of a crisis by its name, step by step."""
        asked = "SELECT event FROM crises WHERE id > ? AND id < ?"  # an id is the name, a dash and the number
        rows = self._connection.execute(asked, (f"{subject}-", f"{subject}."))
        return sorted((crises.decode(event) for (event,) in rows), key=lambda event: event.number)

    def act(self, action: Action) -> None:
        """Keep what somebody did about an incident; what is kept already is kept once.

        It outlives a machine that goes down: unlike posts, nobody sends it again.

        Raises
        ------
        StorageError
            It cannot be written.
        """
        row = action.id, actions.encode(action)
        try:
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("INSERT OR IGNORE INTO actions (id, action) VALUES (?, ?)", row)
            self._connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise StorageError(f"{self.path}: {error}") from error

    def actions(self, after: int = 0) -> list[tuple[int, Action]]:
        """Give the actions behind a number, each with its own, in the order in which they were kept."""
        rows = self._connection.execute("SELECT number, action FROM actions WHERE number > ? ORDER BY number", (after,))
        return [(number, actions.decode(action)) for number, action in rows]

    def audit(self, entry: bytes) -> None:
        """Add an entry to the audit log."""
        self._connection.execute("INSERT INTO audit (entry) VALUES (?)", (entry,))

    def audited(self, before: int | None, most: int) -> list[tuple[int, bytes]]:
        """Give the newest entries of the audit log, newest first: those before a number, each with its own."""
        asked = "SELECT number, entry FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?"
        return list(self._connection.execute(asked, (sys.maxsize if before is None else before, most)))

    def unsent(self, receiver: str) -> tuple[int, CrisisEvent] | None:
        """Give the next event that a receiver is to be told of, and its number in the outbox; None where none waits."""
        asked = "SELECT number, crises.event FROM outbox JOIN crises ON crises.id = outbox.event WHERE receiver = ?"
        row = self._connection.execute(f"{asked} ORDER BY number LIMIT 1", (receiver,)).fetchone()
        return None if row is None else (row[0], crises.decode(row[1]))

    def sent(self, number: int) -> None:
        """Take an event out of the outbox."""
        self._connection.execute("DELETE FROM outbox WHERE number = ?", (number,))

    def told(self, receiver: str) -> list[CrisisEvent]:
        """Give all crisis events in order of time but those that a receiver is still to be told of."""
        asked = "SELECT event FROM crises WHERE id NOT IN (SELECT event FROM outbox WHERE receiver = ?)"
        return [
            crises.decode(event) for (event,) in self._connection.execute(f"{asked} ORDER BY time, id", (receiver,))
        ]

    def counted(self, brand: str, first: int, last: int) -> list[tuple[int, bytes, bytes | None]]:
        """Give what was counted and seen of a brand in the buckets from `first` to `last`, in order of time."""
        asked = "SELECT bucket, record, seen FROM counted WHERE brand = ? AND bucket BETWEEN ? AND ? ORDER BY bucket"
        return list(self._connection.execute(asked, (brand, first, last)))

    def journalled(self, brand: str) -> tuple[int, int] | None:
        """Give the first and the last bucket of a brand in the journal, if there is any."""
        asked = "SELECT min(bucket), max(bucket) FROM counted WHERE brand = ?"
        first, last = self._connection.execute(asked, (brand,)).fetchone()
        return None if first is None else (first, last)

    def snapshot(self, brand: str, until: int) -> Snapshot | None:
        """Give the last snapshot of a brand up to a time, if there is one."""
        asked = "SELECT * FROM snapshots WHERE brand = ? AND bucket <= ? ORDER BY bucket DESC LIMIT 1"
        row = self._connection.execute(asked, (brand, until)).fetchone()
        return None if row is None else Snapshot(*row)

    def snapshots(self, brand: str, start: int, end: int) -> list[Snapshot]:
        """Give the snapshots of a brand from which every bucket between two times can be reached, in order of time."""
        asked = "SELECT * FROM snapshots WHERE brand = ? AND bucket > ? AND bucket <= ? ORDER BY bucket"
        first = self.snapshot(brand, start)
        later = [Snapshot(*row) for row in self._connection.execute(asked, (brand, start, end))]
        return later if first is None else [first, *later]

    def append_labels(self, labels: Iterable[tuple[str, bytes]], cursors: Mapping[str, str] | None = None) -> list[int]:
        """Append labels by their keys, each in the place of an older one of its key; return where they stand."""
        asked = "INSERT OR REPLACE INTO labels (key, label) VALUES (?, ?)"
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            places = [int(cursor.execute(asked, pair).lastrowid or 0) for pair in labels]
            cursor.executemany("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (cursors or {}).items())
            cursor.execute("COMMIT")
        return places

    def labels(self, place: int, most: int) -> list[tuple[int, bytes]]:
        """Give the labels from a place on, in their order, at most so many: where each stands, and itself."""
        asked = "SELECT place, label FROM labels WHERE place >= ? ORDER BY place LIMIT ?"
        return list(self._connection.execute(asked, (place, most)))

    def keep_model(self, model: bytes) -> None:
        """Keep a snapshot of the sentiment model instead of the last one."""
        self._connection.execute("INSERT OR REPLACE INTO models VALUES (?, ?)", (_MODEL, model))

    def model(self) -> bytes | None:
        """Give the snapshot of the sentiment model, if there is one."""
        row = self._connection.execute("SELECT model FROM models WHERE name = ?", (_MODEL,)).fetchone()
        return None if row is None else bytes(row[0])

    def forget_journal(self) -> None:
        """Drop the journal of all brands."""
        with closing(self._connection.cursor()) as cursor:
            cursor.executescript("BEGIN IMMEDIATE; DELETE FROM counted; DELETE FROM snapshots; COMMIT;")

    @staticmethod
    def _add(cursor: sqlite3.Cursor, event: CrisisEvent, receivers: Collection[str]) -> None:
        """Keep an event, and put it into the outbox unless it was kept before: then it is told again, as it was."""
        (known,) = cursor.execute("SELECT count(*) FROM crises WHERE id = ?", (event.id,)).fetchone()
        row = event.id, event.time, event.data.brand, crises.encode(event)
        cursor.execute("INSERT OR REPLACE INTO crises VALUES (?, ?, ?, ?)", row)
        if not known:
            pairs = [(receiver, event.id) for receiver in receivers]
            cursor.executemany("INSERT INTO outbox (receiver, event) VALUES (?, ?)", pairs)

    @staticmethod
    def _turn(cursor: sqlite3.Cursor, page: Page) -> None:
        cursor.executemany("INSERT OR REPLACE INTO counted VALUES (?, ?, ?, ?)", page.counted)
        cursor.executemany("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", page.snapshots)
        for brand, until in page.needed:
            asked = "SELECT max(bucket) FROM snapshots WHERE brand = ? AND bucket <= ?"
            (first,) = cursor.execute(asked, (brand, until)).fetchone()
            if first is not None:
                cursor.execute("DELETE FROM snapshots WHERE brand = ? AND bucket < ?", (brand, first))
                cursor.execute("DELETE FROM counted WHERE brand = ? AND bucket < ?", (brand, first))

    def _prepare(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version < VERSION:
            missing = "".join(_steps[version:])
            self._connection.executescript(f"BEGIN; {missing} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version > VERSION:
            self.close()
            raise StorageError(f"{self.path}: written by larum with state version {version}, this one reads {VERSION}")
