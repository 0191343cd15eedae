"""Following a growing file: every line once, through partial writes, rotation, truncation and restarts."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.posts import MAX_POST_BYTES
from streams.readers import Follower, Position, follow


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def records(follower: Follower) -> list[bytes]:
    """All that is there to be read."""
    found = []
    while batch := follower.poll():
        found += [record for record, _ in batch]
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


def test_lines_count_once_they_end(path: Path) -> None:
    with Follower(path) as follower:
        assert follower.poll() == []
        append(path, b"one\ntw")
        assert follower.poll() == [(b"one", f"{path}:1")]
        append(path, b"o")
        assert follower.poll() == []
        append(path, b"\r\n\nfour\n")
        assert follower.poll() == [(b"two", f"{path}:2"), (b"four", f"{path}:4")]


def test_rotation(path: Path) -> None:
    with Follower(path) as follower:
        append(path, b"one\n")
        assert records(follower) == [b"one"]
        append(path, b"two\nno line end")
        path.rename(path.with_suffix(".1"))
        assert records(follower) == [b"two"]
        append(path, b"three\n")
        assert records(follower) == [b"no line end", b"three"]


def test_truncation(path: Path) -> None:
    with Follower(path) as follower:
        append(path, b"one\ntwo\n")
        assert records(follower) == [b"one", b"two"]
        path.write_bytes(b"3\n")
        assert follower.poll() == [(b"3", f"{path}:1")]


def test_restart_goes_on_where_it_was(path: Path) -> None:
    append(path, b"one\ntwo\nthr")
    with Follower(path) as follower:
        assert records(follower) == [b"one", b"two"]
        position = follower.position
    append(path, b"ee\nfour\n")
    with Follower(path, position) as follower:
        assert follower.poll() == [(b"three", f"{path}:3"), (b"four", f"{path}:4")]


def test_restart_with_another_file_begins_at_its_start(path: Path) -> None:
    append(path, b"new\n")
    with Follower(path, Position(inode=path.stat().st_ino + 1, offset=3, line=1)) as follower:
        assert records(follower) == [b"new"]


def test_line_too_long_is_cut_and_the_position_stays_true(path: Path) -> None:
    append(path, b"x" * (4 * MAX_POST_BYTES) + b"x" * (4 * MAX_POST_BYTES) + b"\nnext\n")
    with Follower(path) as follower:
        found: list[bytes] = []
        while len(found) < 2:
            found += [record for record, _ in follower.poll()]
        assert len(found[0]) == MAX_POST_BYTES + 2
        assert found[1] == b"next"
        assert follower.position.offset == path.stat().st_size


@settings(max_examples=30)
@given(st.lists(st.sampled_from([b"a", b"bb\n", b"\n", b"c\nd", b"restart", b"poll"]), max_size=30))
def test_every_line_once_however_it_is_written(tmp_path_factory: pytest.TempPathFactory, steps: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("following") / "posts.jsonl"
    follower, found, written = Follower(path), [], b""
    for step in steps:
        if step == b"poll":
            found += records(follower)
        elif step == b"restart":
            found += records(follower)
            follower.close()
            follower = Follower(path, follower.position)
        else:
            written += step
            append(path, step)
    found += records(follower)
    follower.close()

    assert found == [line for line in written.split(b"\n")[:-1] if line]


async def test_follow_waits_and_gives_positions(path: Path) -> None:
    waits = []

    async def grow(seconds: float) -> None:
        waits.append(seconds)
        append(path, b"line %d\n" % len(waits))
        await asyncio.sleep(0)

    seen = []
    async with aclosing(follow(path, pause=0.25, sleep=grow)) as batches:
        async for batch, position in batches:
            seen += [record for record, _ in batch]
            if position.line == 3:
                break

    assert seen == [b"line 1", b"line 2", b"line 3"]
    assert waits == [0.25] * 3
