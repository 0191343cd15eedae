"""A family of copies stays one for as long as it goes on, in a memory of fixed size that survives a restart."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.core.copies import FAMILIES, sign
from streams.core.families import Families, Family
from tests.streams.core.test_copies import TEXT, WORDS, edited

placed = st.tuples(st.integers(1, 40), st.sampled_from([0, 1, 7, 0xFFFF, 0xFF << 40]), st.integers(100, 120))


def restarted(families: Families) -> Families:
    return Families(msgspec.msgpack.decode(msgspec.msgpack.encode(families.state), type=dict[int, Family]))


def test_an_edited_flood_among_honest_posts_is_one_family_though_each_copy_meets_hundreds_of_others() -> None:
    dice, families = random.Random(4), Families({})
    number, floods, honest = 0, set[int](), 0
    for _ in range(60):
        number += 1
        (copy,) = sign([edited(TEXT, dice)])
        floods.add(families.place(copy.text, copy.shape, number)[0])
        for one in sign([" ".join(dice.sample(WORDS, 15)) for _ in range(300)]):
            number += 1
            honest += families.place(one.text, one.shape, number)[1]
    assert len(floods) <= 4  # the first two or three can differ in too much; what they share finds nearly all others
    assert honest == 60 * 300


def test_three_copies_that_are_edited_each_elsewhere_give_away_their_template() -> None:
    dice, templates = random.Random(5), []
    for _ in range(50):
        template = " ".join(dice.sample(WORDS, 20))
        families, (original,) = Families({}), sign([template])
        for number, copy in enumerate(sign([edited(template, dice) for _ in range(20)])):
            families.place(copy.text, copy.shape, number)
        largest = next(reversed(families.state.values()))
        templates.append((largest.shape ^ original.shape).bit_count())
    assert sum(templates) / len(templates) <= 1.5  # a single copy differs from it in three bits


def test_what_is_not_met_again_is_forgotten() -> None:
    families = Families({})
    assert families.place(1, 0b1111, 1) == (1, True)
    for number in range(2, FAMILIES + 2):
        families.place(number, 0, number)
    assert len(families.state) == FAMILIES
    assert families.place(FAMILIES + 5, 0b0111, FAMILIES + 5) == (FAMILIES + 5, True)


def test_reposts_are_of_the_family_of_their_original_whatever_their_words_and_whichever_comes_first() -> None:
    families = Families({})
    families.place(1, 0, original=50)
    assert families.place(2, 0, original=50) == (1, False)
    assert families.place(3, 0, original=60) == (3, True)
    assert families.place(4, 0, original=60) == (3, False)


def test_copies_of_copies_do_not_join_what_is_far_from_the_founder() -> None:
    families = Families({})
    shapes = [(1 << bits) - 1 for bits in range(1, 60, 6)]
    founders = [families.place(number + 1, shape, number)[1] for number, shape in enumerate(shapes)]
    assert founders == [True, False] * 5


@given(st.lists(placed, max_size=60), st.integers(0, 60))
def test_a_restart_changes_nothing(texts: list[tuple[int, int, int]], after: int) -> None:
    families, other = Families({}), Families({})
    for number, text in enumerate(texts):
        other = restarted(other) if number == after else other
        assert families.place(*text) == other.place(*text)
    assert list(families.state.items()) == list(other.state.items())


@given(st.lists(placed, max_size=60))
def test_a_text_met_again_is_never_new(texts: list[tuple[int, int, int]]) -> None:
    families = Families({})
    for text in texts:
        family, _ = families.place(*text)
        assert families.place(*text)[1] is False
        assert family in families.state
