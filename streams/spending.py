"""What the budget of false alarms has been spent on: pages and notices of late, brand by brand."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from streams.core.crises import CrisisEvent
from streams.core.times import epoch
from streams.scores import gathered

DAY_SECONDS = 86_400.0


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """Pages and notices of one brand in some days.

    Parameters
    ----------
    pages, notices
        Crises that woke somebody, and those that woke nobody.
    kinds
        The same by what was out of the ordinary; a crisis of several kinds counts under their names joined.
    last
        When the latest of them was seen, RFC 3339.
    """

    brand: str
    pages: int = 0
    notices: int = 0
    kinds: dict[str, int] = msgspec.field(default_factory=dict)
    last: str | None = None


def spent(events: Iterable[CrisisEvent], brands: Iterable[str], until: float, days: float) -> list[Spent]:
    """Count the pages and notices of each brand in the days before `until`, epoch seconds.

    Every alarm counts: whether it was false, only people know. Silences of sources are none of them.

    Examples
    --------
    >>> spent([], ["orlen"], 1767369600.0, 30.0)
    [Spent(brand='orlen', pages=0, notices=0, kinds={}, last=None)]
    """
    found = {brand: Spent(brand=brand) for brand in brands}
    for alarm in gathered(events):
        seen = epoch(alarm.seen)
        if alarm.brand in found and until - days * DAY_SECONDS < seen <= until:
            before, kind = found[alarm.brand], "+".join(sorted(alarm.kinds))
            found[alarm.brand] = Spent(
                brand=alarm.brand,
                pages=before.pages + alarm.page,
                notices=before.notices + (not alarm.page),
                kinds=before.kinds | {kind: before.kinds.get(kind, 0) + 1},
                last=max(before.last or alarm.seen, alarm.seen),
            )
    return list(found.values())
