"""What is usually said of a brand: bounded, decayed, each text once."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.core.background import HALF_LIFE, MOST_TERMS, REMEMBERED_TEXTS, Background, BackgroundState


def test_an_old_text_counts_half_after_the_half_life() -> None:
    background = Background(BackgroundState())
    background.learn(0, ["mysz"])
    for text in range(1, HALF_LIFE + 1):
        background.learn(text, ["kawa"])
    assert abs(background.count("mysz") - 0.5) < 1e-6
    assert background.count("kawa") < background.posts < HALF_LIFE


def test_what_every_fifth_text_says_is_known_whatever_else_is_said() -> None:
    background = Background(BackgroundState())
    for text in range(3_000):
        rare = [f"word{text * 20 + number}" for number in range(20)]
        background.learn(text, [*rare, "kolejka"] if text % 5 == 0 else rare)
    assert abs(background.count("kolejka") / background.posts - 0.2) < 0.02


def test_a_term_that_becomes_usual_is_learned_beside_old_ones() -> None:
    background = Background(BackgroundState())
    for text in range(4_000):
        usual = [f"old{(text * 7 + number) % 500}" for number in range(15)]
        background.learn(text, [*usual, "nowość"] if text >= 2_000 and text % 10 == 0 else usual)
    assert background.count("nowość") / background.posts > 0.05


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.lists(st.text(max_size=5), max_size=30)), max_size=200))
def test_the_state_is_bounded_and_can_be_encoded(texts: list[tuple[int, list[str]]]) -> None:
    state = BackgroundState()
    background = Background(state)
    for text, terms in texts:
        background.learn(text, set(terms))
    assert len(state.terms) <= MOST_TERMS
    assert len(state.texts) <= REMEMBERED_TEXTS
    assert all(background.count(term) <= background.posts + 1e-9 for term in state.terms)


def test_a_state_goes_on_after_it_was_encoded() -> None:
    one, other = BackgroundState(), BackgroundState()
    for text in range(900):
        terms = [f"w{text * 3 % 1_000}", f"w{text % 7}"]
        other = msgspec.msgpack.decode(msgspec.msgpack.encode(other), type=BackgroundState)
        for state in (one, other):
            Background(state).learn(text, terms)
    assert one == other
