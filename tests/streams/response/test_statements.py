"""Drafts of public statements: whole, short enough, honest about their gaps, and free of what makes a crisis worse."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import msgspec
import pytest

from streams.core.actions import STEPS, Step
from streams.response.facts import KINDS, WORDS, Facts, Form, Kind, Lang, Word
from streams.response.statements import SHORT, TERMS, draft, missing

WARSAW = ZoneInfo("Europe/Warsaw")
FORMS: tuple[Form, ...] = ("short", "long")
LANGS: tuple[Lang, ...] = ("pl", "en")
NOTHING = Facts()
ALL = Facts(
    brand="Zorzanka Spożywcza 1",
    terms=("sałatka", "zatrucie"),
    since=datetime(2026, 10, 16, 17, 0, tzinfo=WARSAW),
    reports="https://zorzanka.example/",
    next_word=datetime(2026, 10, 18, 18, 30, tzinfo=WARSAW),
    steps=STEPS,
    contact="pomoc@zorzanka.example.pl",
)
ONLY_CONTACT = msgspec.structs.replace(ALL, reports=None)
EVERY = [
    pytest.param(kind, lang, form, word, id=f"{kind}-{lang}-{form}-{word}")
    for kind, lang, form, word in product(KINDS, LANGS, FORMS, WORDS)
]
every = pytest.mark.parametrize(("kind", "lang", "form", "word"), EVERY)

# Apologies that are none, blame, belittling, promises nobody can keep, and set phrases that say nothing.
FORBIDDEN: dict[Lang, tuple[str, ...]] = {
    "pl": (
        "jeśli kogoś", "jeżeli kogoś", "jeśli ktoś", "jeżeli ktoś", "poczuł się", "poczuli się", "urazi",
        "przykro nam, że", "niestety", "jednak", "nieporozumieni", "odosobnion", "incydent", "wyrwan", "rzekom",
        "bezpodstawn", "pomówie", "hejt", "troll", "nie nasza wina", "z winy", "z przyczyn od nas niezależnych",
        "podwykonawc", "kroki prawne", "gwarantuj", "zapewniamy", "nigdy więcej", "nie powtórzy", "dokładamy wszelkich",
        "starań", "najwyższy priorytet", "niedogodno", "nie komentujemy", "państw", "klient", "użytkownik",
    ),
    "en": (
        "if anyone", "if you were", "if we offended", "offen", "you feel that", "sorry if", "sorry that you", "regret",
        "unfortunately", "however", "misunderst", "isolated", "incident", "out of context", "alleged", "baseless",
        "hater", "troll", "not our fault", "beyond our control", "contractor", "legal action", "guarantee", "assure",
        "never again", "never happen", "utmost", "top priority", "inconvenience", "no comment", "customer",
    ),
}  # fmt: skip


def forbidden(text: str, lang: Lang) -> list[str]:
    """What a text says that makes a crisis worse; hints in gaps are not part of it."""
    said = re.sub(r"\[[^\]]*\]", "", text).lower()
    return [phrase for phrase in FORBIDDEN[lang] if phrase in said]


@every
def test_each_is_whole_in_its_language_and_lists_its_gaps(kind: Kind, lang: Lang, form: Form, word: Word) -> None:
    for facts in (NOTHING, ALL):
        text = draft(kind, lang, form, facts, word)
        assert not re.search(r"[{}%]|None|  |\n{3}| [.,]|[.]{2}|^\s|\s$", text), text
        assert text.count("[") == text.count("]") >= len(missing(text)) > 0
        assert bool(re.search("[ąćęłńóśźż]", text.replace(str(ALL.brand), "").replace("sałatka", ""))) is (lang == "pl")
        assert (ALL.brand or "") in text or facts is NOTHING


@every
def test_what_is_not_known_is_a_gap_and_what_is_known_is_none(kind: Kind, lang: Lang, form: Form, word: Word) -> None:
    gaps, fewer = (missing(draft(kind, lang, form, facts, word)) for facts in (NOTHING, ALL))
    name, when = ("[nazwa marki]", "[kiedy") if lang == "pl" else ("[name of the brand]", "[when")
    assert name in gaps
    assert name not in fewer
    assert any(gap.startswith(when) for gap in gaps) is (word != "last")
    assert not any(gap.startswith(when) for gap in fewer)


@every
def test_none_says_what_makes_it_worse(kind: Kind, lang: Lang, form: Form, word: Word) -> None:
    assert forbidden(draft(kind, lang, form, ALL, word), lang) == []


@pytest.mark.parametrize(("lang", "text", "found"), [
    ("pl", "Przepraszamy, jeśli kogoś uraziliśmy.", ["jeśli kogoś", "urazi"]),
    ("en", "We are sorry if anyone was offended.", ["if anyone", "offen", "sorry if"]),
    ("pl", "Przepraszamy [kogo i za co; nie: jeśli kogoś].", []),
])  # fmt: skip
def test_an_apology_that_is_none_would_be_found(lang: Lang, text: str, found: list[str]) -> None:
    assert forbidden(text, lang) == found


@pytest.mark.parametrize(("kind", "lang"), list(product(KINDS, LANGS)))
def test_short_ones_fit_with_every_fact(kind: Kind, lang: Lang) -> None:
    assert ALL.brand
    assert ALL.contact
    assert (len(ALL.brand), len(ALL.contact)) == (20, 25)  # as long as is promised
    for facts, word in product((NOTHING, ALL, ONLY_CONTACT), WORDS):
        text = draft(kind, lang, "short", facts, word)
        assert len(text) <= SHORT, f"{len(text)}: {text}"


@pytest.mark.parametrize(("kind", "lang", "form"), list(product(KINDS, LANGS, FORMS)))
def test_the_first_word_admits_and_apologises_for_nothing_by_itself(kind: Kind, lang: Lang, form: Form) -> None:
    text = draft(kind, lang, form, NOTHING).lower()
    assert not re.search("przeprasz|błąd|wina|zawini|apolog|sorry|mistake|fault", text), text


@pytest.mark.parametrize(("lang", "step", "words"), [
    ("pl", "apologise", "Przepraszamy [kogo"),
    ("pl", "counteract", "Co zrobiliśmy: ["),
    ("pl", "admit", "Nasz błąd: ["),
    ("pl", "improve", "Co u siebie zmieniamy: ["),
    ("pl", "repair", "Jak naprawiamy szkodę: ["),
    ("en", "apologise", "We apologise [to whom"),
    ("en", "counteract", "What we have done: ["),
    ("en", "admit", "Our mistake: ["),
    ("en", "improve", "What we are changing: ["),
    ("en", "repair", "How we are repairing the harm: ["),
])  # fmt: skip
def test_what_follows_the_first_word_tells_the_steps_that_were_taken_and_no_others(
    lang: Lang, step: Step, words: str
) -> None:
    followers: tuple[Word, ...] = ("update", "last")
    for kind, word in product(KINDS, followers):
        taken = draft(kind, lang, "long", Facts(steps=(step,)), word)
        others = tuple(other for other in STEPS if other != step)
        assert words in taken
        assert words not in draft(kind, lang, "long", Facts(steps=others), word)


@pytest.mark.parametrize(("lang", "owed", "next_one"), [
    ("pl", "Czego jeszcze nie skończyliśmy: [co i do kiedy, np. jak naprawimy szkodę]", "Następną informację"),
    ("en", "What is not finished yet: [what, and by when, e.g. how we will repair the harm]", "We will report again"),
])  # fmt: skip
def test_the_last_word_promises_no_other_and_says_what_is_still_owed(lang: Lang, owed: str, next_one: str) -> None:
    almost = msgspec.structs.replace(ALL, steps=STEPS[:-1])
    for kind in KINDS:
        text = draft(kind, lang, "long", almost, "last")
        assert owed in text
        assert next_one not in text
        assert next_one in draft(kind, lang, "long", almost, "update")


@pytest.mark.parametrize(("lang", "begins", "last", "earlier"), [
    ("pl", "Przepraszamy [kogo i za co]. W sprawie produktu [którego] wiemy, że", "Naprawiamy szkodę: [", "Zrobiliśmy"),
    ("en", "We apologise [to whom and for what]. About our product [which]:", "To repair the harm, we [", "We have"),
])  # fmt: skip
def test_a_short_update_has_the_apology_and_the_last_step_in_whatever_order_they_are_given(
    lang: Lang, begins: str, last: str, earlier: str
) -> None:
    text = draft("product", lang, "short", Facts(steps=("repair", "apologise", "counteract")), "update")
    assert text.startswith(begins)
    assert last in text
    assert earlier not in text
    assert earlier in draft("product", lang, "short", Facts(steps=("apologise", "counteract")), "update")


def test_moments_are_told_by_the_brands_clocks_and_in_words() -> None:
    polish, english = (draft("health", lang, "long", ALL) for lang in LANGS)
    assert "pojawiły się w piątek 16 października około 17:00." in polish
    assert "podamy w niedzielę 18 października o 18:30, nawet jeśli" in polish
    assert "came up on Friday 16 October at about 17:00 CEST." in english
    assert "report again on Sunday 18 October at 18:30 CEST, even if" in english
    abroad = Facts(next_word=datetime(2026, 1, 6, 9, 5, tzinfo=ZoneInfo("Europe/London")))
    assert "we wtorek 6 stycznia o 09:05 GMT" in draft("health", "pl", "long", abroad)


def test_words_of_posts_are_seen_in_gaps_only() -> None:
    hostile = ("[publish] me", "{{ 7 * 7 }}", "%s%d", "a\x1b[31mb\nc", "kłamcy " * 20, "sixth")
    for kind, lang, form, word in product(KINDS, LANGS, FORMS, WORDS):
        text = draft(kind, lang, form, Facts(terms=hostile), word)
        outside = re.sub(r"\[[^\[\]]*\]", "", text)
        assert not re.search(r"publish|7|%|31|kłamcy|sixth|[\[\]\x1b]", outside)
    long = draft("service", "en", "long", Facts(terms=hostile))
    assert "; people say: (publish) me, {{ 7 * 7 }}, %s%d, a(31mb c, " in long
    assert long.count("kłamcy") == 4
    assert len(hostile) > TERMS
    assert "sixth" not in long


def test_facts_open_no_gap_and_close_none() -> None:
    facts = Facts(brand="Zorza [PL]", contact="[x]", reports="https://z.example/?a[]=1")
    text = draft("product", "pl", "long", facts)
    assert text.startswith("Zorza (PL) w sprawie")
    assert "Kontakt: (x)" in text
    assert "https://z.example/?a%5B%5D=1" in text


def test_a_finished_text_misses_nothing() -> None:
    text = draft("employee", "en", "short", ALL)
    assert missing(text) == ["[to whom and for what]", "[where and when]"]
    for gap in missing(text):
        text = text.replace(gap, "what is known")
    assert missing(text) == []
