"""The ordinary share stays what it is while the classifier, or what is known of it, changes."""

from __future__ import annotations

import msgspec
import pytest

from detectors.errors import PERFECT, Error, Judge
from detectors.ordinary import RELEARNED, OrdinaryShare, ShareState

SURE = 0.0002


def judge(sensitivity: float, false_alarms: float, variance: float) -> Judge:
    error = Error(sensitivity, false_alarms, variance, variance)
    return Judge(error, error)


BEFORE, AFTER = judge(0.8, 0.1, SURE), judge(0.85, 0.25, SURE)
VAGUE = judge(0.8, 0.1, 0.01)
FLAWLESS = Judge(PERFECT, PERFECT)


def learned(who: Judge | None, share: float = 0.2, posts: float = 5_000.0) -> OrdinaryShare:
    ordinary, found = OrdinaryShare(), (who or FLAWLESS).error.apparent(share)
    for _ in range(int(posts / 10)):
        ordinary.learn(10.0 * found, 10.0, who)
    return ordinary


def test_the_share_that_is_learned_is_that_of_true_negatives() -> None:
    assert learned(BEFORE).share == pytest.approx(0.2, abs=0.01)
    assert learned(AFTER, 0.6).share == pytest.approx(0.6, abs=0.01)


def test_another_error_means_another_share_to_be_found() -> None:
    ordinary = learned(BEFORE)
    assert ordinary.usual(BEFORE).share == pytest.approx(0.24, abs=0.01)
    assert ordinary.usual(AFTER).share == pytest.approx(AFTER.error.apparent(0.2), abs=0.01)
    assert ordinary.usual(AFTER).doubt > ordinary.usual(BEFORE).doubt


def test_what_is_wrong_in_the_same_way_then_and_now_is_no_doubt() -> None:
    vague, sure = learned(VAGUE), learned(BEFORE)
    assert vague.usual(VAGUE) == sure.usual(BEFORE)


def test_a_change_that_may_be_chance_moves_nothing_but_is_doubted() -> None:
    ordinary = learned(VAGUE)
    near = judge(0.8, 0.15, 0.01)
    assert ordinary.usual(near).share == ordinary.usual(VAGUE).share
    assert ordinary.usual(near).doubt > 2.0 * ordinary.usual(VAGUE).doubt


def test_after_a_change_the_share_is_learned_anew_and_soon() -> None:
    ordinary = learned(BEFORE, posts=20_000.0)
    for _ in range(100):
        ordinary.learn(4.0, 10.0, AFTER)  # 0.4, where the errors alone say 0.37
    assert ordinary.state.posts < 5_000.0
    assert abs(ordinary.usual(AFTER).share - 0.4) < 0.6 * abs(AFTER.error.apparent(0.2) - 0.4)
    for _ in range(1_000):
        ordinary.learn(4.0, 10.0, AFTER)
    assert ordinary.usual(AFTER).share == pytest.approx(0.4, abs=0.01)
    assert ordinary.state.posts > 5 * RELEARNED  # what is learned since is remembered as ever


def test_another_language_makes_nothing_forgotten() -> None:
    polish, english = Judge(BEFORE.error, BEFORE.error), Judge(AFTER.error, BEFORE.error)
    ordinary = learned(polish)
    for _ in range(100):
        ordinary.learn(3.7, 10.0, english)
    assert ordinary.state.posts == pytest.approx(learned(polish, posts=6_000.0).state.posts)


def test_a_brand_that_contradicts_the_models_error_is_believed() -> None:
    praised, hated = learned(VAGUE), learned(VAGUE)
    praised.rebase(20.0, 1_000.0)
    hated.rebase(950.0, 1_000.0)
    assert praised.usual(VAGUE).share < 0.05
    assert hated.usual(VAGUE).share > 0.9
    assert 0.01 <= praised.share < 0.2
    assert 0.9 < hated.share <= 0.99


def test_where_nobody_tells_of_errors_it_is_as_with_a_perfect_model() -> None:
    silent, perfect = learned(None), learned(FLAWLESS)
    assert silent.usual() == perfect.usual(FLAWLESS)
    assert silent.share == perfect.share


def test_the_first_error_that_is_told_is_taken_for_that_of_all_that_was_learned() -> None:
    ordinary = learned(None, share=0.3)
    assert ordinary.usual(AFTER) == ordinary.usual()


def test_a_handful_of_posts_in_another_language_does_not_stand_for_all() -> None:
    ordinary = learned(BEFORE)
    ordinary.see(1.0, AFTER)
    assert 0.1 < ordinary.late.false_alarms < 0.11


def test_its_state_survives_exactly() -> None:
    one, other = learned(BEFORE), OrdinaryShare()
    one.learn(3.0, 10.0, AFTER)
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.state), type=ShareState))
    for who in (BEFORE, AFTER, None):
        assert one.usual(who) == other.usual(who)
