"""Which words of a post count as evidence: hashtags, accounts and links, stop words, the brand's own names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.settings import Brand
from streams.core.stems import LONGEST
from streams.core.words import own_words, read, stop_words, terms_of

NOTHING: frozenset[str] = frozenset()


def shown(text: str, lang: str = "pl", own: frozenset[str] = NOTHING) -> list[str]:
    return list(terms_of(read(text, lang), own).values())


def test_a_hashtag_keeps_its_mark_and_counts_as_the_word_in_it() -> None:
    [tag] = read("#Sałatka", "pl")
    [word] = read("sałatkę", "pl")
    assert tag is not None
    assert word is not None
    assert (tag.shown, tag.is_tag, tag.stem) == ("#sałatka", True, word.stem)


def test_glued_hashtags_are_two() -> None:
    assert shown("#wyciek#hasła") == ["#wyciek", "#hasła"]


def test_accounts_links_numbers_and_emoji_are_left_out() -> None:
    assert shown("@ktoś 1500 😡 https://t.co/awaria www.awaria.pl bilet") == ["bilet"]


def test_short_words_count() -> None:
    assert shown("gaz, lek i app", "pl") == ["gaz", "lek", "app"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("because they're the ones who don't, can't and won't", "en"),
        ("jego których przy się sie bardzo jestem dlaczego już juz", "pl"),
        ("RT: this &amp; that", "en"),
        ("because przy", "und"),
    ],
)
def test_stop_words_tell_nothing_with_or_without_diacritics_and_apostrophes(text: str, lang: str) -> None:
    assert shown(text, lang) == []


def test_stop_words_are_of_their_language() -> None:
    assert shown("most but", "pl") == ["most", "but", "most but"]  # a bridge, a shoe
    assert shown("he'll hell shell ill", "en")[:3] == ["hell", "shell", "hell shell"]


def test_no_word_of_a_crisis_is_a_stop_word() -> None:
    polish = {"mysz", "sałatka", "awaria", "wyciek", "kolejka", "policja", "kasa", "piec", "zamknięte", "lek"}
    words = polish | {"fire", "problem", "system", "refund", "help", "lost", "won"}
    assert all(words.isdisjoint(stopped) for stopped in stop_words().values())


def test_pairs_end_at_stop_words_punctuation_and_names() -> None:
    own = own_words(Brand(id="zorzanka", name="Zorzanka"))
    found = shown("wyciek danych, hasła w Zorzance klientów", own=own)
    assert found == ["wyciek", "danych", "wyciek danych", "hasła", "klientów"]


ZABKA = Brand(id="zabka", name="Żabka", handles=("zabka_polska",), hashtags=("zabkagate",))


@pytest.mark.parametrize(
    ("brand", "text"),
    [
        (Brand(id="zara", name="Zara"), "ZARA Zary Zarze zarą #Zara #zary Zara'y"),
        (ZABKA, "Żabce zabek zabka_polska #ŻabkaGate"),
        (Brand(id="poczta", name="Poczta Polska"), "Poczty Polskiej pocztą #PocztaPolska #pocztapolskiej"),
        (Brand(id="mcd", name="McDonald's", aliases=("Mak",)), "McDonald's McDonald’s McDonalda mcdonaldsie mak"),
        (Brand(id="yahoo", name="Yahoo!"), "yahoo Yahoo!"),
        (Brand(id="static", name="Coca-Cola", inflect=False), "Coca-Cola cocacola #CocaCola"),
    ],
)
def test_all_forms_of_own_names_are_left_out(brand: Brand, text: str) -> None:
    assert shown(text, own=own_words(brand)) == []


def test_no_more_than_own_names_is_left_out() -> None:
    own = own_words(Brand(id="zara", name="Zara"))
    assert shown("zarazki, zaraza, zarabiają", own=own) == ["zarazki", "zaraza", "zarabiają"]


@given(st.text(max_size=400), st.sampled_from(["pl", "en", "und", "de", ""]))
def test_any_text_can_be_read(text: str, lang: str) -> None:
    for word in read(text, lang):
        if word:
            assert 2 <= len(word.shown) <= LONGEST + 1
            assert " " not in word.stem
    for key, form in terms_of(read(text, lang), NOTHING).items():
        assert key
        assert key.count(" ") == form.count(" ")


@pytest.mark.parametrize(
    "text",
    ["\ud800 awaria", "a\u0300" * 300, "\u202eawaria\u202c", "ﷺ" * 50, "#" * 300, "'" * 300, "ａｗａｒｉａ", "İ" * 90],
)
def test_hostile_text_can_be_read(text: str) -> None:
    assert all(word is None or word.stem for word in read(text, "pl"))


def test_invisible_characters_make_no_other_word() -> None:
    [word] = read("aw\u200baria", "pl")
    assert word is not None
    assert word.shown == "awaria"
