"""Which kind of statement is proposed, and why."""

from __future__ import annotations

import msgspec
import pytest

from detectors.sentiment.harm import Harm
from streams.core.crises import CrisisData, HarmTold, Term
from streams.core.crises import Kind as CrisisKind
from streams.response.facts import KINDS, Kind
from streams.response.suggesting import suggest
from tests.streams.made import alarm


def crisis(
    terms: dict[str, int] | None = None,
    harm: dict[str, int] | None = None,
    share: float = 0.3,
    kinds: tuple[CrisisKind, ...] = ("negativity",),
) -> CrisisData:
    told = HarmTold(minutes=60.0, voices=sum(harm.values()), share=share, kinds=harm) if harm else None
    said = [Term(term, posts) for term, posts in (terms or {}).items()]
    return msgspec.structs.replace(alarm("zorzanka", 9_960).data, kinds=list(kinds), terms=said, harm=told)


@pytest.mark.parametrize("harm", [name for kind in Harm for name in kind.kinds])
def test_every_harm_has_a_kind(harm: str) -> None:
    assert suggest(crisis(harm={harm: 3})).reason == f"voices speak of harm: {harm} 3"


@pytest.mark.parametrize(("harm", "kind"), [
    ({"poisoning": 6, "injury": 2}, "health"),
    ({"leak": 5, "outage": 4}, "data_leak"),
    ({"outage": 4, "fraud": 3, "leak": 5}, "service"),
    ({"discrimination": 9, "injury": 2}, "employee"),
    ({"contamination": 4}, "product"),
    ({"outage": 4, "death": 4}, "health"),
])  # fmt: skip
def test_the_kind_that_most_speak_of_is_proposed_and_people_come_before_things(
    harm: dict[str, int], kind: Kind
) -> None:
    assert suggest(crisis(harm=harm)).kind == kind


@pytest.mark.parametrize(("terms", "kind"), [
    ({"reklamę": 9, "wstyd": 20}, "statement"),
    ({"#kampania": 9}, "statement"),
    ({"kolejce": 9, "kolejka kasa": 4, "kasjerka": 5}, "service"),
    ({"kierowcy": 7}, "employee"),
    ({"wyciekiem": 7}, "data_leak"),
    ({"batches": 7, "queue": 3}, "product"),
    ({"advert": 7}, "statement"),
    ({"flight attendants": 7}, "employee"),
    ({"karetki": 7}, "health"),
])  # fmt: skip
def test_without_harm_inflected_words_tell(terms: dict[str, int], kind: Kind) -> None:
    assert suggest(crisis(terms)).kind == kind


def test_a_little_harm_does_not_outweigh_words_but_is_named_beside_them() -> None:
    little = suggest(crisis({"reklama": 40}, {"injury": 2}, share=0.02))
    assert (little.kind, little.reason) == ("statement", "people say: reklama; of harm: injury 2")
    assert suggest(crisis({"reklama": 40}, {"injury": 2}, share=0.02, kinds=("harm",))).kind == "health"
    assert suggest(crisis({}, {"injury": 2}, share=0.02)).reason == "a few voices speak of harm: injury 2"


def test_where_nothing_tells_it_says_so() -> None:
    nothing = suggest(crisis({"wstyd": 9}))
    assert nothing.kind in KINDS
    assert nothing.reason == "neither harm nor words tell the kind: choose it yourself"
