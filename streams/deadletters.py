"""Where what cannot be read as a post is kept, whole, with the reason and the place it came from."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Protocol

import msgspec


class DeadLetter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that could not be read; `text` holds it, or `base64` where it is not UTF-8."""

    reason: str
    origin: str
    text: str | None = None
    base64: str | None = None

    @classmethod
    def of(cls, reason: str, origin: str, record: bytes) -> DeadLetter:
        """Wrap a record.

        Examples
        --------
        >>> DeadLetter.of("not UTF-8", "posts.jsonl:7", bytes([255]))
        DeadLetter(reason='not UTF-8', origin='posts.jsonl:7', text=None, base64='/w==')
        """
        try:
            return cls(reason, origin, text=record.decode())
        except UnicodeDecodeError:
            return cls(reason, origin, base64=base64.b64encode(record).decode("ascii"))

    @property
    def record(self) -> bytes:
        """The record as it came."""
        return base64.b64decode(self.base64) if self.base64 is not None else (self.text or "").encode()


class DeadLetterBox(Protocol):
    """Takes dead letters; a file, a topic or a list."""

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Keep a record that could not be read.

        Parameters
        ----------
        reason
            What is wrong with it, for a person.
        origin
            ``file:line`` or ``topic/partition@offset``.
        record
            All of it.
        """
        ...


class DeadLetters:
    """A JSON Lines file of dead letters, bounded: when it is full it becomes ``NAME.1``, and the older ``NAME.1`` goes.

    Parameters
    ----------
    path
        The file; made, with its folder, when the first letter comes.
    max_bytes
        Size at which a new file is begun. On disk there is at most twice as much, and one letter more.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     letters = DeadLetters(Path(folder) / "dead.jsonl")
    ...     letters.add("JSON is malformed", "posts.jsonl:3", b"oops")
    ...     print(letters.path.read_text(), end="")
    {"reason":"JSON is malformed","origin":"posts.jsonl:3","text":"oops"}
    """

    def __init__(self, path: str | Path, max_bytes: int = 64 << 20) -> None:
        self.path = Path(path)
        self.max_bytes = max_bytes

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Append a letter; it is with the operating system when this returns."""
        line = msgspec.json.encode(DeadLetter.of(reason, origin, record)) + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        size = self.path.stat().st_size if self.path.exists() else 0
        if size and size + len(line) > self.max_bytes:
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        with self.path.open("ab", buffering=0) as file:
            file.write(line)


class DeadLetterList(list[DeadLetter]):
    """Dead letters in memory, for tests and for runs that only count them.

    Examples
    --------
    >>> letters = DeadLetterList()
    >>> letters.add("JSON is malformed", "posts.jsonl:3", b"oops")
    >>> len(letters), letters[0].record
    (1, b'oops')
    """

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Keep the letter."""
        self.append(DeadLetter.of(reason, origin, record))
