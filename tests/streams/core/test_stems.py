"""The inflected forms of a word under one key, and different words apart, over lists of families made for this test."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.stems import LONGEST, stem

LINES = (Path(__file__).parent / "word_families.tsv").read_text(encoding="utf-8").splitlines()


def families(lang: str) -> list[list[str]]:
    return [words.split() for tag, words in (line.split("\t") for line in LINES) if tag == lang]


@pytest.mark.parametrize(("lang", "families_there_are", "kept_apart"), [("pl", 195, 0.025), ("en", 145, 0.01)])
def test_the_forms_of_a_word_share_a_stem(lang: str, families_there_are: int, kept_apart: float) -> None:
    told = families(lang)
    assert len(told) >= families_there_are
    pairs = [(stem(one, lang), stem(other, lang)) for words in told for one, other in combinations(words, 2)]
    assert sum(one != other for one, other in pairs) <= kept_apart * len(pairs)


@pytest.mark.parametrize(
    ("lang", "known"),
    [
        ("pl", {("polityka", "polityk"), ("zatrucie", "zatruty"), ("powódź", "powód")}),
        ("en", {("rate", "ratings"), ("staff", "staffing")}),
    ],
)
def test_different_words_have_different_stems(lang: str, known: set[tuple[str, str]]) -> None:
    stems = [(words[0], {stem(word, lang) for word in words}) for words in families(lang)]
    joined = {(one, other) for (one, its), (other, others) in combinations(stems, 2) if its & others}
    assert joined <= known


@pytest.mark.parametrize(
    "words",
    [
        "pieniądze pieniędzy pieniedzy",
        "kolejka kolejek kolejce",
        "oszust oszuści oszustów",
        "sałatka sałatce salatki",
        "błąd bledu błędzie",
    ],
)
def test_polish_alternations_and_missing_diacritics_do_not_split_a_word(words: str) -> None:
    assert len({stem(word, "pl") for word in words.split()}) == 1


def test_near_neighbours_stay_apart() -> None:
    assert stem("policja", "pl") != stem("polica", "pl")
    assert len({stem(word, "en") for word in ("car", "care", "plan", "plane", "policy", "police")}) == 6


@given(st.text(min_size=1), st.sampled_from(["pl", "en", "und"]))
def test_any_text_has_one_bounded_stem_whatever_its_case(word: str, lang: str) -> None:
    found = stem(word, lang)
    assert len(found) <= 20 * LONGEST  # a ligature may fold into 18 letters
    assert stem(word, lang) == found


@given(st.text(alphabet="abcdefghijklmnoprstuwyząćęłńóśźż", min_size=1, max_size=20))
def test_case_makes_no_difference(word: str) -> None:
    assert stem(word.upper(), "pl") == stem(word, "pl")
