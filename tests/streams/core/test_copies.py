"""Near copies are recognised, and honest complaints about the same thing are not taken for one."""

from __future__ import annotations

import csv
import itertools
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.copies import FEWEST_WORDS, NEAR, REMEMBERED, Copies, shape_of

TEXT = "kupiłam wczoraj sałatkę w sklepie na rogu i znalazłam w środku mysz, nikt nie chce ze mną rozmawiać"
TOPIC = "sałatka mysz sklep klient paragon kasa dzisiaj znowu wstyd skandal dramat reklamacja infolinia"
OTHER = [f"słowo{number}" for number in range(400)]


def edited(text: str, dice: random.Random) -> str:
    """Change what bots change: one word, a token at the end, letter case, an emoji, a link."""
    words = text.split()
    words[dice.randrange(len(words))] = dice.choice(OTHER)
    tail = dice.choice(["", " 🤬", " https://x.pl/1", " #bojkot", " !!!"])
    return (" ".join(words) + tail).upper() if dice.random() < 0.3 else " ".join(words) + tail


def complaint(dice: random.Random) -> str:
    """Make an honest complaint: a third of its words are those that everybody uses about this."""
    return " ".join([*dice.sample(TOPIC.split(), 5), *dice.sample(OTHER, 10)])


def test_most_edited_copies_of_a_long_text_are_recognised() -> None:
    dice = random.Random(1)
    found = sum((shape_of(edited(TEXT, dice)) ^ shape_of(TEXT)).bit_count() <= NEAR for _ in range(500))
    assert found >= 440


def test_hardly_an_honest_complaint_is_taken_for_a_copy_of_another() -> None:
    dice = random.Random(2)
    copies = Copies(b"")
    wrong = sum(copies.is_near(shape_of(complaint(dice))) for _ in range(2_000))
    assert wrong <= 20


def test_few_words_have_no_shape() -> None:
    assert shape_of(" ".join(OTHER[: FEWEST_WORDS - 1])) == 0
    assert shape_of(" ".join(OTHER[:FEWEST_WORDS])) != 0


def test_memory_is_bounded_and_survives() -> None:
    copies = Copies(b"")
    for number in range(3 * REMEMBERED):
        copies.is_near(shape_of(" ".join(OTHER[number % 380 : number % 380 + 8]) + f" nr{'x' * (number % 97)}"))
    assert len(copies.dump()) <= 8 * REMEMBERED
    assert Copies(copies.dump()).dump() == copies.dump()


@given(st.text())
def test_any_text_has_a_shape_of_64_bits_or_none(text: str) -> None:
    assert 0 <= shape_of(text) < 1 << 64


def test_real_complaints_are_hardly_ever_alike() -> None:
    folder = os.environ.get("LARUM_DATA")
    path = Path(folder or "", "airline", "dev.csv")
    if not folder or not path.exists():
        pytest.skip("LARUM_DATA names no folder with airline/dev.csv")
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in itertools.islice(csv.DictReader(file), 3_000)]
    copies, exact = Copies(b""), set[int]()
    near = 0
    for shape in map(shape_of, texts):
        near += copies.is_near(shape) and shape not in exact
        exact.add(shape)
    assert near <= 0.02 * len(texts)
