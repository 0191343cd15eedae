"""What a crisis is about and what to read of it, told of made-up crises in Polish and English."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.background import MOST_TERMS, Background
from streams.core.copies import sign
from streams.core.evidence import PER_BUCKET, SAMPLES, Evidence, EvidenceState, choose
from streams.core.match import trim
from streams.core.settings import Brand
from streams.core.stems import stem
from streams.core.tallies import Excerpt, Mention, merge
from streams.core.texts import hash_of
from streams.core.words import own_words
from tests.streams.core.mentions import MONDAY, mention

ZORZANKA = own_words(Brand(id="zorzanka", name="Zorzanka", handles=("zorzanka_sklep",)))
BREVIA = own_words(Brand(id="brevia", name="Brevia Air", handles=("breviaair",)))

POLISH_CALM = [
    "Zorzanka ma dziś promocję na kawę",
    "Kawa w Zorzance jest dobra",
    "Promocja w Zorzance do piątku",
    "W Zorzance długa kolejka do kasy, wstyd",
    "Kasjerka w Zorzance była niemiła",
    "Zorzanka koło mnie otwarta do 22",
]
POLISH_CRISIS = [
    "Zorzanka, mysz w sałatce! Sanepid powinien zamknąć ten sklep",
    "Kupiłam sałatkę w Zorzance i znalazłam mysz #zorzankagate",
    "Sałatka z Zorzanki, w środku mysz, dzwonię do sanepidu",
    "Zorzanko, co z tą myszą w sałatkach? #ZorzankaGate",
    "Zatrucie pokarmowe po sałatce z Zorzanki, jesteśmy w szpitalu",
    "Mój syn ma zatrucie pokarmowe. Zorzanka nie odbiera telefonu",
    "Kolejne zatrucie pokarmowe, a Zorzanka milczy! #zorzankagate",
    "@zorzanka_sklep gdzie są przeprosiny za tę mysz? Sanepid już wie",
]
ENGLISH_CALM = [
    "Brevia Air has a sale on flights to Rome",
    "Flight with Brevia Air was fine, nice crew",
    "My Brevia flight is delayed again, terrible",
    "Brevia lost my bag, waiting at the airport",
    "Great view from the flight today, thanks @breviaair",
    "Boarding now with Brevia Air",
]
ENGLISH_CRISIS = [
    "Brevia Air cancelled everything because of a data breach?! Are my card details out?",
    "So there was a data breach at Brevia and nobody told us",
    "@breviaair your data breach exposed my passport number, I want answers",
    "Just learned from the news that Brevia leaked passports #BreviaLeak",
    "Brevia says passports are safe. Then why is mine on a forum? #brevialeak",
    "Cancel all cards you used with Brevia, the breach is real",
    "My bank is cancelling my card thanks to Brevia. Data breach of the year",
    "Passport leaked, card cancelled, thanks for nothing Brevia",
]


def said(number: int, text: str, time: float, negative: float = 0.9, lang: str = "pl", author: int = 0) -> Mention:
    return msgspec.structs.replace(
        mention(number, time, negative=negative),
        post=hash_of(str(number)),
        text=sign([text])[0].text,
        author=author or hash_of(f"author {number}"),
        lang=lang,
        excerpt=Excerpt(str(number), text),
    )


def told(own: frozenset[str], calm: Sequence[str], crisis: Sequence[str], lang: str) -> Evidence:
    """Tell two hours of calm, in which every post says something more, and then a crisis, a post a minute."""
    evidence = Evidence(lambda: own, EvidenceState())
    for minute in range(120):
        text = f"{calm[minute % len(calm)]} {'abcdefghij'[minute % 10]}{'klmnoprstu'[minute // 10 % 10]}x"
        evidence.see([said(minute, text, MONDAY + 60.0 * minute, 0.2, lang)], calm=True)
    for minute, text in enumerate(crisis):
        evidence.see([said(1_000 + minute, text, MONDAY + 7_200.0 + 60.0 * minute, 0.9, lang)], calm=False)
    return evidence


def words(evidence: Evidence) -> dict[str, int]:
    return {term.term: term.posts for term in evidence.terms(MONDAY + 7_200, angry=True)}


def test_a_polish_crisis_is_told_by_its_subject() -> None:
    found = words(told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl"))
    assert set(list(found)[:5]) == {"mysz", "#zorzankagate", "sanepid", "sałatce", "zatrucie pokarmowe"}
    assert found["mysz"] == 5
    assert found["zatrucie pokarmowe"] == 3


def test_an_english_crisis_is_told_by_its_subject() -> None:
    found = words(told(BREVIA, ENGLISH_CALM, ENGLISH_CRISIS, "en"))
    assert {"data breach", "#brevialeak"} <= set(found)
    assert found.get("cancelled", 0) == 4


@pytest.mark.parametrize(
    ("own", "calm", "crisis", "lang", "usual"),
    [
        (ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl", ("zorzan", "kaw", "promoc", "kasa", "nie", "jest")),
        (BREVIA, ENGLISH_CALM, ENGLISH_CRISIS, "en", ("brevia", "air", "flight", "the", "because", "you")),
    ],
)
def test_what_is_always_said_and_the_brand_are_no_terms(
    own: frozenset[str], calm: list[str], crisis: list[str], lang: str, usual: tuple[str, ...]
) -> None:
    assert not [term for term in words(told(own, calm, crisis, lang)) if term.startswith(usual)]


def test_a_text_posted_by_a_hundred_bots_does_not_write_the_terms() -> None:
    text = "Zorzanka kradnie i oszukuje swoich klientów, bojkot natychmiast"
    bots = [f"{'!' * number} {text} {'🤬' * number}" for number in range(1, 60)]
    changed = [f"{text}, {name}" for name in ("podajcie", "udostępnij", "ważne")]
    found = words(told(ZORZANKA, POLISH_CALM, [*POLISH_CRISIS, *bots, *changed], "pl"))
    assert found["mysz"] == 5
    assert not {"bojkot", "kradnie", "oszukuje"} & set(" ".join(found).split())


def test_one_author_does_not_write_the_terms() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    rants = [
        "Złodzieje! Zorzanka",
        "Znów złodzieje z Zorzanki przy drzwiach",
        "Złodzieje i tyle, Zorzanko, wracam jutro",
    ]
    for number, text in enumerate(rants):
        evidence.see([said(2_000 + number, text, MONDAY + 8_000.0 + number, author=42)], calm=False)
    assert "złodzieje" not in words(evidence)


def test_posts_to_read_first_are_no_copies_of_each_other_and_of_different_authors() -> None:
    text = "To skandal, kupiłam wczoraj sałatkę w Zorzance i znalazłam w niej mysz"
    copies = [f"{text}, {word}" for word in ("fuj", "ohyda", "wstyd", "serio")]
    evidence = told(ZORZANKA, POLISH_CALM, [text, *copies, *POLISH_CRISIS], "pl")
    for number in range(3):
        late = said(
            3_000 + number, f"Zorzanka: mysz numer {'abc'[number]}xy", MONDAY + 9_000.0 + number, 0.99, author=7
        )
        evidence.see([late], calm=False)
    shown = [post.excerpt for post in evidence.telling_posts(MONDAY + 7_200, angry=True)]
    assert len(shown) == 5
    assert len([excerpt for excerpt in shown if excerpt.startswith("To skandal")]) <= 1
    assert not set(copies) & set(shown)
    assert len([excerpt for excerpt in shown if "numer" in excerpt]) == 1


def test_a_post_on_the_subject_is_read_before_one_that_is_only_angry() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    evidence.see([said(5_000, "Ech, ta Zorzanka", MONDAY + 8_500.0, 0.99)], calm=False)
    assert "5000" not in [post.id for post in evidence.telling_posts(MONDAY + 7_200, angry=True)]


def test_a_post_that_a_million_can_see_is_read_first_whatever_it_says() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    famous = msgspec.structs.replace(said(5_000, "Ech, ta Zorzanka", MONDAY + 8_500.0, 0.8), reach=1_000_000)
    evidence.see([famous], calm=False)
    assert evidence.telling_posts(MONDAY + 7_200, angry=True)[0].id == "5000"


def test_what_a_famous_account_reposts_is_read_first_in_the_words_of_its_author() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    repost = said(5_000, f"RT @ola: {POLISH_CRISIS[4]}", MONDAY + 8_500.0, 0.9)
    evidence.see([msgspec.structs.replace(repost, reach=1_000_000)], calm=False)
    assert evidence.telling_posts(MONDAY + 7_200, angry=True)[0].id == "1004"


def test_it_began_with_the_first_who_spoke_of_the_subject_not_with_the_first_who_was_angry() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, ["Ech, ta Zorzanka, znowu nieczynne drzwi", *POLISH_CRISIS], "pl")
    evidence.mark_first(MONDAY + 7_200, angry=True)
    assert [post.id for post in evidence.first_posts()] == ["1001", "1002", "1003"]


def test_where_it_began_is_not_forgotten_when_the_crisis_grows() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    evidence.mark_first(MONDAY + 7_200, angry=True)
    before = evidence.first_posts()
    for number in range(400):
        text = f"Zorzanka, mysz i sanepid, {number:b}".replace("0", "o").replace("1", "l")
        evidence.see([said(6_000 + number, text, MONDAY + 8_000.0 + 60 * number)], calm=False)
    evidence.mark_first(MONDAY + 7_200, angry=True)
    assert evidence.first_posts() == before


def test_some_samples_are_from_hours_ago() -> None:
    evidence = Evidence(lambda: ZORZANKA, EvidenceState())
    for number in range(1_000):
        evidence.see([said(number, f"Zorzanka {hash_of(str(number)):x}", MONDAY + 60.0 * number)], calm=False)
    ages = [1_000 - one for one in sorted(int(one.excerpt.id) for one in evidence.state.samples if one.excerpt)]
    assert len(ages) <= SAMPLES
    assert sum(age > 60 for age in ages) >= 8
    assert sum(age > 240 for age in ages) >= 2


def test_a_deleted_post_is_forgotten() -> None:
    evidence = told(ZORZANKA, POLISH_CALM, POLISH_CRISIS, "pl")
    evidence.mark_first(MONDAY + 7_200, angry=True)
    evidence.forget({hash_of("1000")})
    shown = evidence.first_posts() + evidence.telling_posts(MONDAY + 7_200, angry=True)
    assert "1000" not in [post.id for post in shown]


def test_a_repeated_text_is_usual_once() -> None:
    evidence = Evidence(lambda: ZORZANKA, EvidenceState())
    for minute in range(200):
        text = "Zorzanka zaprasza na kawę" if minute % 2 else f"Zorzanka, {hash_of(str(minute)):x} herbata"
        evidence.see([said(minute, text, MONDAY + 60.0 * minute, 0.0)], calm=True)
    background = Background(evidence.state.background)
    assert background.count(stem("kawa", "pl")) == pytest.approx(1.0, abs=0.1)
    assert background.count(stem("herbata", "pl")) > 10


def test_what_was_said_just_before_a_crisis_was_found_is_not_usual_yet() -> None:
    evidence = Evidence(lambda: ZORZANKA, EvidenceState())
    for minute in range(200):
        text = f"Zorzanka, {hash_of(str(minute)):x} {'mysz' if minute >= 170 else 'kawa'}"
        evidence.see([said(minute, text, MONDAY + 60.0 * minute)], calm=True)
    assert Background(evidence.state.background).count("mysz") == 0.0
    assert [term.term for term in evidence.terms(MONDAY + 60.0 * 170, angry=True)] == ["mysz"]


def test_a_young_brand_compares_with_what_was_said_before_the_onset() -> None:
    evidence = Evidence(lambda: ZORZANKA, EvidenceState())
    for minute in range(20):
        text = f"Zorzanka, {hash_of(str(minute)):x} kolejka, {'mysz' if minute >= 12 else 'kawa'}"
        evidence.see([said(minute, text, MONDAY + 60.0 * minute)], calm=True)
    assert next(iter(evidence.terms(MONDAY + 60.0 * 12, angry=True))).term == "mysz"


def test_copies_leave_room_among_the_samples() -> None:
    flood = [said(number, "Zorzanka kradnie!", MONDAY, 1.0) for number in range(500)]
    honest = [said(1_000 + number, f"Zorzanka, {word}", MONDAY, 0.6) for number, word in enumerate(("mysz", "kolejka"))]
    assert {one.text for one in choose(flood + honest)} == {one.text for one in flood + honest}


texts = st.lists(
    st.one_of(st.sampled_from([*POLISH_CRISIS, *ENGLISH_CRISIS, *POLISH_CALM]), st.text(max_size=60)), max_size=40
)


@settings(deadline=None, max_examples=60)
@given(texts, st.integers(0, 2**32), st.integers(1, 4))
def test_neither_the_order_within_a_bucket_nor_how_workers_share_it_changes_the_evidence(
    posts: list[str], seed: int, workers: int
) -> None:
    random = Random(seed)
    mentions = [said(number, text, MONDAY + random.randrange(60), random.random()) for number, text in enumerate(posts)]

    def seen(parts: list[list[Mention]]) -> Evidence:
        held: dict[int, Mention] = {}
        for part in parts:
            merge(held, trim(part))
        evidence = Evidence(lambda: ZORZANKA, EvidenceState())
        evidence.see(list(held.values()), calm=True)
        evidence.mark_first(MONDAY, angry=True)
        return evidence

    one = seen([mentions])
    random.shuffle(mentions)
    other = seen([mentions[number::workers] for number in range(workers)])
    assert one.state == other.state
    assert one.terms(MONDAY, angry=True) == other.terms(MONDAY, angry=True)
    assert one.telling_posts(MONDAY, angry=True) == other.telling_posts(MONDAY, angry=True)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=280), max_size=20), max_size=20))
def test_whatever_is_said_the_state_is_bounded_and_can_be_encoded(buckets: list[list[str]]) -> None:
    evidence = Evidence(lambda: ZORZANKA, EvidenceState())
    for number, bucket in enumerate(buckets):
        time = MONDAY + 60.0 * number
        evidence.see([said(100 * number + place, text, time) for place, text in enumerate(bucket)], calm=True)
    state = evidence.state
    assert len(state.samples) <= SAMPLES
    assert len(state.background.terms) <= MOST_TERMS
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=EvidenceState) == state
    assert len(evidence.terms(0, angry=False)) <= 8
    assert len(choose(state.samples)) <= 2 * PER_BUCKET
