"""Lines of a binary file, however long: what no post could be is cut rather than read into memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from streams.core.posts import MAX_POST_BYTES

LONGEST = MAX_POST_BYTES + 2  # a post of the greatest size and its line end


class Readable(Protocol):
    """The part of a binary file that the readers need."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Return the next line or its first `size` bytes; none at the end."""
        ...


class Peekable(Readable, Protocol):
    """A binary file whose next bytes can be seen without taking them."""

    def peek(self, size: int, /) -> bytes:
        """Return some of the bytes that come next; none at the end."""
        ...


def bounded_line(file: Readable) -> bytes:
    """Read the next line with its end; of one too long for a post, the first `LONGEST` bytes, passing over the rest."""
    line = file.readline(LONGEST)
    if len(line) == LONGEST and not line.endswith(b"\n"):
        while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
            pass
    return line


def lines(file: Readable) -> Iterator[tuple[int, bytes]]:
    r"""Yield the lines that are not blank, without the space around them, and their numbers.

    Examples
    --------
    >>> from io import BytesIO
    >>> list(lines(BytesIO(b'\xef\xbb\xbf{"id": 1}\n\n{"id": 2}\r\n{"id"')))
    [(1, b'{"id": 1}'), (3, b'{"id": 2}'), (4, b'{"id"')]
    """
    number = 0
    while line := bounded_line(file):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line := line.strip():
            yield number, line
