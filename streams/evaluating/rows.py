"""Labelled posts from a table or JSON Lines, each mistake with its file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from streams.readers import InputError, structs

SENTIMENTS = {"negative": True, "neutral": False, "positive": False}
TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Cell = str | bool | int | None | UnsetType


class _Row(msgspec.Struct):
    """A row as it stands in the file."""

    text: str
    sentiment: Cell = UNSET
    label: Cell = UNSET
    negative: Cell = UNSET
    lang: str | None = None


class Labelled(NamedTuple):
    """A post and what people say of it.

    Parameters
    ----------
    text
        Its words.
    negative
        Whether it is negative.
    lang
        The language that its file states, or None.
    place
        Where it stands, ``file:line``.
    """

    text: str
    negative: bool
    lang: str | None
    place: str


def labelled(path: str | Path) -> Iterator[Labelled]:
    r"""Read labelled posts; those whose label was taken back (``"negative": null``) are passed over.

    Parameters
    ----------
    path
        CSV or TSV with the columns ``text`` and ``sentiment``, ``label`` or ``negative``, and ``lang`` where it is
        known; or JSON Lines with such fields. Sentiments are ``negative``, ``neutral`` and ``positive``; whether a post
        is ``negative`` is said by true or false, 1 or 0, yes or no.

    Raises
    ------
    InputError
        The file is missing or damaged, or a row is no label; the message names line and column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "labels.csv"
    ...     _ = file.write_text("text,sentiment\nWstyd!,negative\nKawa,neutral\n")
    ...     [(one.text, one.negative) for one in labelled(file)]
    [('Wstyd!', True), ('Kawa', False)]
    """
    for row, place in structs(path, _Row):
        negative = _negative(row, place)
        if negative is not None:
            yield Labelled(row.text, negative, row.lang, place)


def _negative(row: _Row, place: str) -> bool | None:
    for column, words in (("negative", TRUTHS), ("sentiment", SENTIMENTS), ("label", SENTIMENTS | TRUTHS)):
        cell = getattr(row, column)
        if cell is UNSET:
            continue
        if cell is None:
            return None
        word = str(cell).strip().lower()
        if word not in words:
            raise InputError(f"{place}: column {column!r}: {cell!r} is none of {', '.join(words)}")
        return words[word]
    raise InputError(f"{place}: there is no column 'sentiment', 'label' or 'negative', or it is empty")
