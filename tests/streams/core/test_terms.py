"""The words of a crisis: inflected forms together, the brand's own and everyday words left out."""

from __future__ import annotations

import msgspec

from streams.core.evidence import Evidence, EvidenceState
from streams.core.tallies import Excerpt, Mention
from tests.streams.core.mentions import MONDAY, mention

CRISIS = [
    "Zorzanka, mysz w sałatce! Sanepid powinien zamknąć ten sklep",
    "Kupiłam sałatkę w Zorzance i znalazłam mysz",
    "Sałatka z Zorzanki, w środku mysz, dzwonię do sanepidu",
    "Zorzanko, co z tą myszą w sałatkach?",
]
CALM = ["Zorzanka ma dziś promocję na kawę", "Kawa w Zorzance jest dobra", "Promocja w Zorzance do piątku"]


def said(number: int, text: str, time: float, negative: float) -> Mention:
    plain = mention(number, time, negative=negative)
    return msgspec.structs.replace(plain, lang="pl", excerpt=Excerpt(str(number), text))


def told() -> list[tuple[str, int]]:
    evidence = Evidence(["Zorzanka"], EvidenceState())
    for number in range(60):
        evidence.see([said(number, CALM[number % 3], MONDAY + 60.0 * number, 0.1)], calm=True)
    for number, text in enumerate(CRISIS):
        evidence.see([said(1_000 + number, text, MONDAY + 7_200.0 + number, 0.9)], calm=False)
    return [(term.term, term.posts) for term in evidence.terms(MONDAY + 7_200, angry=True)]


def test_inflected_forms_count_as_one_word_in_the_form_most_use() -> None:
    terms = dict(told())
    assert sum(posts for term, posts in terms.items() if term.startswith("sałat")) == 4
    assert terms.get("sanepid", terms.get("sanepidu")) == 2


def test_what_is_always_said_and_the_brand_are_no_words_of_the_crisis() -> None:
    words = [term for term, _ in told()]
    assert not [word for word in words if word.startswith(("zorzan", "kaw", "promoc"))]
