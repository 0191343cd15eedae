"""The terms that set posts apart from what is usually said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.background import Background, BackgroundState
from streams.core.terms import TERMS, distinctive, log_odds
from streams.core.words import read, terms_of


def said(*texts: str, lang: str = "pl") -> list[list[dict[str, str]]]:
    return [[terms_of(read(text, lang), frozenset())] for text in texts]


def usual(*texts: str, times: int = 30) -> Background:
    background = Background(BackgroundState())
    for number in range(times * len(texts)):
        [[terms]] = said(texts[number % len(texts)])
        background.learn(number, terms)
    return background


def terms(posts: list[list[dict[str, str]]], background: Background) -> list[tuple[str, int]]:
    return [(term.term, term.posts) for term in distinctive(posts, background).values()]


def test_what_nobody_said_before_comes_before_what_more_say_than_usual() -> None:
    background = usual("kolejka do kasy", "kawa", "promocja", "parking", "kawa")
    posts = said("mysz i kolejka", "mysz, kolejka", "mysz przy kasie", "mysz, kolejka", "mysz", "kolejka")
    assert [term for term, _ in terms(posts, background)] == ["mysz", "kolejka"]


def test_what_is_said_as_often_as_usual_or_less_is_no_term() -> None:
    background = usual("kawa", "kolejka", times=50)
    assert terms(said("kawa", "kolejka", "mysz", "mysz", "mysz"), background) == [("mysz", 3)]


def test_without_a_background_the_most_frequent_come_first() -> None:
    posts = said("mysz, sanepid", "mysz, sanepid", "mysz", "sklep", "mysz")
    assert terms(posts, Background(BackgroundState())) == [("mysz", 4), ("sanepid", 2)]


def test_a_pair_takes_the_place_of_words_that_are_mostly_said_within_it() -> None:
    posts = said("wyciek danych", "Wyciek danych!", "ten wyciek danych", "danych wyciek", "dane, wszystko w sieci")
    found = dict(terms(posts, usual("kawa")))
    assert found["wyciek danych"] == 3
    assert "wyciek" not in found  # three of four say it within the pair
    assert "danych" not in found  # three of five


def test_a_word_that_stands_in_many_pairs_stays_a_word() -> None:
    texts = ("mysz biała", "mysz szara", "gruba mysz", "mała mysz", "mysz biała", "mysz w bułce")
    found = dict(terms(said(*texts), usual("kawa")))
    assert found["mysz"] == 6
    assert found["mysz biała"] == 2
    assert "biała" not in found


def test_a_speaker_counts_once_and_one_is_not_enough() -> None:
    [[mysz]] = said("mysz")
    posts = [[mysz, mysz, mysz], *said("sanepid", "sanepid")]
    assert terms(posts, usual("kawa")) == [("sanepid", 2)]


def test_what_two_of_many_say_is_no_term() -> None:
    posts = said(*["mysz"] * 58, "parasol", "parasol")
    assert terms(posts, usual("kawa")) == [("mysz", 58)]


def test_the_form_most_use_is_shown_with_diacritics_where_as_many_leave_them_out() -> None:
    texts = ("#Sałatka", "sałatkę", "salatke", "salatka", "#sałatka")
    assert terms(said(*texts), usual("kawa")) == [("#sałatka", 5)]
    assert terms(said("salatka", "sałatka"), usual("kawa")) == [("sałatka", 2)]


def test_english_forms_count_as_one() -> None:
    texts = ("flight cancelled", "they cancel flights", "cancelled flight", "cancelling my flight")
    found = dict(terms(said(*texts, lang="en"), usual("kawa")))
    assert found["cancelled"] == 4
    assert found["flight"] == 4


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 2_000), st.floats(0, 2_000))
def test_the_more_say_a_term_the_surer_it_is(count: int, rest: int, usually: float, others: float) -> None:
    here, there = count + rest + 1, usually + others
    assert log_odds(count, here, usually, there) <= log_odds(count + 1, here, usually, there)


@given(st.integers(2, 50), st.integers(0, 50), st.floats(0, 1), st.integers(100, 2_000))
def test_what_is_as_usual_is_never_sure(count: int, rest: int, more: float, posts: int) -> None:
    rate = count / (count + rest)
    assert log_odds(count, count + rest, posts * (rate + more * (1 - rate)), posts) < 1.0


@pytest.mark.parametrize("posts", [10, 100, 1_000, 100_000])
def test_a_new_word_of_a_third_stays_above_the_chance_of_two(posts: int) -> None:
    assert log_odds(20, 60, 0, posts) > log_odds(2, 60, 0, posts)
    assert log_odds(20, 60, 0.1 * posts, posts) > log_odds(7, 60, 0.1 * posts, posts) > 0


@given(st.lists(st.text(alphabet="ab ąz#", max_size=12), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_posts_changes_nothing(texts: list[str], random: object) -> None:
    posts = said(*texts)
    found = distinctive(posts, usual("ab az"))
    random.shuffle(posts)  # type: ignore[attr-defined]
    assert list(distinctive(posts, usual("ab az")).items()) == list(found.items())
    assert len(found) <= TERMS
