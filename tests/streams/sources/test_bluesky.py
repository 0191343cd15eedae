"""Bluesky through a Jetstream that drops, repeats, reorders, babbles and falls silent: every post arrives."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deadletters import DeadLetterList
from streams.sources import Batch, Bluesky, Jetstream, Source
from streams.sources.backoff import delays
from tests.data import data
from tests.streams.sources.jetstream import START, JetstreamServer, Mark, Play, Script, frame

LATER = START / 1e6 + 86_400
SECOND = 1_000_000
REFUSALS: list[Script] = [[Mark.REFUSE]] * 6


class Bench:
    """A Bluesky source before a server with a script; waits take no time and are remembered."""

    def __init__(
        self, server: JetstreamServer, hosts: list[str] | None = None, *, idle: float = 5.0, **options: int
    ) -> None:
        self.server = server
        self.waits: list[float] = []
        self.dead = DeadLetterList()
        jetstream = Jetstream(hosts or [server.url], idle_seconds=idle, sleep=self._sleep, random=Random(7))
        self.source = Bluesky(self.dead, jetstream, clock=lambda: LATER, **options)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def read(self, *rkeys: str, cursor: str | None = None) -> list[Batch]:
        """Read until the posts with these keys have come."""
        missing, batches = set(rkeys), []
        async with asyncio.timeout(20), aclosing(self.source.batches(cursor)) as stream:
            async for batch in stream:
                batches.append(batch)
                missing -= set(keys([batch]))
                if not missing:
                    break
        return batches


def keys(batches: list[Batch]) -> list[str]:
    return [post.id.rpartition("/")[2] for batch in batches for post, _ in batch.posts]


@asynccontextmanager
async def bench(
    *scripts: Play, hosts: list[str] | None = None, idle: float = 5.0, **options: int
) -> AsyncIterator[Bench]:
    async with JetstreamServer(*scripts) as server:
        yield Bench(server, hosts and [*hosts, server.url], idle=idle, **options)


async def test_posts_with_origins_and_a_cursor() -> None:
    async with bench(
        [frame("a"), frame("b", time_us=START + 1), frame("a", operation="delete", time_us=START + 2)]
    ) as b:
        source: Source = b.source
        batches = await b.read("b")

    assert source.name == "bluesky"
    assert keys(batches)[:2] == ["a", "b"]
    assert [origin for batch in batches for _, origin in batch.posts][:2] == [
        f"bluesky@{START}",
        f"bluesky@{START + 1}",
    ]
    assert b.server.cursors == [None]
    assert b.server.queries[0]["wantedCollections"] == "app.bsky.feed.post"


async def test_deletions_arrive() -> None:
    async with bench([frame("a", operation="delete")]) as b:
        ((batch),) = await b.read("a")

    assert [(post.kind, post.id) for post, _ in batch.posts] == [("delete", "at://did:plc:author/app.bsky.feed.post/a")]


async def test_dropped_connection_is_taken_up_a_little_before_the_latest_post() -> None:
    first: Script = [frame("a", time_us=START + 9 * SECOND), frame("b", time_us=START + 8 * SECOND), Mark.DROP]
    second: Script = [frame("b", time_us=START + 8 * SECOND), frame("c", time_us=START + 10 * SECOND), Mark.DROP]
    async with bench(first, second, [frame("d", time_us=START + 11 * SECOND)]) as b:
        batches = await b.read("a", "b", "c", "d")

    assert set(keys(batches)) == {"a", "b", "c", "d"}
    assert b.server.cursors == [None, START + 4 * SECOND, START + 5 * SECOND]
    assert not b.dead


async def test_goodbye_of_the_server_is_no_end() -> None:
    async with bench([frame("a"), Mark.GOODBYE], [frame("b")]) as b:
        assert set(keys(await b.read("a", "b"))) == {"a", "b"}


async def test_restart_from_the_cursor_of_a_batch_loses_nothing() -> None:
    frames = [frame(str(number), time_us=START + number * SECOND) for number in range(8)]
    async with bench([*frames[:4]], [*frames[4:]]) as b:
        before = await b.read("3")
    async with bench([*frames[2:]]) as after:
        rest = await after.read("7", cursor=before[-1].cursor)

    assert set(keys(before + rest)) == {str(number) for number in range(8)}
    assert after.server.cursors == [int(before[-1].cursor) - 5 * SECOND]


@pytest.mark.parametrize("seed", range(8))
async def test_nothing_is_lost_to_a_server_that_drops_and_reorders(seed: int) -> None:
    chance = Random(seed)
    times = {str(number): START + number * SECOND for number in range(200)}
    arrival = sorted(times, key=lambda key: times[key] + chance.uniform(0, 4) * SECOND)  # each up to 4 s late

    def play(cursor: int | None) -> Script:
        asked = [frame(key, time_us=times[key]) for key in arrival if cursor is None or times[key] >= cursor]
        return [*asked[: chance.randint(20, 60)], Mark.DROP]

    async with bench(*[play] * 20) as b:
        assert set(keys(await b.read(*times))) == set(times)

    assert len(b.server.cursors) > 3


async def test_time_runs_backwards_but_the_cursor_does_not() -> None:
    times = [5, 3, 9, 1]
    async with bench([frame(str(time), time_us=START + time * SECOND) for time in times], batch=1) as b:
        batches = await b.read("1")

    assert [(int(batch.cursor) - START) // SECOND for batch in batches] == [5, 5, 9, 9]


async def test_frame_from_the_future_does_not_carry_the_cursor_away() -> None:
    async with bench([frame("a", time_us=int(LATER + 1e6) * SECOND), Mark.DROP], [frame("b")]) as b:
        await b.read("a", "b")

    assert b.server.cursors[1] == int(LATER) * SECOND - 5 * SECOND


async def test_garbage_is_a_dead_letter_whole_and_its_neighbours_count() -> None:
    no_text = frame("x", text=7, time_us=START + 3)  # type: ignore[arg-type]
    async with bench([frame("a"), "oops", b"\xff\xfe", no_text, "{}", frame("b")]) as b:
        batches = await b.read("a", "b")

    assert keys(batches) == ["a", "b"]
    assert [letter.record for letter in b.dead] == [b"oops", b"\xff\xfe", no_text.encode(), b"{}"]
    assert b.dead[0].origin == f"bluesky@{START}"
    assert b.dead[2].origin == f"bluesky@{START + 3}"
    assert "text" in b.dead[2].reason
    assert b.server.cursors == [None]


async def test_silent_connection_is_given_up() -> None:
    async with bench([frame("a")], [frame("b")], idle=0.2) as b:
        assert set(keys(await b.read("a", "b"))) == {"a", "b"}

    assert len(b.server.cursors) == 2


async def test_hosts_take_turns_and_waits_grow_until_posts_come(caplog: pytest.LogCaptureFixture) -> None:
    async with JetstreamServer(*REFUSALS) as refusing:
        secret = refusing.url.replace("ws://", "ws://user:password@") + "?key=secret"
        async with bench(*REFUSALS[:4], [frame("a"), Mark.DROP], [frame("b")], hosts=[secret]) as b:
            with caplog.at_level(logging.INFO):
                await b.read("a", "b")

    growing, again = b.waits[:9], b.waits[9:]
    assert len(refusing.queries) == 6
    assert all(later > earlier for earlier, later in pairwise(growing[::2][:3]))
    assert again[0] <= 1.0
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("streams."))
    assert "127.0.0.1" in said
    assert "HTTP status 503" in said
    assert "secret" not in said
    assert "password" not in said


async def test_unreachable_host_is_passed_over() -> None:
    async with bench([frame("a")], hosts=["ws://127.0.0.1:1/subscribe"]) as b:
        assert keys(await b.read("a")) == ["a"]

    assert len(b.waits) == 1


async def test_what_is_not_taken_is_not_read() -> None:
    async with bench([frame(str(number)) for number in range(500)], waiting=3, batch=100) as b:
        batches = await b.read("499")

    assert keys(batches) == [str(number) for number in range(500)]
    assert max(len(batch.posts) for batch in batches) <= 5


async def test_failure_to_keep_a_dead_letter_is_not_taken_for_a_lost_connection() -> None:
    class Full(DeadLetterList):
        def add(self, reason: str, origin: str, record: bytes) -> None:
            raise OSError(28, "No space left on device")

    async with JetstreamServer(["oops"]) as server:
        source = Bluesky(Full(), Jetstream([server.url]))
        with pytest.raises(OSError, match="No space left"):
            async with asyncio.timeout(20):
                await anext(source.batches())


@pytest.mark.parametrize("waiting", [1, 100])
async def test_cancellation_ends_it_at_once_and_cleanly(waiting: int) -> None:
    async with bench([frame(str(number)) for number in range(50)], waiting=waiting) as b:
        taken = asyncio.Event()

        async def consume() -> None:
            async with aclosing(b.source.batches()) as stream:
                async for _ in stream:
                    taken.set()
                    await asyncio.Event().wait()

        task = asyncio.create_task(consume())
        await taken.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not [task for task in others if "Jetstream.run" in repr(task)]


async def test_recorded_stream_dropped_in_the_middle() -> None:
    frames = data("sources/bluesky_jetstream.jsonl").read_text().splitlines()
    wanted = {
        event["commit"]["rkey"]
        for event in map(json.loads, frames)
        if event["kind"] == "commit"
        and event["commit"]["collection"] == "app.bsky.feed.post"
        and event["commit"].get("record", {"text": "deleted"})["text"]
    }
    assert len(wanted) > 10

    async with bench([*frames[:80], Mark.DROP], [*frames[60:]]) as b:
        assert set(keys(await b.read(*wanted))) == wanted

    assert not b.dead


@given(st.integers(), st.floats(0.1, 10), st.floats(10, 300))
def test_backoff_grows_and_is_bounded(seed: int, first: float, longest: float) -> None:
    waits = [wait for wait, _ in zip(delays(Random(seed), first, longest), range(30), strict=False)]

    assert first / 2 <= waits[0] <= first
    assert all(wait <= longest for wait in waits)
    assert waits[-1] >= longest / 2
    assert all(later <= 4 * earlier for earlier, later in pairwise(waits))
