"""The fast way against a slow one that walks through the text character by character, on hostile text."""

import re
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.core.matching.folding import fold
from streams.core.matching.inflection import forms
from streams.core.matching.matcher import Matcher
from streams.core.matching.surroundings import addresses
from streams.core.settings import Brand

BRANDS = (
    Brand(
        id="orlen", name="Orlen", aliases=("PKN Orlen", "Petro-Orlen"), handles=("PKN_Orlen",), hashtags=("orlengate",)
    ),
    Brand(id="zabka", name="Żabka", context=("sklep", "hot dog"), exclude=("żabka w trawie", "zielona żabka")),
    Brand(id="poczta", name="Poczta Polska"),
    Brand(id="booking", name="Booking.com", exclude=("booking.com-polska",)),
    Brand(id="mcd", name="McDonald's", aliases=("Poczta McDonald's",), handles=("mcd@x.pl",)),
    Brand(id="hm", name="H&M", inflect=False, context=("orlen",)),
    Brand(id="zus", name="ZUS", aliases=("ZUS ZUS ZUS",)),
    Brand(id="ikea", name="IKEA", inflect=False),
)
MATCHER = Matcher(BRANDS)
FRAGMENTS = """
Orlen orlenu ORLENIE PKN Petro Orlen- PKN_Orlen @PKN_Orlen #orlengate orlengate Żabka żabce Z\u0307abki ŻABEK żaba
w trawie zielonej sklepu hot dogi Poczta poczcie Polską polskiej #pocztapolska pocztapolska Booking.com booking com
-polska McDonald’s mcdonalda McDonald's mcd @mcd@x.pl H&M h & m ZUS zus-em ZUSie Ikea İKEA ıkea ＩＫＥＡ ikei .pl .Potem
/x https:// www. @ # _ - – . , ' ’ ™ \u0301 \u00ad \u200d \u200b ß ﬁ ſ Ł İ 😡 👩\u200d👩\u200d👧 орлен 1 x
"""
PIECES = st.sampled_from([*FRAGMENTS.split(), " ", "  ", "\n", "\u00a0", "\u3000", ""])
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.lists(PIECES, max_size=14).map(" ".join)


def is_word(text: str, index: int) -> bool:
    return 0 <= index < len(text) and (text[index].isalnum() or text[index] == "_")


def ends_from(words: list[frozenset[str]], text: str, start: int) -> Iterator[int]:
    for form in words[0]:
        end = start + len(form)
        if text[start:end] != form:
            continue
        if len(words) == 1:
            yield end
            continue
        following = end
        while following < len(text) and (text[following].isspace() or text[following] in "-\u2010\u2011\u2012\u2013"):
            following += 1
            yield from ends_from(words[1:], text, following)


def whole(text: str, start: int, end: int) -> bool:
    return not (is_word(text, start - 1) and is_word(text, start)) and not (
        is_word(text, end - 1) and is_word(text, end)
    )


def spans(phrase: str, inflect: bool, text: str) -> Iterator[tuple[int, int]]:
    parts = re.split(r"[\s-]+", phrase)
    words = [forms(part, 4 if len(parts) == 1 else 3) if inflect else frozenset({fold(part)}) for part in parts]
    for start in range(len(text)):
        for end in ends_from(words, text, start):
            if whole(text, start, end):
                yield start, end


def spans_of_tag(tag: str, text: str) -> Iterator[tuple[int, int]]:
    for start in range(len(text)):
        end = start + len(tag)
        if text[start:end] == tag and not is_word(text, start - 1) and not is_word(text, end):
            yield start, end


def named_slowly(brand: Brand, text: str) -> bool:
    text = fold(text)
    blocked = addresses(text)

    def free(span: tuple[int, int]) -> bool:
        return all(end <= span[0] or span[1] <= start or span[0] <= start <= end <= span[1] for start, end in blocked)

    tags = [f"@{fold(handle)}" for handle in brand.handles] + [f"#{fold(hashtag)}" for hashtag in brand.hashtags]
    if any(free(span) for tag in tags for span in spans_of_tag(tag, text)):
        return True
    if brand.context and not any(any(spans(word, brand.inflect, text)) for word in brand.context):
        return False
    excluded = [span for phrase in brand.exclude for span in spans(phrase, brand.inflect, text)]
    found: list[tuple[int, int]] = []
    for name in (brand.name, *brand.aliases):
        found += spans(name, brand.inflect, text)
        joined = re.sub(r"[\s-]+", "", name)
        for form in forms(joined) if brand.inflect else {fold(joined)}:
            found += spans_of_tag(f"#{form}", text) if " " in name else spans(form, False, text)
    return any(free(span) and all(end <= span[0] or span[1] <= start for start, end in excluded) for span in found)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("Poczta Poczta Polska")
@example("żabka w trawie żabka sklep")
@example("ZUS ZUS ZUS ZUS")
def test_the_fast_way_finds_what_the_slow_way_finds(text: str) -> None:
    assert MATCHER.find(text) == tuple(index for index, brand in enumerate(BRANDS) if named_slowly(brand, text))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_explanation_agrees_and_quotes_the_text(text: str) -> None:
    told = MATCHER.explain(text)
    assert {one.brand for one in told if one.objection is None} == {BRANDS[index].id for index in MATCHER.find(text)}
    assert all(text[one.start : one.end] == one.found for one in told)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert MATCHER.find(f"{text} Orlen {text}") == MATCHER.find(f"{text} ORLEN {text}")
