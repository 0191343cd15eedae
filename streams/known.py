"""Lists of crises that are known to have happened, by which a backtest is judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from streams.core.incident import Incident
from streams.core.judged import verdict
from streams.readers import InputError, structs
from streams.told import Told

Moment = Annotated[datetime, msgspec.Meta(tz=True)] | float
TITLE = 200  # characters


class KnownCrisis(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list of known crises; `start` and `end` are RFC 3339 with offset, or epoch seconds.

    What is not `real` is no crisis, and ought to page nobody.
    """

    brand: Annotated[str, msgspec.Meta(min_length=1)]
    start: Moment
    end: Moment
    title: str = ""
    real: bool = True

    def __post_init__(self) -> None:
        """Refuse a crisis that ends before it begins."""
        if _seconds(self.end) <= _seconds(self.start):
            raise ValueError("end is not after start")


def read_known(path: str | Path, brands: Collection[str]) -> list[Told]:
    r"""Read a list of known crises: CSV, TSV or JSON Lines with brand, start, end, and, where given, title and `real`.

    What was not real is a false alarm, and ought to page nobody.

    Parameters
    ----------
    path
        The file.
    brands
        Those that there are.

    Returns
    -------
    list of Told
        In order of their start. A crisis counts as caught by a page until its end.

    Raises
    ------
    InputError
        The list cannot be read; the message names file and line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "known.csv"
    ...     _ = file.write_text("brand,start,end\norlen,2026-01-02 17:00 +0100,2026-01-03 09:00 +0100\n")
    ...     [known] = read_known(file, ["orlen"])
    >>> known.brand, known.end - known.start, known.crisis
    ('orlen', 57600.0, True)
    """
    crises = [_told(one, place, brands) for one, place in structs(path, KnownCrisis, ("start", "end"))]
    if not crises:
        raise InputError(f"{path}: lists no crisis")
    return sorted(crises, key=lambda told: (told.start, told.brand))


def _told(one: KnownCrisis, place: str, brands: Collection[str]) -> Told:
    if one.brand not in brands:
        raise InputError(f"{place}: there is no brand {one.brand!r}; there is {', '.join(sorted(brands))}")
    end = _seconds(one.end)
    title = one.title or ("known crisis" if one.real else "false alarm")
    by = end if one.real else None
    return Told(name=place, title=title, about="", brand=one.brand, start=_seconds(one.start), end=end, alarm_by=by)


def known_of(incidents: Iterable[Incident]) -> list[KnownCrisis]:
    """List incidents as `read_known` reads them: those that people called a false alarm, or treated as real.

    Those of which nobody has said anything are not among them: judged by such a list, their pages count as false.
    """
    words = [(one, verdict(one)) for one in incidents]
    return [
        KnownCrisis(
            brand=one.brand,
            start=one.onset,
            end=max(one.calm_since or one.seen_at, one.onset + 1.0),
            title=one.resolved.text[:TITLE] if one.resolved and one.resolved.text else "",
            real=word == "real",
        )
        for one, word in words
        if word
    ]


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
