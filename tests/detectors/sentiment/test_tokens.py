from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment.tokens import MAX_CHARS, MAX_TOKENS, MAX_WORD, Kind, analyse, fold, pieces, split, tokens_in

HOSTILE = [
    "😡" * 100_000,
    "a" * 100_000,
    "ż\u0327\u0301" * 50_000,
    "\u202e\u200d\u200b" * 50_000,
    "@" * 100_000,
    "#" * 100_000,
    ":-" * 50_000,
    "'" * 100_000,
    "&amp" * 30_000,
    "http://" * 20_000,
    "\ud800",
    "\x00",
    "🏳️‍🌈" * 1_000,
]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("@orlen wstyd!!", ["@orlen", "wstyd", "!!"]),
        ("patrz https://t.co/xyz?a=1 oraz www.orlen.pl", ["patrz", "http", "oraz", "http"]),
        ("it&#39;s bad &amp; rude", ["it's", "bad", "&", "rude"]),
        ("super :-) serio ;D", ["super", ":-)", "serio", ";D"]),
        ("Legia 2:3, miło :3", ["Legia", "2", ":", "3", ",", "miło", ":3"]),
        ("wsty\u200bd", ["wstyd"]),
        (unicodedata.normalize("NFD", "zażółć"), ["zażółć"]),
        ("", []),
    ],
)
def test_split(text: str, tokens: list[str]) -> None:
    assert split(text) == tokens


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_cut_to_size(text: str) -> None:
    tokens = split(text)
    assert len(tokens) <= MAX_TOKENS
    assert all(len(analyse(token).form) <= MAX_WORD + 1 for token in tokens)


@given(
    st.text() | st.lists(st.sampled_from([*"@#'’_:;=-.DPc3<>/^ \n\x1c\u00a0\u3000\u200b", "a", "ż", "😡"])).map("".join)
)
def test_no_token_reaches_over_a_space(text: str) -> None:
    said = pieces(text)
    assert [token for piece in said for token in tokens_in(piece)] == tokens_in(" ".join(said))


@given(st.text())
def test_any_text_has_tokens_of_bounded_size_with_forms(text: str) -> None:
    tokens = split(text)
    assert split(text) == tokens
    assert sum(map(len, tokens)) <= MAX_CHARS
    for raw in tokens:
        token = analyse(raw)
        assert token == analyse(raw)
        assert token.form
        assert not any(character.isspace() for character in raw)


@pytest.mark.parametrize(
    ("raw", "kind", "form"),
    [
        ("NIEEEEE", Kind.WORD, "nie"),
        ("Żenada", Kind.WORD, "zenada"),
        ("don’t", Kind.WORD, "don't"),
        ("'quoted'", Kind.WORD, "quoted"),
        ("#NigdyWięcej", Kind.HASHTAG, "#nigdywiecej"),
        ("12345678", Kind.NUMBER, "00000"),
        ("@ktoś", Kind.HANDLE, "@"),
        (":-)))", Kind.SIGNS, ":)"),
        ("=D", Kind.SIGNS, ":d"),
        ("(:", Kind.SIGNS, ":)"),
        ("!!!", Kind.SIGNS, "!"),
        ("👍🏻", Kind.SIGNS, "👍"),
        ("K***A", Kind.WORD, "k*a"),
        ("sh*t", Kind.WORD, "sh*t"),
    ],
)
def test_forms(raw: str, kind: Kind, form: str) -> None:
    assert (analyse(raw).kind, analyse(raw).form) == (kind, form)


def test_hashtags_fall_into_words_and_signs_into_faces() -> None:
    assert analyse("#NigdyWięcejBP").parts == ("nigdy", "wiecej", "bp")
    assert analyse("#fail").parts == ("fail",)
    assert analyse("!!:)😡😡").parts == (":)", "😡")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("ku*wa, f***!", ["ku*wa", ",", "f***", "!"]),
        ("**bold** *great* note* 4*4", ["**", "bold", "**", "*", "great", "*", "note", "*", "4", "*", "4"]),
    ],
)
def test_words_masked_by_stars_stay_whole(text: str, tokens: list[str]) -> None:
    assert split(text) == tokens


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("#boycottbrand", ("boycott", "brand")),
        ("#brandfail", ("brand", "fail")),
        ("#worstserviceever", ("worst", "serviceever")),
        ("#failure", ("failure",)),
        ("#never", ("never",)),
    ],
)
def test_small_hashtags_give_their_verdict(raw: str, parts: tuple[str, ...]) -> None:
    assert analyse(raw).parts == parts


def test_numbers_say_what_they_count() -> None:
    assert analyse("3hrs").parts == ("hrs",)
    assert analyse("45min").parts == ("min",)
    assert analyse("2nd").parts == analyse("737").parts == ()


def test_shouting_and_elongation_are_noted() -> None:
    assert analyse("SKANDAL").shouted
    assert not analyse("Skandal").shouted
    assert analyse("skandaaal").elongated
    assert analyse("skandaaal").parts[-1] == "skandal"


@given(st.text(alphabet="aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż", min_size=1))
def test_folding_leaves_plain_letters(word: str) -> None:
    assert fold(word).isascii()
    assert fold(fold(word)) == fold(word)
