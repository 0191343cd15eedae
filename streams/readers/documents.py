"""Records of a JSON document: one object, an array of them, or one after another, pretty-printed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from streams.core.posts import MAX_POST_BYTES
from streams.readers.lines import Readable

CHUNK = 65_536
_TOKEN = re.compile(rb'\\.|["{}\[\],]', re.DOTALL)


def documents(file: Readable) -> Iterator[tuple[int, bytes]]:
    r"""Cut a JSON document into records, each on one line; yield them with the number of the line on which each begins.

    Nothing is decoded here: a record is what stands between its brackets or commas, so a bad one costs only itself.
    Memory is bounded by one chunk and one post.

    Examples
    --------
    >>> from io import BytesIO
    >>> list(documents(BytesIO(b'[\n  {"id": "a]"},\n  {"id":\n   "b"}, 7\n]')))
    [(2, b'{"id": "a]"}'), (3, b'{"id":    "b"}'), (4, b'7')]
    >>> list(documents(BytesIO(b'{"id": 1}\n{"id": 2}')))
    [(1, b'{"id": 1}'), (2, b'{"id": 2}')]
    """
    splitter = _Splitter()
    while chunk := file.read(CHUNK):
        while chunk.endswith(b"\\") and (more := file.read(1)):  # an escape is never cut in two
            chunk += more
        yield from splitter.split(chunk)
    yield from splitter.rest()


class _Splitter:
    """Follows brackets and quotes through a document and cuts it where a record ends."""

    def __init__(self) -> None:
        self._line = self._first = 1
        self._record = bytearray()
        self._stack = 0  # open brackets, the one around all records excepted
        self._quoted = False
        self._array: bool | None = None  # None: nothing but space was seen yet

    def split(self, chunk: bytes) -> Iterator[tuple[int, bytes]]:
        done = 0
        for match in _TOKEN.finditer(chunk):
            token = match[0]
            if token == b'"':
                self._quoted = not self._quoted
            elif self._quoted or token[0] == 0x5C:
                continue
            elif token in b"{[":
                if self._stack == 0:
                    self._gather(chunk[done : match.start()])
                    done = match.start()
                    if self._opens_array(token):
                        done = match.end()
                        continue
                    yield from self.rest()
                self._stack += 1
            elif self._stack == 0 or (self._stack == 1 and token != b","):
                between = self._stack == 0  # a comma, or the bracket that closes all
                self._gather(chunk[done : match.start() if between else match.end()])
                done = match.end()
                self._stack = 0
                yield from self.rest()
            elif token != b",":
                self._stack -= 1
        self._gather(chunk[done:])

    def rest(self) -> Iterator[tuple[int, bytes]]:
        """Hand out what was gathered, if it is more than space."""
        record = bytes(self._record).rstrip()
        self._record.clear()
        if record:
            # Between values a line end is but space, and a record on one line can be sent and stored as a line.
            yield self._first, record.replace(b"\r", b" ").replace(b"\n", b" ")

    def _opens_array(self, token: bytes) -> bool:
        first = self._array is None and not self._record
        if self._array is None:
            self._array = first and token == b"["
        return first and self._array

    def _gather(self, piece: bytes) -> None:
        if not self._record:
            bare = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
            self._first = self._line + piece.count(b"\n", 0, len(piece) - len(bare))
            self._record += bare[: MAX_POST_BYTES + 1]
        else:
            self._record += piece[: MAX_POST_BYTES + 1 - len(self._record)]
        self._line += piece.count(b"\n")
