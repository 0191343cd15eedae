"""A JSON Lines file that grows, read as ``tail -F`` reads it: through rotation, truncation and restarts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from streams.core.posts import MAX_POST_BYTES

CHUNK = 1 << 20

Record = tuple[bytes, str]


class Position(msgspec.Struct, frozen=True):
    """How far a file was read: which file under its name (inode, 0 where there was none yet), bytes and lines of it."""

    inode: int = 0
    offset: int = 0
    line: int = 0


class Follower:
    r"""Reads what was added to a file since last asked.

    Parameters
    ----------
    path
        JSON Lines. It need not exist yet.
    position
        Where an earlier follower was; from the beginning where there is none, or where the file is another one by now.

    Notes
    -----
    A file that was renamed away is read to its end before its successor; one that became shorter is read anew.
    A line counts once its end is written; a line without end counts when its file was rotated away. What cannot
    be seen: a file cut and grown past the old position between two polls, and, after a restart, a new file that got the
    old one's inode.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Follower(Path(folder) / "posts.jsonl") as follower:
    ...     _ = follower.path.write_text('{"id": "1"}\n{"id"')
    ...     [record for record, origin in follower.poll()]
    [b'{"id": "1"}']
    """

    def __init__(self, path: str | Path, position: Position | None = None) -> None:
        self.path = Path(path)
        self._file: BinaryIO | None = None
        self._position = position or Position()
        self._partial = bytearray()
        self._dropped = 0  # bytes of a line too long for a post that were read and not kept

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; `position` stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def position(self) -> Position:
        """After the last whole line that was handed out."""
        return self._position

    def poll(self) -> list[Record]:
        """Read up to a chunk of what is new; nothing where nothing is."""
        if self._file is None:
            self._open()
            if self._file is None:
                return []
        chunk = self._file.read(CHUNK)
        if chunk:
            return self._lines(chunk)
        if self._replaced(self._file):
            last = self._lines(b"\n") if self._partial else []
            self.close()
            return last or self.poll()
        return []

    def _open(self) -> None:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        status = os.fstat(file.fileno())
        if self._position.inode != status.st_ino or self._position.offset > status.st_size:
            self._position = Position(status.st_ino)
        file.seek(self._position.offset)
        self._file = file
        self._partial.clear()
        self._dropped = 0

    def _replaced(self, file: BinaryIO) -> bool:
        """Whether the name stands for another file by now, or this one was cut shorter than what was read of it."""
        if os.fstat(file.fileno()).st_size < file.tell():
            return True
        try:
            return self.path.stat().st_ino != os.fstat(file.fileno()).st_ino
        except FileNotFoundError:  # between the two steps of a rotation: the next poll will see its successor
            return False

    def _lines(self, chunk: bytes) -> list[Record]:
        inode, offset, line = self._position.inode, self._position.offset, self._position.line
        records = []
        *ended, partial = chunk.split(b"\n")
        for piece in ended:
            self._keep(piece)
            line += 1
            offset += len(self._partial) + self._dropped + 1
            if record := bytes(self._partial).rstrip(b"\r"):
                records.append((record, f"{self.path}:{line}"))
            self._partial.clear()
            self._dropped = 0
        self._keep(partial)
        self._position = Position(inode, offset, line)
        return records

    def _keep(self, piece: bytes) -> None:
        kept = piece[: max(0, MAX_POST_BYTES + 2 - len(self._partial))]
        self._partial += kept
        self._dropped += len(piece) - len(kept)


async def follow(
    path: str | Path,
    position: Position | None = None,
    *,
    pause: float = 0.5,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[tuple[list[Record], Position]]:
    """Follow a file for ever: batches of records with their origins, and the position after each batch.

    Parameters
    ----------
    path, position
        As for `Follower`. Store the position with what was done with the batch, and give it back after a restart.
    pause
        Seconds between two looks at a file that has nothing new.
    sleep
        Waits; tests give their own.
    """
    with Follower(path, position) as follower:
        while True:
            records = await asyncio.to_thread(follower.poll)
            if records:
                yield records, follower.position
            else:
                await sleep(pause)
