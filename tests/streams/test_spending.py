"""Pages and notices of late, by brand."""

from __future__ import annotations

from streams.spending import Spent, spent
from tests.streams.made import alarm

DAY = 86_400.0
NOW = 1_767_369_600.0


def test_pages_and_notices_of_the_last_days_are_counted_once_each() -> None:
    events = [
        alarm("a", NOW - 40 * DAY, onset=1),  # too long ago
        alarm("a", NOW - 20 * DAY, "notice", onset=2),
        alarm("a", NOW - 10 * DAY, "notice", onset=3),
        alarm("a", NOW - 10 * DAY + 600, onset=3, number=2),  # the same one, raised
        alarm("c", NOW - DAY, onset=4),  # no brand of ours any more
        alarm("a", NOW + DAY, onset=5),  # not yet
    ]
    assert spent(events, ["a", "b"], NOW, 30.0) == [
        Spent(brand="a", pages=1, notices=1, kinds={"negativity": 2}, last="2025-12-23T16:10:00Z"),
        Spent(brand="b"),
    ]
