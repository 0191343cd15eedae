"""Reach is compared with the brand's own, bounded for each voice, and what is not known takes nothing away."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.judgement import CRITICAL_FACTOR, FAR
from streams.core.ledger import Ledger, LedgerState
from streams.core.reach import Reach, Reached, ReachState
from streams.core.settings import Detection
from tests.streams.core.mentions import MONDAY, mention

ENOUGH = FAR * 0.5 * CRITICAL_FACTOR * Detection().min_negatives
voices = st.lists(st.builds(Reached, st.integers(1, 10**12), st.booleans()), max_size=30)


def usual(people: int = 300) -> Reach:
    reach = Reach(60)
    for minute in range(300):
        reach.take([Reached(people * (1 + minute % 3) // 2, minute % 5 == 0)], learn=True)
    for _ in range(60):
        reach.take([], learn=True)
    return reach


def test_ordinary_voices_count_one_each() -> None:
    assert usual().look([Reached(300, True)] * 40) == pytest.approx(40.0, rel=0.05)
    assert usual().look([Reached(10**9, False)] * 40) == pytest.approx(0.0, abs=1e-6)


@given(st.integers(0, 10**15))
def test_no_author_can_raise_the_severity_alone_whatever_he_says_of_himself(people: int) -> None:
    alone = [Reached(people, True)] * 2  # angry voices that an author has within an hour at most
    crowd = [Reached(300, True)] * int(0.5 * CRITICAL_FACTOR * Detection().min_negatives)
    assert usual().look(alone + crowd) < ENOUGH


def test_ten_who_reach_many_times_as_many_people_are_enough() -> None:
    assert usual().look([Reached(10**6, True)] * 9) < ENOUGH <= usual().look([Reached(10**6, True)] * 10)


@given(voices, st.builds(Reached, st.integers(0, 10**12), st.booleans()))
def test_one_more_voice_never_counts_for_less(some: list[Reached], one: Reached) -> None:
    assert usual().look([*some, one]) >= usual().look(some)


def test_before_it_knows_what_is_ordinary_it_says_nothing() -> None:
    reach = Reach(60)
    reach.take([Reached(10, True)] * 20, learn=True)
    assert reach.look([Reached(10**6, True)] * 50) == 0.0


def test_an_hour_later_it_is_forgotten_and_a_crisis_teaches_nothing() -> None:
    reach = usual()
    mean = reach.state.mean
    for _ in range(30):
        reach.take([Reached(10**6, True)] * 5, learn=False)
    assert reach.look([]) == pytest.approx(30 * 5 * Reach.MOST)
    for _ in range(60):
        reach.take([], learn=False)
    assert reach.look([]) == pytest.approx(0.0, abs=1e-6)
    assert reach.state.mean == mean


def test_one_giant_does_not_become_the_ordinary() -> None:
    reach = usual()
    mean = reach.state.mean
    reach.take([Reached(10**12, False)], learn=True)
    assert reach.state.mean < 1.2 * mean


def test_its_state_survives_exactly() -> None:
    one, other = usual(), Reach(60)
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.state), type=ReachState))
    for reach in (one, other):
        reach.take([Reached(500, True)], learn=True)
    assert one.look([Reached(900, True)]) == other.look([Reached(900, True)])


def test_only_voices_reach_anybody() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    loud = [
        msgspec.structs.replace(mention(number, MONDAY, negative=0.9), author=7, reach=10**6) for number in range(50)
    ]
    copies = [msgspec.structs.replace(mention(100 + number, MONDAY, text=1), reach=10**6) for number in range(50)]
    unknown = [mention(200, MONDAY)]
    reached = ledger.count(MONDAY, [*loud, *copies, *unknown]).reached
    assert reached == (Reached(10**6, True),)
