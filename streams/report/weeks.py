"""Weeks, from Monday to Monday by the clocks of a place."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple


class Week(NamedTuple):
    """A week: its name, such as 2026-W41, and from when to when it goes, epoch seconds."""

    name: str
    start: float
    end: float


def week_of(name: str | None, zone: tzinfo, now: float) -> Week:
    """Find a week by its name (ISO 8601), or the last one that is over.

    Raises
    ------
    ValueError
        There is no such week; the message says what one looks like.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> week_of(None, ZoneInfo("Europe/Warsaw"), 1767369600.0).name
    '2025-W52'
    >>> week = week_of("2026-W43", ZoneInfo("Europe/Warsaw"), 0.0)  # with the night that has 25 hours
    >>> (week.end - week.start) / 3600
    169.0
    """
    if name is None:
        year, number, _ = (datetime.fromtimestamp(now, zone) - timedelta(days=7)).isocalendar()
    else:
        found = re.fullmatch(r"(\d{4})-?W(\d{1,2})", name.upper())
        if not found:
            raise ValueError(f"{name!r} is no week; one looks like 2026-W41")
        year, number = int(found[1]), int(found[2])
    try:
        monday = datetime.fromisocalendar(year, number, 1).replace(tzinfo=zone)
    except ValueError as error:
        raise ValueError(f"there is no week {name}: {error}") from error
    return Week(f"{year}-W{number:02d}", monday.timestamp(), (monday + timedelta(days=7)).timestamp())
