"""Rolling counts over one minute to seven days, at fixed memory."""

from __future__ import annotations

import msgspec

WINDOWS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "6h": 21_600, "1d": 86_400, "7d": 604_800}


class Ring(msgspec.Struct):
    """Counts in slots of `width` seconds; `newest` is the number of the newest slot (epoch seconds // width)."""

    width: int
    slots: list[int]
    newest: int = 0

    def add(self, time: int, count: int) -> None:
        """Add to the slot of `time`; what has already left the ring is gone."""
        slot = time // self.width
        if slot > self.newest:
            self.move(slot)
        if count and slot > self.newest - len(self.slots):
            self.slots[slot % len(self.slots)] += count

    def move(self, slot: int) -> None:
        """Make a later `slot` the newest one, emptying those between."""
        size = len(self.slots)
        if slot == self.newest + 1:  # bucket after bucket, as nearly always
            self.slots[slot % size] = 0
        else:
            for step in range(max(self.newest + 1, slot - size + 1), slot + 1):
                self.slots[step % size] = 0
        self.newest = slot

    def total(self, seconds: int) -> int:
        """Sum of the slots that cover the last `seconds`."""
        size = len(self.slots)
        count = min(size, max(1, seconds // self.width))
        return sum(self.slots[(self.newest - back) % size] for back in range(count))


class RollingCounts(msgspec.Struct):
    """Counts of one series in all `WINDOWS`, in three rings: buckets for an hour, quarters for a day, hours for a week.

    Windows end with the newest slot; a window over several hours is exact to its ring's slot, so "1d" covers between
    23 h 45 min and 24 h.

    Examples
    --------
    >>> counts = RollingCounts.of(60)
    >>> for minute in range(120):
    ...     counts.add(minute * 60, 1)
    >>> counts.totals()["5m"], counts.totals()["1h"], counts.totals()["7d"]
    (5, 60, 120)
    >>> counts.add(119 * 60, -1)  # a post was deleted
    >>> counts.totals()["1m"]
    0
    """

    rings: list[Ring]

    @classmethod
    def of(cls, bucket_seconds: int) -> RollingCounts:
        """Make empty counts for buckets of the given width."""
        widths = ((bucket_seconds, 3_600), (max(bucket_seconds, 900), 86_400), (max(bucket_seconds, 3_600), 604_800))
        return cls([Ring(width, [0] * (span // width)) for width, span in widths])

    def add(self, bucket: int, count: int) -> None:
        """Count so many in the bucket that begins at `bucket` (epoch seconds), or fewer where negative."""
        for ring in self.rings:
            ring.add(bucket, count)

    def totals(self) -> dict[str, int]:
        """Give the count of each window; one shorter than a bucket is that of the newest bucket."""
        fine, quarters, hours = self.rings
        return {
            name: (fine if span <= 3_600 else quarters if span <= 86_400 else hours).total(span)
            for name, span in WINDOWS.items()
        }
