"""Brands at rest are as good as brands at hand: the same events, counts and states, whatever there is room for."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.brandstate import BrandState
from streams.core.crises import CrisisEvent
from streams.core.hearing import Heard
from streams.core.packing import unpack
from streams.core.roster import ROUND
from streams.core.settings import Brand, Detection, Settings
from streams.core.tallies import TallyBatch
from streams.core.watch import CLOCK, Outcome, Watch
from tests.streams.core.mentions import MONDAY, batch, mention, tally

NAMES = [f"brand{number}" for number in range(6)]
WIDTH = 300
SETTINGS = Settings(
    brands=tuple(Brand(id=name, name=name) for name in NAMES), detection=Detection(bucket_seconds=WIDTH)
)
ANGRY = NAMES[0]


def story(seed: int, buckets: int) -> list[TallyBatch]:
    """Brands from loud to silent, one of them with a crisis.

    There are deletions, hours in which a source is not heard, and hours in which a part of the posts is left out.
    """
    source, number, said, batches = random.Random(seed), 0, list[int](), list[TallyBatch]()
    crisis = buckets - 20
    for bucket in range(buckets):
        time, tallies, heard = MONDAY + bucket * WIDTH, [], list[int]()
        for rank, name in enumerate(NAMES):
            angry = name == ANGRY and bucket >= crisis
            mentions = []
            for _ in range(12 if angry else int(source.random() < 0.9 / (1 + rank) ** 2)):
                number += 1
                heard.append(number)
                made = mention(number, time + 1.0, negative=0.9 if angry else source.choice((0.1, 0.9)))
                mentions.append(msgspec.structs.replace(made, halvings=number % 2 if bucket % 100 < 50 else 0))
            tallies += [tally(*mentions, brand=name, width=WIDTH)] if mentions else []
        deleted = tuple(source.sample(said[-50:], k=1)) if said and bucket % 7 == 0 else ()
        said += heard
        deaf = buckets // 2 < bucket < buckets // 2 + 30
        samples = [] if deaf else [Heard("x", time, [source.getrandbits(64) for _ in range(20)])]
        sent = batch(time + 1.0 - 60.0, *tallies, deleted=deleted)
        batches.append(msgspec.structs.replace(sent, heard=samples, model="test"))
    return [*batches, batch(MONDAY + (buckets + ROUND) * WIDTH)]


def told(outcomes: list[Outcome]) -> list[CrisisEvent]:
    return sorted((event for one in outcomes for event in one.events), key=lambda one: (one.time, one.id))


def counted(outcomes: list[Outcome]) -> dict[tuple[str, int], object]:
    return {(reading.brand, reading.bucket): reading for one in outcomes for reading in one.readings}


def learned(watch: Watch, name: str) -> object:
    state = msgspec.msgpack.decode(unpack(watch.dump(name)), type=BrandState, strict=False)
    return msgspec.structs.replace(state, kept=0)


@pytest.mark.parametrize("room", [0, 3])
def test_a_brand_at_rest_misses_nothing(room: int) -> None:
    batches = story(seed=1, buckets=600)
    roomy, narrow = Watch(SETTINGS), Watch(SETTINGS, room=room)
    ample = [roomy.take(one) for one in batches]
    scant = [narrow.take(one) for one in batches]
    rested = set().union(*(one.rested for one in scant))
    assert ANGRY in {event.data.brand for one in ample for event in one.events}
    assert len(rested) >= 4
    assert told(scant) == told(ample)
    assert counted(scant) == counted(ample)
    assert sum(one.deleted for one in ample) > 20
    assert all(learned(narrow, name) == learned(roomy, name) for name in NAMES if narrow.brands[name] and narrow)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1_000), st.lists(st.integers(1, 120), max_size=4), st.integers(0, 3))
def test_a_restart_among_brands_at_rest_changes_nothing(seed: int, stops: list[int], room: int) -> None:
    """States are kept now and then, those of the brands that changed; what came since is delivered again."""
    batches = story(seed, buckets=120)
    roomy = Watch(SETTINGS)
    expected = told([roomy.take(one, offset) for offset, one in enumerate(batches)])
    kept: dict[str, tuple[int, bytes]] = {}
    events: dict[str, CrisisEvent] = {}
    for stop in [*sorted(stops), len(batches)]:
        watch, changed, start = Watch(SETTINGS, room=room), set[str](), 0
        for name, (offset, state) in kept.items():
            watch.load(name, state, offset)
            start = offset + 1 if name == CLOCK else start
        for offset in range(start, stop):
            outcome = watch.take(batches[offset], offset)
            changed |= outcome.changed
            for event in outcome.events:
                assert events.setdefault(event.id, event) == event
            if offset % 10 == 9:
                kept |= {name: (offset, watch.dump(name)) for name in changed}
                changed.clear()
    assert sorted(events.values(), key=lambda one: (one.time, one.id)) == expected
