"""A learner is trusted, or steps back, only on evidence: seldom wrongly, soon rightly, and without a flutter."""

from __future__ import annotations

from itertools import count

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.contest import SELDOM, Contest, ContestState, Standing

probabilities = st.floats(0.0, 1.0)


def play(contest: Contest, learner: float, other: float, length: int, seed: int = 1) -> list[tuple[int, Standing]]:
    """Let two forecasters speak who know the truth apart from noise of their own; return when the standing changed."""
    generator = np.random.default_rng(seed)
    changes: list[tuple[int, Standing]] = []
    for number in range(length):
        likely = generator.random()
        came = bool(generator.random() < likely)
        before = contest.standing
        one, two = (min(1.0, max(0.0, likely + noise * generator.normal())) for noise in (learner, other))
        contest.update(came, one, two)
        if contest.standing != before:
            changes.append((number, contest.standing))
    return changes


def test_the_better_one_is_trusted_and_the_worse_one_steps_back() -> None:
    assert play(Contest(), learner=0.1, other=0.5, length=1_000)[0][1] == "trusted"
    assert play(Contest(), learner=0.5, other=0.1, length=1_000)[0][1] == "stepped back"


def test_much_worse_is_seen_sooner_than_a_little() -> None:
    much, little = (play(Contest(), learner, 0.1, 5_000)[0] for learner in (1.0, 0.35))
    assert much[1] == little[1] == "stepped back"
    assert much[0] < 100 < little[0]


@pytest.mark.parametrize("seldom", [20.0, 60.0])
def test_between_equals_wrong_decisions_are_as_seldom_as_promised(seldom: float) -> None:
    lengths = []
    for seed in range(60):
        contest = Contest(seldom)
        contest.restore(ContestState("trusted"))
        generator = np.random.default_rng(seed)
        for number in count():
            likely = generator.random()
            one, two = np.clip(likely + 0.3 * generator.normal(size=2), 0.0, 1.0)
            contest.update(bool(generator.random() < likely), float(one), float(two))
            if contest.standing != "trusted":
                lengths.append(number)
                break
    assert np.mean(lengths) > seldom


def test_equals_do_not_flutter() -> None:
    changes = play(Contest(), learner=0.3, other=0.3, length=int(20 * SELDOM))
    assert len(changes) <= 2


def test_who_has_been_good_for_long_steps_back_as_soon_and_comes_back() -> None:
    contest = Contest()
    play(contest, 0.1, 0.5, 10_000)
    fell, rose = play(contest, 1.0, 0.1, 1_000, seed=2), play(contest, 0.1, 0.5, 1_000, seed=3)
    assert [standing for _, standing in fell] == ["stepped back"]
    assert fell[0][0] < 100
    assert [standing for _, standing in rose] == ["trusted"]


def test_a_learner_that_says_the_same_never_steps_back_and_is_no_worse() -> None:
    contest, standings = Contest(), set()
    for number in range(5_000):
        contest.update(number % 3 == 0, 0.4, 0.4)
        standings.add(contest.standing)
    assert standings == {"learning", "trusted"}


@given(st.lists(st.tuples(st.booleans(), probabilities, probabilities), max_size=200))
def test_its_state_survives_exactly_and_stays_finite(told: list[tuple[bool, float, float]]) -> None:
    one, other = Contest(seldom=20.0), Contest(seldom=20.0)
    for came, learner, lexicon in told:
        one.update(came, learner, lexicon)
        other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(other.dump()), type=ContestState))
        other.update(came, learner, lexicon)
    assert one.dump() == other.dump()
    assert all(0.0 < stake < 1e6 for stake in (*one.dump().sound, *one.dump().worse))


def test_a_state_with_other_bets_is_refused() -> None:
    with pytest.raises(ValueError, match="3 bets"):
        Contest().restore(ContestState("trusted", [1.0], [1.0]))
