"""What the embedded runtime keeps in SQLite: states, cursors, crises, journal, labels. One transaction, or nothing."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from streams import tables
from streams.core import actions, crises
from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.journalpage import Page, Snapshot

_MODEL = "sentiment"


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
            tables.make(self._connection)
        except (sqlite3.Error, tables.NewerError) as error:
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
                page.write(cursor)

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
