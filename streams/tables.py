"""The tables of the state file, and the steps by which an older file comes to them."""

from __future__ import annotations

import sqlite3

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


class NewerError(RuntimeError):
    """The file was written by a newer larum."""


def make(connection: sqlite3.Connection) -> None:
    """Make the tables that a file lacks, all or none.

    Raises
    ------
    NewerError
        The file has been taken further than this larum knows.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> make(connection)
    >>> connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    True
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerError(f"written by larum with state version {version}, this one reads {VERSION}")
    if version < VERSION:
        missing = "".join(_steps[version:])
        connection.executescript(f"BEGIN; {missing} PRAGMA user_version = {VERSION}; COMMIT;")
