"""The watch stage on Kafka without Kafka: whatever a crash leaves behind, the same crises are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams import bucketcounts
from streams.bucketcounts import BucketCount
from streams.core import canary
from streams.core.crises import CrisisEvent, decode
from streams.core.match import Match
from streams.core.posts import Posts
from streams.core.posts import decode as decode_post
from streams.core.times import rfc3339
from streams.metrics import Metrics
from streams.watchers import Watchers
from tests.kafka import story


class Record(NamedTuple):
    offset: int
    value: bytes | None


class Crash(Exception):  # noqa: N818 - it is what happens, not an error of the code
    """The process is gone."""


class Ledger:
    """States in memory; after so many writes the process is gone."""

    def __init__(self) -> None:
        self.states: dict[str, tuple[int, bytes]] = {}
        self.writes_left: int | None = None

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        for name, state in states.items():
            if self.writes_left is not None:
                if not self.writes_left:
                    raise Crash
                self.writes_left -= 1
            self.states[name] = (offset, state)

    def carried(self) -> Iterable[tuple[int, str, int, bytes]]:
        return [(0, name, offset, state) for name, (offset, state) in self.states.items()]


class Wire:
    """Keeps what is sent, by topic."""

    def __init__(self) -> None:
        self.sent: dict[str, list[bytes]] = {}
        self.canaries: list[float] = []

    async def __call__(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[object]:
        async def safe() -> None:
            self.sent.setdefault(topic, []).append(value)
            if canary := bucketcounts.canary_of(headers):
                assert (topic, value, partition) == ("larum.counts", b"", 0)
                self.canaries.append(canary)

        return safe()

    def events(self) -> list[CrisisEvent]:
        return [decode(value) for value in self.sent.get("larum.crises", [])]

    def counts(self) -> list[BucketCount]:
        return [count for value in self.sent.get("larum.counts", []) for count in bucketcounts.decode(value)]


SETTINGS = story.settings(partitions=1)


@pytest.fixture(scope="module")
def tallies() -> list[Record]:
    """What the match stage makes of the story, as records of the tallies topic."""
    match = Match(SETTINGS, SentimentModel())
    told = [decode_post(line) for line in story.posts()]
    values = []
    for start in range(0, len(told), 40):
        match.take(Posts.of(told[start : start + 40]), ["story"] * 40)
        values += match.flush()
    match.idle()
    return [Record(offset, value) for offset, value in enumerate([*values, *match.flush()])]


def watchers(states: Ledger, wire: Wire) -> Watchers:
    made = Watchers(SETTINGS, states, wire, Metrics(CollectorRegistry()))
    made.restore([0])
    return made


@pytest.fixture(scope="module")
def sound(tallies: list[Record]) -> Wire:
    """What a run sends in which nothing goes wrong."""
    wire = Wire()
    assert asyncio.run(watchers(Ledger(), wire).take(0, tallies, lambda: True))
    return wire


@pytest.fixture(scope="module")
def told(sound: Wire) -> list[CrisisEvent]:
    return sound.events()


def test_every_post_of_the_story_is_counted_once(sound: Wire) -> None:
    posts = [decode_post(post) for post in story.posts()]
    sent = Counter(
        (brand, rfc3339(post.timestamp // 60 * 60)) for post in posts for brand in story.BRANDS if brand in post.text
    )
    assert sent.total() == len(posts)
    assert {(count.brand, count.bucket): count.mentions for count in sound.counts()} == sent
    assert len(sound.counts()) == len(sent)


async def test_the_story_has_a_crisis_in_it(told: list[CrisisEvent]) -> None:
    assert {event.data.brand for event in told} == {story.BRANDS[0]}
    assert told[0].step == "opened"
    assert len(told) > 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 9), st.integers(0, 4)), max_size=6))
async def test_after_any_crash_the_same_events_and_counts_are_told(
    tallies: list[Record], told: list[CrisisEvent], sound: Wire, crashes: list[tuple[int, int, int]]
) -> None:
    """Each crash comes after some batches, with a checkpoint every few of them, and in the midst of writing one."""
    states, wire = Ledger(), Wire()
    for batches, every, writes in [*crashes, (len(tallies), 1, 0)]:
        running = watchers(states, wire)
        last = batches == len(tallies)
        for number in range(batches + 1):
            position = running.position(0)
            await running.take(0, tallies[position : position + 7], lambda: True)
            states.writes_left = None if last or number < batches else writes
            try:
                if number % every == 0:
                    await running.checkpoint(lambda: True)
            except Crash:
                break
        states.writes_left = None
    once = {event.id: event for event in wire.events()}
    assert list(once.values()) == told
    assert all(event == once[event.id] for event in wire.events())
    assert set(wire.counts()) == set(sound.counts())


async def test_records_that_the_state_includes_are_passed_over(tallies: list[Record]) -> None:
    states, wire = Ledger(), Wire()
    running = watchers(states, wire)
    await running.take(0, tallies, lambda: True)
    await running.checkpoint(lambda: True)
    before = dict(states.states), wire.events()
    await running.take(0, tallies[10:30], lambda: True)
    await running.checkpoint(lambda: True)
    assert (dict(states.states), wire.events()) == before


async def test_canaries_are_told_of_in_the_topic_of_counts_now_and_then(tallies: list[Record]) -> None:
    match, wire = Match(SETTINGS, SentimentModel()), Wire()
    values = []
    for second in (0.0, 30.0):
        match.take(Posts.of([canary.post(0, 1_767_369_600.0 + second)]), [""])
        values += match.flush()
    running = watchers(Ledger(), wire)
    await running.take(0, tallies, lambda: True)
    assert wire.canaries == []
    for number, value in enumerate(values, start=len(tallies)):
        await running.take(0, [Record(number, value)], lambda: True)
    assert wire.canaries == [1_767_369_600.0]  # the second comes too soon after it to be told of


async def test_nothing_is_written_for_a_partition_that_was_given_away(tallies: list[Record]) -> None:
    states, wire = Ledger(), Wire()
    running = watchers(states, wire)
    assert not await running.take(0, tallies, lambda: False)
    await running.checkpoint(lambda: False)
    assert not states.states
    assert not wire.sent


async def test_a_damaged_record_of_tallies_is_set_aside_and_its_neighbours_count(
    tallies: list[Record], told: list[CrisisEvent]
) -> None:
    wire = Wire()
    damaged = [Record(2 * record.offset, record.value) for record in tallies]
    damaged[5:5] = [Record(9, b"\xc1 damaged")]
    await watchers(Ledger(), wire).take(0, damaged, lambda: True)
    assert wire.sent["larum.posts.dead"] == [b"\xc1 damaged"]
    assert wire.events() == told


def shown(registry: CollectorRegistry, name: str, brand: str) -> float | None:
    return registry.get_sample_value(name, {"brand": brand})


async def test_a_brand_that_the_watch_does_not_know_yet_is_looked_for_before_its_tallies_are_let_go(
    tallies: list[Record], told: list[CrisisEvent]
) -> None:
    """Another worker has the newer file already; this one reads its own at once."""
    fewer = SETTINGS.model_copy(update={"brands": SETTINGS.brands[1:]})
    wire, registry = Wire(), CollectorRegistry()
    asked = 0

    async def reread() -> None:
        nonlocal asked
        asked += 1
        await running.configure(SETTINGS)

    running = Watchers(fewer, Ledger(), wire, Metrics(registry), reread)
    running.restore([0])
    await running.take(0, tallies, lambda: True)
    assert asked == 1
    assert [event.id for event in wire.events()] == [event.id for event in told]
    assert registry.get_sample_value("larum_unknown_brand_mentions_total") == 0


async def test_tallies_of_a_brand_that_is_nowhere_configured_are_counted(tallies: list[Record]) -> None:
    fewer = SETTINGS.model_copy(update={"brands": SETTINGS.brands[1:]})
    wire, registry = Wire(), CollectorRegistry()

    async def reread() -> None:
        """Find nothing new."""

    running = Watchers(fewer, Ledger(), wire, Metrics(registry), reread)
    running.restore([0])
    await running.take(0, tallies, lambda: True)
    assert wire.events() == []
    assert (registry.get_sample_value("larum_unknown_brand_mentions_total") or 0) > 800


async def test_a_brand_that_was_gone_goes_on_from_the_state_it_left_and_has_no_series_meanwhile(
    tallies: list[Record], told: list[CrisisEvent]
) -> None:
    states, wire, registry = Ledger(), Wire(), CollectorRegistry()
    running = Watchers(SETTINGS, states, wire, Metrics(registry))
    running.restore([0])
    middle, brand = len(tallies) // 2, story.BRANDS[0]
    await running.take(0, tallies[:middle], lambda: True)
    await running.configure(SETTINGS.model_copy(update={"brands": SETTINGS.brands[1:]}))
    assert shown(registry, "larum_voices_total", brand) is None
    assert shown(registry, "larum_voices_total", story.BRANDS[1]) is not None
    await running.configure(SETTINGS)
    assert shown(registry, "larum_voices_total", brand) == 0
    await running.take(0, tallies[middle:], lambda: True)
    assert wire.events() == told
