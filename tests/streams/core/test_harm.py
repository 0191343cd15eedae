"""Harm on its way to an alarm: independent voices count, copies and an author's further texts do not."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.harm import HarmDetector
from detectors.sentiment.harm import Harm
from streams.core.crises import HarmTold
from streams.core.ledger import Ledger, LedgerState
from streams.core.tallies import Mention
from tests.streams.core.mentions import MONDAY, mention

POISONED, HURT = int(Harm.POISONING), int(Harm.INJURY | Harm.POISONING)


def ledger() -> Ledger:
    return Ledger(LedgerState.of(60), 0.5)


def harmed(number: int, *, author: int | None = None, text: int | None = None, harm: int = POISONED) -> Mention:
    one = mention(number, MONDAY + number, text=text)
    return msgspec.structs.replace(one, author=number if author is None else author, harm=harm)


def test_voices_of_harm_are_counted_by_kind_among_all_voices() -> None:
    counted = ledger()
    posts = [harmed(1), harmed(2, harm=HURT), *(mention(number, MONDAY + number) for number in range(3, 9))]
    assert counted.count(MONDAY, posts).harmful == 2
    assert counted.harm(MONDAY, MONDAY + 60) == HarmTold(
        minutes=1.0, voices=2, share=0.25, kinds={"poisoning": 2, "injury": 1}
    )
    assert counted.harm(MONDAY + 60, MONDAY + 120) is None


def test_copies_of_a_text_and_an_authors_further_texts_are_one_voice() -> None:
    counted = ledger()
    copies = [harmed(number, text=7) for number in range(1, 501)]
    assert counted.count(MONDAY, copies).harmful == 1
    assert counted.count(MONDAY + 60, [harmed(number, author=9_999) for number in range(600, 620)]).harmful == 1
    told = counted.harm(MONDAY, MONDAY + 120)
    assert told is not None
    assert told.voices == 2


def test_who_was_angry_first_and_comes_to_harm_then_is_heard() -> None:
    counted = ledger()
    counted.count(MONDAY, [mention(1, MONDAY, negative=0.9)])
    assert counted.count(MONDAY + 60, [harmed(2, author=1)]).harmful == 1


def test_a_deleted_post_no_longer_tells_of_harm() -> None:
    counted = ledger()
    counted.count(MONDAY, [harmed(1), harmed(2)])
    counted.delete({1})
    told = counted.harm(MONDAY, MONDAY + 60)
    assert told is not None
    assert told.voices == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=40, max_size=80), st.integers(1, 9))
def test_more_harm_is_never_less_surprising(minutes: list[tuple[int, int]], more: int) -> None:
    detector = HarmDetector()
    for minute, (others, harms) in enumerate(minutes):
        detector.learn_one({"time": minute * 60.0, "mentions": float(others + harms)}, float(harms))
    time, before = len(minutes) * 60.0, 0.0
    for harms in range(0, 5 * more, more):
        surprise = detector.score_one({"time": time, "mentions": 3.0 + harms}, float(harms))
        assert surprise >= before - 1e-9
        before = surprise
