from __future__ import annotations

import math
from importlib.resources import files

import pytest

from detectors.sentiment import lexicon
from detectors.sentiment.tokens import fold

FILES = ("polish.tsv", "english.tsv", "emoji.tsv")


@pytest.mark.parametrize("name", FILES)
def test_files_are_sorted_small_and_within_the_scale(name: str) -> None:
    text = (files("detectors.sentiment") / name).read_text(encoding="utf-8")
    entries = list(lexicon.read(text))
    assert len(text.encode()) < 100_000
    assert [term for term, _ in entries] == sorted({term for term, _ in entries})
    assert all(math.isfinite(valence) and -4 <= valence <= 4 for _, valence in entries)


@pytest.mark.parametrize("name", FILES)
def test_every_term_stands_once_however_it_is_spelled(name: str) -> None:
    terms = [fold(term) for term, _ in lexicon.read((files("detectors.sentiment") / name).read_text(encoding="utf-8"))]
    assert len(set(terms)) == len(terms)
    assert all(term == term.strip().lower() and term.count(" ") <= 1 for term in terms)


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        ("oszustami", -1),
        ("oszusci", -1),
        ("skandalicznego", -1),
        ("zepsutego", -1),
        ("zenada", -1),
        ("najgorszym", -1),
        ("reklamacje", -1),
        ("wstydzie", -1),
        ("oszuści", -1),
        ("oszustw", -1),
        ("kłamcy", -1),
        ("kłamstwem", -1),
        ("dnem", -1),
        ("złodziei", -1),
        ("zawiodłam", -1),
        ("zawiedzeni", -1),
        ("wkurwiony", -1),
        ("rozpierdolili", -1),
        ("spieprzyliście", -1),
        ("patologią", -1),
        ("cringe", -1),
        ("sztos", 1),
        ("dziekuje", 1),
        ("wspanialej", 1),
        ("polecam", 1),
        ("😡", -1),
        (":)", 1),
        ("stol", 0),
    ],
)
def test_polish_words_are_known_through_inflection(word: str, sign: int) -> None:
    valence = lexicon.polish().valence(fold(word))
    assert (valence > 0) - (valence < 0) == sign


@pytest.mark.parametrize(
    "word",
    [
        "orlen",
        "biedronka",
        "biedronce",
        "zabka",
        "pekao",
        "play",
        "allegro",
        "komunikat",
        "korytarz",
        "pobierz",
        "cennik",
        "mecz",
        "meczu",
        "klucz",
        "klocki",
        "madryt",
        "podłoga",
        "podlasie",
        "obrazek",
        "śmietana",
        "zatrudnia",
        "dzielnica",
        "psychologia",
        "zebrać",
        "placki",
        "przykryć",
        "odrazu",
        "chorwacja",
        "ekstraklasa",
        "wróbel",
        "naprawdę",
        "wywalczyć",
        "reklamowy",
        "ogólnie",
    ],
)
def test_brands_and_plain_words_are_not_mistaken_for_stems(word: str) -> None:
    assert lexicon.polish().valence(fold(word)) == 0.0


def test_english_words_are_those_of_vader_and_of_complaints() -> None:
    known = lexicon.english()
    assert known.valence("horrendous") < 0 < known.valence("wonderful")
    assert known.valence("overcharged") < 0
    assert ("never", "again") in known.phrases


def test_bad_words_of_vader_weigh_as_much_as_ours() -> None:
    known = lexicon.english()
    assert "horrendous" not in dict(lexicon.read((files("detectors.sentiment") / "english.tsv").read_text("utf-8")))
    assert known.valence("horrendous") <= -3
    assert min(known.entries.values()) >= -4


@pytest.mark.parametrize("name", FILES)
def test_no_entry_is_out_of_reach(name: str) -> None:
    for term, _ in lexicon.read((files("detectors.sentiment") / name).read_text(encoding="utf-8")):
        assert not ("*" in term and " " in term)
        assert not term.endswith("*") or len(term) - 1 <= lexicon.MAX_STEM


def test_the_longest_stem_wins_and_words_go_before_stems() -> None:
    known = lexicon.Lexicon([("szkod*", -1.0), ("szkodliw*", -3.0), ("szkoda", -2.0)])
    assert [known.valence(word) for word in ("szkody", "szkodliwy", "szkoda")] == [-1.0, -3.0, -2.0]


def test_a_stem_does_not_swallow_much_longer_words() -> None:
    assert lexicon.Lexicon([("dno*", -3.0)]).valence("dnowatosciowy") == 0.0


def test_the_origin_names_the_words() -> None:
    assert lexicon.origin() == lexicon.origin()
    assert len(lexicon.origin()) == 8
