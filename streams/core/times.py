"""Moments as events write them, and as larum counts them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Format epoch seconds as RFC 3339 in UTC.

    Examples
    --------
    >>> rfc3339(1767369600.0)
    '2026-01-02T16:00:00Z'
    """
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def epoch(moment: str) -> float:
    """Give the epoch seconds of a moment in RFC 3339.

    Raises
    ------
    ValueError
        It is no moment.

    Examples
    --------
    >>> epoch("2026-01-02T16:00:00Z")
    1767369600.0
    """
    return datetime.fromisoformat(moment).timestamp()
