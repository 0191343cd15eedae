"""Dead letters: nothing is lost of a record, and the disk does not fill."""

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.deadletters import DeadLetter, DeadLetterBox, DeadLetterList, DeadLetters


def stored(path: Path) -> list[DeadLetter]:
    return [msgspec.json.decode(line, type=DeadLetter) for line in path.read_bytes().splitlines()]


@given(st.binary(max_size=64))
def test_record_comes_back_as_it_was(record: bytes) -> None:
    letter = DeadLetter.of("reason", "posts.jsonl:1", record)

    assert msgspec.json.decode(msgspec.json.encode(letter), type=DeadLetter).record == record


def test_letters_are_appended_across_restarts(tmp_path: Path) -> None:
    path = tmp_path / "new" / "dead.jsonl"
    DeadLetters(path).add("no JSON", "posts.jsonl:1", b"oops\n\xff")
    DeadLetters(path).add("no id", "posts.jsonl:2", b"{}")

    assert [(letter.reason, letter.origin, letter.record) for letter in stored(path)] == [
        ("no JSON", "posts.jsonl:1", b"oops\n\xff"),
        ("no id", "posts.jsonl:2", b"{}"),
    ]


def test_disk_use_is_bounded_and_the_newest_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    letters = DeadLetters(path, max_bytes=1_000)
    for number in range(200):
        letters.add("no JSON", f"posts.jsonl:{number}", b"oops")
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2_000

    assert {file.name for file in tmp_path.iterdir()} == {"dead.jsonl", "dead.jsonl.1"}
    kept = [
        int(letter.origin.split(":")[1])
        for file in ("dead.jsonl.1", "dead.jsonl")
        for letter in stored(tmp_path / file)
    ]
    assert kept == list(range(kept[0], 200))


def test_letter_greater_than_the_bound_is_still_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    DeadLetters(path, max_bytes=100).add("too long", "posts.jsonl:1", b"x" * 1_000)

    assert stored(path)[0].record == b"x" * 1_000


def test_both_are_boxes(tmp_path: Path) -> None:
    memory = DeadLetterList()
    boxes: list[DeadLetterBox] = [memory, DeadLetters(tmp_path / "dead.jsonl")]
    for box in boxes:
        box.add("no JSON", "posts.jsonl:1", b"oops")

    assert memory == stored(tmp_path / "dead.jsonl")
