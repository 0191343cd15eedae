"""How larum stands after so many ordinary days: worked out once for all stories that have these days in common."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import NamedTuple

from streams.core.brandwatch import BrandWatch
from streams.core.crises import CrisisEvent
from streams.core.ledger import Voices
from streams.core.watch import CLOCK
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from tests.scenarios.usual import BRAND, Usual
from tests.streams.models import Keyword

HOUR = 60


class Past(NamedTuple):
    """What was told, and the states of brand and clock."""

    events: list[CrisisEvent]
    states: dict[str, bytes]


@cache
def posts_past(usual: Usual, days: int) -> Past:
    """Let larum read the posts of so many days."""
    if not days:
        return Past([], {})
    past = posts_past(usual, days - 1)
    runtime, events = reader(usual, past.states), list(past.events)
    minutes = list(usual.posts(days - 1))
    for minute in range(0, len(minutes), HOUR):
        now = (usual.start + timedelta(days=days - 1, minutes=minute + HOUR)).timestamp()
        posts = sorted(
            (post for each in minutes[minute : minute + HOUR] for post in each), key=lambda post: post.timestamp
        )
        events += (runtime.take_posts([(post, "") for post in posts], now) if posts else runtime.idle(now)).events
    return Past(events, states(runtime))


@cache
def counts_past(usual: Usual, days: int) -> Past:
    """Let larum read the counts of so many days."""
    if not days:
        return Past([], {})
    past = counts_past(usual, days - 1)
    brand, events = counter(usual, past.states), list(past.events)
    for minute, counts in enumerate(usual.count(days - 1)):
        moment = usual.start + timedelta(days=days - 1, minutes=minute)
        events += close(brand, int(moment.timestamp()), *counts)
    return Past(events, {BRAND.id: brand.dump()})


def reader(usual: Usual, known: dict[str, bytes]) -> Embedded:
    """Make a runtime that goes on from where another one stood."""
    runtime = Embedded(usual.settings, Keyword(), DeadLetterList())
    for key, record in known.items():
        runtime.pipeline.watch.load(key, record)
    runtime.pipeline.resume()
    return runtime


def states(runtime: Embedded) -> dict[str, bytes]:
    """Give all that a runtime would have to remember."""
    return {key: runtime.pipeline.watch.dump(key) for key in (BRAND.id, CLOCK)}


def counter(usual: Usual, known: dict[str, bytes]) -> BrandWatch:
    """Make the watch of the brand, which goes on from where another one stood."""
    brand = BrandWatch(BRAND, usual.settings)
    if known:
        brand.load(known[BRAND.id])
    return brand


def close(brand: BrandWatch, bucket: int, posts: int, angry: int) -> list[CrisisEvent]:
    """Close a bucket of which there are counts."""
    _, event = brand.close_counts(bucket, Voices(posts, posts, angry), 1.0, "none")
    return [event] if event else []
