import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.matching.folding import fold, places

ODD = st.text(st.one_of(st.characters(), st.sampled_from("ąŁżŻİıßẞﬁſΣς\u0301\u0307\u0345\u00ad\u200d\ufe0f😡™´’Ａ한`")))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ZAŻÓŁĆ gęślą JAŹŃ", "zazolc gesla jazn"),
        ("Z\u0307abka", "zabka"),  # a letter and its mark apart
        ("ŻABKA W ŁODZI 😡", "zabka w lodzi 😡"),
        ("ＯＲＬＥＮ", "orlen"),
        ("ﬁrma Straße İKEA ıkea", "firma strasse ikea ikea"),
        ("Or\u00adlen\u200d Orlen\ufe0f", "orlen orlen"),
        ("Orlen™", "orlen®"),
        ("McDonald’s McDonald´s McDonald`s", "mcdonald's mcdonald's mcdonald's"),
        ("Ørsted Đuro", "orsted duro"),
        ("орлен", "орлен"),
    ],
)
def test_folds_case_diacritics_and_width(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ODD)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ODD)
def test_letter_case_and_composition_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.casefold().upper())
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(ODD)
def test_every_folded_character_has_its_place(text: str) -> None:
    origins = places(text)
    assert len(origins) == len(fold(text)) + 1
    assert origins == sorted(origins)
    assert origins[-1] == len(text)


@given(ODD, ODD)
def test_texts_fold_each_for_itself(first: str, second: str) -> None:
    assert fold(f"{first} {second}") == f"{fold(first)} {fold(second)}"
