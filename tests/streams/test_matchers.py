import asyncio
import itertools
import json
from collections.abc import Awaitable, Sequence
from typing import NamedTuple

import pytest
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams.core.inputclock import Come
from streams.core.tallies import TallyBatch, decode
from streams.core.watch import shard_of
from streams.matchers import SLICE_BYTES, SLICE_POSTS, WORD_SECONDS, Matchers
from streams.metrics import Metrics
from tests.kafka import story

PARTITIONS = 3
NOW = float(story.START + 86_400)


class Record(NamedTuple):
    offset: int
    value: bytes | None


class Wire:
    """Keeps what is sent, and how much of it has been waited for."""

    def __init__(self) -> None:
        self.tallies: list[tuple[int | None, TallyBatch]] = []
        self.dead: list[tuple[bytes, dict[str, bytes]]] = []
        self.safe = 0

    async def __call__(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[object]:
        if topic == "larum.tallies":
            self.tallies.append((partition, decode(value)))
        else:
            self.dead.append((value, dict(headers)))

        async def safe() -> None:
            self.safe += 1

        return safe()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def matchers(wire: Wire, registry: CollectorRegistry) -> Matchers:
    settings = story.settings(partitions=PARTITIONS)
    return Matchers(settings, SentimentModel(), wire, Metrics(registry), lambda: NOW)


def post(number: int, text: str = "a post", minute: int = 0) -> bytes:
    at = story.START + 60 * minute
    return json.dumps({"id": str(number), "source": "test", "text": text, "created_at": at, "lang": "en"}).encode()


async def test_each_brand_is_told_of_to_the_shard_that_watches_it(matchers: Matchers, wire: Wire) -> None:
    texts = [f"{brand} again" for brand in story.BRANDS]
    await matchers.take(1, [Record(number, post(number, text)) for number, text in enumerate(texts)])
    assert [shard for shard, _ in wire.tallies] == list(range(PARTITIONS))
    assert {(batch.input, batch.inputs) for _, batch in wire.tallies} == {(1, PARTITIONS)}
    told = {tally.brand: shard for shard, batch in wire.tallies for tally in batch.tallies}
    assert told == {brand: shard_of(brand, PARTITIONS) for brand in story.BRANDS}
    assert wire.safe == PARTITIONS


async def test_a_shard_hears_nothing_when_there_is_nothing_to_tell_it(matchers: Matchers, wire: Wire) -> None:
    await matchers.take(0, [Record(0, post(0, "nothing of interest"))])
    wire.tallies.clear()
    await matchers.take(0, [Record(1, post(0, "nothing of interest"))])
    assert not wire.tallies
    await matchers.take(0, [Record(2, post(2, "time goes on", minute=5))])
    assert [batch.watermark for _, batch in wire.tallies] == [story.START + 240] * PARTITIONS


async def test_every_shard_hears_of_every_post_so_that_each_knows_its_sources(matchers: Matchers, wire: Wire) -> None:
    await matchers.take(0, [Record(0, post(0, "nothing of interest"))])
    heard = [[(one.source, one.bucket, len(one.posts)) for one in batch.heard] for _, batch in wire.tallies]
    assert heard == [[("test", story.START, 1)]] * PARTITIONS


async def test_a_restarted_matcher_goes_on_with_the_clock_once_it_is_alone(
    wire: Wire, registry: CollectorRegistry
) -> None:
    """Posts written while it was down get some minutes to come; a history that is read does not go with the clock."""
    now, settings = [NOW], story.settings(partitions=PARTITIONS)
    matchers = Matchers(settings, SentimentModel(), wire, Metrics(registry), lambda: now[0])
    matchers.assign([0, 1], {0: Come(NOW - 7_200.0, True), 1: Come(NOW - 7_200.0, False)})
    watermarks = []
    for later in (0.0, 200.0, 400.0):
        now[0] = NOW + later
        wire.tallies.clear()
        for partition in (0, 1):
            await matchers.idle(partition)
        watermarks += [{batch.input: batch.watermark for _, batch in wire.tallies}]
    behind = NOW - 7_200.0
    assert watermarks[0] == {0: behind, 1: behind}
    assert watermarks[1] == {0: behind, 1: behind}
    assert watermarks[2] == {0: NOW + 340.0, 1: behind}


async def test_an_input_that_rests_says_so_again_every_few_seconds(wire: Wire, registry: CollectorRegistry) -> None:
    now = [NOW]
    settings = story.settings(partitions=PARTITIONS)
    matchers = Matchers(settings, SentimentModel(), wire, Metrics(registry), lambda: now[0])
    for _ in range(61):
        await matchers.idle(0)
        now[0] += 1.0
    words = [batch for _, batch in wire.tallies]
    assert len(words) == PARTITIONS * (1 + 60 / WORD_SECONDS)
    assert all(batch.idle for batch in words)


async def test_an_input_that_rests_is_told_of_once_and_when_it_wakes(matchers: Matchers, wire: Wire) -> None:
    await matchers.take(0, [Record(0, post(0))])
    wire.tallies.clear()
    await matchers.idle(0)
    await matchers.idle(0)
    assert [batch.idle for _, batch in wire.tallies] == [True] * PARTITIONS
    wire.tallies.clear()
    await matchers.take(0, [Record(1, post(1))])
    assert [batch.idle for _, batch in wire.tallies] == [False] * PARTITIONS


async def test_an_input_that_has_never_held_a_post_does_not_keep_the_watch_waiting(
    matchers: Matchers, wire: Wire
) -> None:
    await matchers.idle(2)
    assert [(batch.input, batch.idle, batch.tallies) for _, batch in wire.tallies] == [(2, True, [])] * PARTITIONS


async def test_repeats_are_remembered_while_a_partition_stays_and_forgotten_when_it_goes(
    matchers: Matchers, wire: Wire, registry: CollectorRegistry
) -> None:
    record = Record(0, post(0, "northquill"))

    def repeats() -> float | None:
        return registry.get_sample_value("larum_repeated_posts_total")

    matchers.assign([0])
    await matchers.take(0, [record])
    matchers.assign([0, 1])
    await matchers.take(0, [record])
    assert repeats() == 1
    matchers.assign([1])
    assert registry.get_sample_value("larum_watermark_timestamp_seconds", {"partition": "0"}) is None
    matchers.assign([0, 1])
    await matchers.take(0, [record])
    assert repeats() == 1


async def test_dead_letters_are_counted_and_name_their_reason(
    matchers: Matchers, wire: Wire, registry: CollectorRegistry
) -> None:
    await matchers.take(0, [Record(7, b"junk"), Record(8, post(8, minute=1446)), Record(9, post(9, "northquill"))])
    assert [value for value, _ in wire.dead] == [b"junk", post(8, minute=1446)]
    assert wire.dead[0][1]["origin"] == b"larum.posts/0@7"
    assert wire.dead[1][1]["reason"].startswith(b"from the future")
    for reason in ("unreadable", "from_the_future"):
        assert registry.get_sample_value("larum_dead_letters_total", {"reason": reason}) == 1
    assert registry.get_sample_value("larum_posts_total", {"source": "test"}) == 1
    assert wire.safe == 2 + PARTITIONS


async def test_a_long_batch_is_taken_in_slices_and_told_of_once(matchers: Matchers, wire: Wire) -> None:
    lines = b"\n".join(post(number, "northquill", minute=number % 60) for number in range(5000))
    await matchers.take(0, [Record(0, lines)])
    assert len(wire.tallies) == PARTITIONS
    assert sum(len(tally.mentions) for _, batch in wire.tallies for tally in batch.tallies) == 5000


async def test_a_brand_that_comes_is_told_of_from_the_next_batch_on_in_every_partition(
    wire: Wire, registry: CollectorRegistry
) -> None:
    settings = story.settings(partitions=PARTITIONS)
    fewer = settings.model_copy(update={"brands": settings.brands[1:]})
    matchers = Matchers(fewer, SentimentModel(), wire, Metrics(registry), lambda: NOW)
    texts = [f"{story.BRANDS[0]} again", f"{story.BRANDS[1]} again"]
    for partition in (0, 1):
        await matchers.take(partition, [Record(0, post(10 * partition, texts[0]))])
    assert not [tally for _, batch in wire.tallies for tally in batch.tallies]
    await matchers.configure(settings)
    wire.tallies.clear()
    for partition in (0, 1, 2):
        records = [Record(1 + number, post(10 * partition + number, text)) for number, text in enumerate(texts)]
        await matchers.take(partition, records)
    told = {(batch.input, tally.brand): len(tally.mentions) for _, batch in wire.tallies for tally in batch.tallies}
    repeats = {(0, story.BRANDS[0]), (1, story.BRANDS[0])}  # seen before the brand was looked for, and so not again
    assert told == {
        (partition, brand): 1
        for partition in (0, 1, 2)
        for brand in story.BRANDS[:2]
        if (partition, brand) not in repeats
    }


def wordy(number: int) -> bytes:
    return post(number, "northquill " + "and so on " * 1_900)


@pytest.mark.parametrize(
    ("records", "posts", "most"),
    [
        ([b"\n".join(map(post, range(5_000)))], 5_000, SLICE_POSTS),
        (list(map(post, range(5_000))), 5_000, SLICE_POSTS),
        ([b"\n".join(map(wordy, range(100)))], 100, SLICE_BYTES // len(wordy(100))),
        ([*map(post, range(700)), *[b"junk"] * 700], 1_400, SLICE_POSTS),
    ],
)
async def test_the_event_loop_gets_its_turn_after_so_much_work(
    wire: Wire, registry: CollectorRegistry, records: list[bytes], posts: int, most: int
) -> None:
    """Heartbeats and health have to be answered under full load, whatever the records look like."""
    timer = itertools.count()  # as if each slice took a second
    settings = story.settings(partitions=PARTITIONS)
    matchers = Matchers(settings, SentimentModel(), wire, Metrics(registry), lambda: NOW, lambda: next(timer))

    def done() -> int:
        return int(registry.get_sample_value("larum_posts_total", {"source": "test"}) or 0) + len(wire.dead)

    taking = asyncio.ensure_future(matchers.take(0, [Record(number, record) for number, record in enumerate(records)]))
    turns = [0]
    while not taking.done():
        await asyncio.sleep(0)
        turns.append(done())
    await taking
    assert turns[-1] == posts
    assert max(after - before for before, after in itertools.pairwise(turns)) <= most


async def test_the_event_loop_is_left_alone_while_there_is_little_to_do(
    wire: Wire, registry: CollectorRegistry
) -> None:
    matchers = Matchers(
        story.settings(partitions=PARTITIONS), SentimentModel(), wire, Metrics(registry), lambda: NOW, lambda: 0.0
    )
    taking = asyncio.ensure_future(matchers.take(0, [Record(number, post(number)) for number in range(1_500)]))
    await asyncio.sleep(0)
    assert registry.get_sample_value("larum_posts_total", {"source": "test"}) == 1_500
    await taking


async def test_of_a_loud_brand_a_part_is_left_out_and_counted_when_it_is_asked_for(
    matchers: Matchers, wire: Wire, registry: CollectorRegistry
) -> None:
    lines = b"\n".join(post(number, f"northquill {number}") for number in range(2_000))
    await matchers.take(0, [Record(0, lines)], halvings=3)
    kept = [mention for _, batch in wire.tallies for tally in batch.tallies for mention in tally.mentions]
    assert {mention.halvings for mention in kept} == {0, 1, 2, 3}
    assert registry.get_sample_value("larum_shed_posts_total") == 2_000 - len(kept) > 1_000
    assert registry.get_sample_value("larum_posts_total", {"source": "test"}) == 2_000
