"""Texts folded together against texts folded each by itself, and brands found in many posts against one post."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.core.matching.folding import fold
from streams.core.matching.matcher import Matcher
from streams.core.matching.phrase import is_word
from streams.core.matching.together import APART, Together
from streams.core.settings import Brand
from tests.streams.core.matching.test_folding import ODD
from tests.streams.core.matching.test_matcher_agrees import BRANDS, MATCHER, TEXTS, named_slowly

MANY = st.lists(TEXTS | ODD | st.text(), max_size=8)


@settings(max_examples=400)
@given(MANY)
@example([])
@example(["", ""])
@example(["\u0591\u0301\u0345e\u0591", "ß\ufe0f"])
@example(["\x1e", "\x1e\x1eorlen\x1e"])
def test_texts_fold_together_as_each_does_by_itself(texts: list[str]) -> None:
    together, folded = Together(texts), [fold(text) for text in texts]
    assert [together.text(number) for number in range(len(texts))] == folded
    assert len(together.marks) == len("\x1e".join(["", *folded, ""]))
    for number, text in enumerate(folded):
        start = together.start(number)
        marks = together.marks[start : start + len(text)]
        words = [letter if letter.isascii() else "" for letter in text if is_word(letter)]
        assert [chr(mark) if mark < 128 else "" for mark in marks if mark != APART] == words
        assert set(together.numbers(range(start, start + len(text)))) <= {number}


@settings(max_examples=300, deadline=None)
@given(MANY)
@example(["Orl", "en", "Orlen\n", "Poczta\n", "Polska", "Poczta\nPolska"])
@example(["H", "M", "&M", "H&", "Booking", "com", "@", "PKN_Orlen", "@PKN_Orlen"])
def test_many_posts_name_what_each_names_by_the_slow_way(texts: list[str]) -> None:
    named = [
        (number, tuple(index for index, brand in enumerate(BRANDS) if named_slowly(brand, text)))
        for number, text in enumerate(texts)
    ]
    assert MATCHER.find_many(texts) == [(number, brands) for number, brands in named if brands]


@pytest.mark.parametrize("text", ["орлен", "丞a", "a丞丞"])
def test_characters_that_share_a_mark_are_told_apart(text: str) -> None:
    """What is scanned are marks; what is found there must be in the text."""
    other = "".join(letter if letter.isascii() else chr(ord(letter) % 128 + 0x5100) for letter in fold(text))
    matcher = Matcher([Brand(id="one", name=text)])
    assert Together([other]).marks == Together([text]).marks
    assert matcher.find_many([other, "x", text, "", ""]) == [(2, (0,))]
    assert not any(one.objection is None for one in matcher.explain(other))


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("sure", (0,)), ("x\tsure\x1ex", (0,)), ("sure sure-so", (0,)), ("sure maybe", (0,)), ("(sure)", (0,)),
        ("maybe so", (1,)), ("so sure, maybe sure", (0, 1)), ("sure\u00a0", (0,)), ("sure.pl", ()), ("ensure", ()),
        ("sure not maybe so", (0,)),
    ],
)  # fmt: skip
def test_what_stands_between_spaces_needs_no_second_look_and_all_else_gets_one(
    text: str, brands: tuple[int, ...]
) -> None:
    matcher = Matcher(
        [
            Brand(id="sure", name="Sure", inflect=False),
            Brand(id="maybe", name="Maybe", context=("so",), exclude=("not maybe",), inflect=False),
        ]
    )
    assert matcher.find(text) == brands
    assert matcher.find_many(["sure", text, "sure"]) == [(0, (0,)), *([(1, brands)] if brands else []), (2, (0,))]
