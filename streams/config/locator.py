"""Say on which line of a TOML document each key stands, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_STRING = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})' + r"|'''[\s\S]*?'''(?:'{0,2})" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'"
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}#\n]+")


def locate(document: str) -> dict[Path, int]:
    r"""Map the path of every table, key and element to its line, counted from one.

    Parameters
    ----------
    document
        Valid TOML; `tomllib` has read it before.

    Returns
    -------
    dict
        From paths such as ``("brands", 0, "name")``. Tables that are only implied have the line where they first are.

    Examples
    --------
    >>> lines = locate('[[brands]]\nid = "a"\naliases = [\n  "b",\n]\nkafka.group = "x"')
    >>> lines["brands", 0, "aliases", 0], lines["brands", 0, "kafka", "group"]
    (4, 6)
    """
    scanner = _Scanner(document)
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, document: str) -> None:
        self.lines: dict[Path, int] = {}
        self._document = document
        self._at = 0
        self._counted = 0  # position up to which lines are counted, and their number
        self._line = 1
        self._sizes: dict[Path, int] = {}  # of arrays of tables

    def scan(self) -> None:
        table: Path = ()
        self._skip_blank()
        while self._at < len(self._document):
            if self._next_is("["):
                table = self._header()
            else:
                self._assignment(table)
            self._skip_blank()

    def _header(self) -> Path:
        repeated = self._document.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        line, parts = self._current_line(), self._key()
        self._at = self._document.index("]", self._at) + (2 if repeated else 1)
        path: Path = ()
        for part in parts:
            path = self._noted((*path, part), line)
            if part is not parts[-1] and path in self._sizes:
                path = (*path, self._sizes[path] - 1)
        if repeated:
            self._sizes[path] = self._sizes.get(path, 0) + 1
            path = (*path, self._sizes[path] - 1)
        self.lines[path] = line
        return path

    def _assignment(self, table: Path) -> None:
        line, path = self._current_line(), table
        for part in self._key():
            path = self._noted((*path, part), line)
        self._at = self._document.index("=", self._at) + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        if self._next_is("["):
            self._array(path)
        elif self._next_is("{"):
            self._inline_table(path)
        else:
            match = _STRING.match(self._document, self._at) or _SCALAR.match(self._document, self._at)
            self._at = match.end() if match else len(self._document)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while not self._closes("]"):
            self._noted((*path, index), self._current_line())
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._closes("}"):
            self._assignment(path)

    def _closes(self, bracket: str) -> bool:
        self._skip_blank()
        if self._next_is(","):
            self._at += 1
            self._skip_blank()
        if self._next_is(bracket):
            self._at += 1
            return True
        return False

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip_blank()
            quoted = _STRING.match(self._document, self._at)
            match = quoted or _BARE.match(self._document, self._at)
            if match is None:
                return parts
            parts.append(tomllib.loads(f"key = {match[0]}")["key"] if quoted else match[0])
            self._at = match.end()
            self._skip_blank()
            if not self._next_is("."):
                return parts
            self._at += 1

    def _noted(self, path: Path, line: int) -> Path:
        self.lines.setdefault(path, line)
        return path

    def _current_line(self) -> int:
        self._line += self._document.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip_blank(self) -> None:
        match = _BLANK.match(self._document, self._at)
        self._at = match.end() if match else self._at

    def _next_is(self, character: str) -> bool:
        return self._document.startswith(character, self._at)
