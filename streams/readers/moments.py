"""Times as people and programs write them in tables, made RFC 3339."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, tzinfo

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,6})\d*)?\s*(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?",
    re.IGNORECASE | re.ASCII,
)
_EPOCH = re.compile(r"\d{1,12}(\.\d+)?", re.ASCII)


def rfc3339(text: str, zone: tzinfo | None = None) -> str | float:
    """Make a time of a table RFC 3339, or seconds since the epoch where it is a number.

    Parameters
    ----------
    text
        ISO 8601 in most of its dresses, Twitter's own form, or seconds since the epoch.
    zone
        Where a time is meant that does not say so.

    Returns
    -------
    str or float
        What is none of these comes back as it is, for the post contract to refuse.

    Examples
    --------
    >>> rfc3339("2015-02-16 23:48:48 -0800")
    '2015-02-16T23:48:48-08:00'
    >>> rfc3339("2014-07-17 12:56:56.038+00:00")
    '2014-07-17T12:56:56.038+00:00'
    >>> rfc3339("Tue Feb 24 11:35:52 +0000 2015")
    '2015-02-24T11:35:52+00:00'
    >>> rfc3339("1424777752.5")
    1424777752.5
    >>> from zoneinfo import ZoneInfo
    >>> rfc3339("2026-07-04 17:00", ZoneInfo("Europe/Warsaw"))
    '2026-07-04T17:00:00+02:00'
    >>> rfc3339("yesterday")
    'yesterday'
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        day, minute, second, fraction, utc, hours, minutes = match.groups()
        moment = f"{day}T{minute}{second or ':00'}{'.' + fraction if fraction else ''}"
        if utc:
            return f"{moment}Z"
        if hours:
            return f"{moment}{hours}:{minutes or '00'}"
        return _in_zone(moment, zone)
    if _EPOCH.fullmatch(text):
        return float(text)
    with suppress(ValueError):
        return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y").isoformat()
    return text


def _in_zone(moment: str, zone: tzinfo | None) -> str:
    if zone is None:
        return moment
    with suppress(ValueError):  # a 30th of February, say
        return datetime.fromisoformat(moment).replace(tzinfo=zone).isoformat()
    return moment
