"""Copies are recognised as often as the model of errors says, and honest complaints are not taken for copies."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.copies import FAMILIES, FEWEST_WORDS, MISTAKEN, NEAR, UNRELATED, chance_alike, sign
from tests.data import data

TEXT = (
    "kupiłam wczoraj sałatkę w sklepie na rogu i znalazłam w środku mysz, od tygodnia nikt nie chce ze mną rozmawiać, "
    "a infolinia milczy"
)
OTHER = [f"{first}{second}{third}" for first in "bdgk" for second in "aeiou" for third in "lmnrstwz"]
WORDS = [one + two for one in OTHER for two in OTHER[:40]]


def shape_of(text: str) -> int:
    return sign([text])[0].shape


def differing(one: int, two: int) -> int:
    return (one ^ two).bit_count()


def edited(text: str, dice: random.Random, words: int = 1) -> str:
    """Change so many words of a text to others."""
    kept = text.split()
    for place in dice.sample(range(len(kept)), words):
        kept[place] = dice.choice(WORDS)
    return " ".join(kept)


def complaints(dice: random.Random, own: int, number: int = 500) -> list[str]:
    """Make honest complaints of five stock phrases out of thirty, of three to six words each, and words of their own.

    Any two have nearly one phrase in common, and among so many nearly each has a fellow with three of its five.
    """
    common = dice.sample(OTHER, 150)
    stock = [dice.sample(common, dice.randint(3, 6)) for _ in range(30)]
    made = []
    for _ in range(number):
        parts = [*dice.sample(stock, 5), *([word] for word in dice.sample(WORDS, own))]
        dice.shuffle(parts)
        made.append(" ".join(word for part in parts for word in part))
    return made


def taken_for_copies(texts: Iterable[str]) -> int:
    """Count texts whose shape is near that of an earlier one of other words."""
    shapes, known, near = np.zeros(0, np.uint64), set[int](), 0
    for text, shape in sign(list(texts)):
        if shape and text not in known:
            near += bool((np.bitwise_count(shapes ^ np.uint64(shape)) <= NEAR).any())
            shapes = np.append(shapes, np.uint64(shape))[-FAMILIES:]
        known.add(text)
    return near


@pytest.mark.parametrize(("common", "apart"), [(20, 0), (19, 1), (11, 1), (15, 5), (10, 5), (10, 10), (4, 12)])
def test_texts_are_taken_as_one_as_often_as_the_model_says(common: int, apart: int) -> None:
    dice, trials = random.Random(common * 100 + apart), 2_000
    pairs = []
    for _ in range(trials):
        words = dice.sample(WORDS, common + 2 * apart)
        both, one, two = words[:common], words[common : common + apart], words[common + apart :]
        pairs += [" ".join(both + one), " ".join(both + two)]
    shapes = [signature.shape for signature in sign(pairs)]
    seen = sum(differing(*pair) <= NEAR for pair in zip(shapes[::2], shapes[1::2], strict=True)) / trials
    due = chance_alike(common / (common + 2 * apart), NEAR)
    assert abs(seen - due) <= 4.0 * sqrt(due * (1.0 - due) / trials) + 1.0 / trials


def test_the_threshold_is_the_largest_that_the_model_allows() -> None:
    assert FAMILIES * chance_alike(UNRELATED, NEAR) <= MISTAKEN < FAMILIES * chance_alike(UNRELATED, NEAR + 1)


@given(
    st.lists(st.sampled_from(["🤬", "!!!", "@ktoś", "https://x.pl/1", "17", "😡🔥", "—"]), max_size=4), st.booleans()
)
def test_what_is_no_word_changes_nothing(tokens: list[str], upper: bool) -> None:
    other = " ".join([*tokens, TEXT.upper() if upper else TEXT, *tokens])
    assert sign([other, f"RT @ktoś: {other}", TEXT.replace(" ", "🤬 ")]) == sign([TEXT]) * 3


def test_short_texts_are_compared_by_their_words_alone() -> None:
    bots = ["Skandal! Bojkot!", "skandal bojkot 😡 17", "@zorzanka SKANDAL 🤬bojkot🤬🤬", "skandal skandal bojkot 3"]
    honest = ["Zorzanka wstyd akzpwmbe", "Zorzanka wstyd tfulzirc"]
    assert len(set(sign(bots))) == 1
    assert len(set(sign(honest))) == 2
    assert {one.shape for one in sign(bots + honest)} == {0}


def test_few_words_have_no_shape() -> None:
    assert shape_of(" ".join(OTHER[: FEWEST_WORDS - 1] * 3)) == 0
    assert shape_of(" ".join(OTHER[:FEWEST_WORDS])) != 0


def test_nearly_all_edited_copies_of_a_text_of_twenty_words_are_recognised() -> None:
    dice = random.Random(1)
    original, shapes = shape_of(TEXT), [one.shape for one in sign([edited(TEXT, dice) for _ in range(500)])]
    assert sum(differing(original, shape) <= NEAR for shape in shapes) >= 490
    worse = [one.shape for one in sign([f"{edited(TEXT, dice)} {dice.choice(WORDS)}" for _ in range(500)])]
    assert sum(differing(original, shape) <= NEAR for shape in worse) >= 460


@pytest.mark.parametrize(("own", "most"), [(2, 25), (5, 5)])
def test_hardly_a_complaint_that_shares_phrases_is_taken_for_a_copy(own: int, most: int) -> None:
    for seed in range(3):
        assert taken_for_copies(complaints(random.Random(seed), own)) <= most


@pytest.mark.parametrize("airline", ["United", "US Airways", "Southwest"])
def test_real_complaints_are_hardly_ever_alike(airline: str) -> None:
    with data("airline/dev.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["airline"] == airline]
    assert taken_for_copies(texts) <= 0.005 * len(texts)


def test_real_polish_posts_are_hardly_ever_alike() -> None:
    with data("polish/tweets_dev.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert taken_for_copies(texts) <= 0.005 * len(texts)


@given(st.lists(st.text()))
def test_any_texts_have_shapes_of_64_bits_or_none_whatever_stands_beside_them(texts: list[str]) -> None:
    signed = sign(texts)
    assert all(0 <= one.shape < 1 << 64 for one in signed)
    assert signed == [sign([text])[0] for text in texts]
