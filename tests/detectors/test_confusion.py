"""A classifier's error is measured as it learns, and a share that it counted is corrected by it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.checks import common

from detectors.confusion import Confusion, ConfusionState
from detectors.errors import PERFECT, Error, mixed, share_likely

rates = st.floats(0.0, 1.0)
errors = st.builds(Error, rates, rates, st.floats(0.0, 0.02), st.floats(0.0, 0.02))


def measured(sensitivity: float, false_alarms: float, labels: int, seed: int = 1) -> Confusion:
    generator, confusion = np.random.default_rng(seed), Confusion()
    for _ in range(labels):
        confusion.update(True, bool(generator.random() < sensitivity))
        confusion.update(False, bool(generator.random() < false_alarms))
    return confusion


def test_without_labels_it_is_what_is_believed_and_far_from_sure() -> None:
    error = Confusion(0.6, 0.1).error
    assert (error.sensitivity, error.false_alarms) == (0.6, 0.1)
    assert error.sensitivity_variance**0.5 > 0.1


def test_labels_outweigh_the_belief_and_the_truth_is_within_what_it_says_of_itself() -> None:
    within = 0
    for seed in range(100):
        error = measured(0.85, 0.3, 200, seed).error
        within += abs(error.sensitivity - 0.85) <= 2.0 * error.sensitivity_variance**0.5
        within += abs(error.false_alarms - 0.3) <= 2.0 * error.false_alarms_variance**0.5
    assert within >= 180


def test_what_a_model_did_before_it_learned_fades() -> None:
    confusion = measured(0.8, 0.1, 1_000)
    generator = np.random.default_rng(2)
    for _ in range(3_000):
        confusion.update(False, bool(generator.random() < 0.4))
    assert confusion.error.false_alarms == pytest.approx(0.4, abs=0.05)


def test_its_state_survives_exactly_and_is_bounded() -> None:
    one, other = measured(0.8, 0.2, 300), Confusion()
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.dump()), type=ConfusionState))
    for true, told in ((True, True), (False, True), (False, False)):
        one.update(true, told)
        other.update(true, told)
    assert one.error == other.error
    state = measured(0.8, 0.2, 20_000).dump()
    assert sum((state.found, state.missed, state.false_alarms, state.rejected)) < 800


@pytest.mark.parametrize(
    "check",
    [common.check_repr, common.check_clone_same_class, common.check_repr_roundtrips_clone, common.check_doc],
    ids=lambda check: check.__name__,
)
def test_it_is_at_home_in_river(check: object) -> None:
    assert callable(check)
    check(Confusion())


@given(errors, st.lists(rates, min_size=2, max_size=2))
def test_more_found_never_means_less_true(error: Error, found: list[float]) -> None:
    low, high = sorted(found)
    assert 0.0 <= error.true(low) <= error.true(high) + 1e-9 <= 1.0 + 1e-9


@given(rates)
def test_a_perfect_classifier_needs_no_correction(share: float) -> None:
    assert PERFECT.true(share) == PERFECT.apparent(share) == share


@given(st.floats(0.0, 1.0), st.floats(0.6, 1.0), st.floats(0.0, 0.3))
def test_a_share_that_is_known_to_err_is_corrected_to_the_truth(share: float, found: float, alarms: float) -> None:
    error = Error(found, alarms, 0.0, 0.0)
    assert error.true(error.apparent(share)) == pytest.approx(share, abs=1e-9)


def test_languages_weigh_by_their_posts_and_the_unknown_ones_not_at_all() -> None:
    known = {"pl": Error(0.5, 0.1, 0.01, 0.02), "en": Error(0.9, 0.3, 0.01, 0.02)}
    assert mixed(known, {"pl": 7, "de": 3}) == known["pl"]
    assert mixed(known, {"de": 3}) is mixed(known, {}) is mixed({}, {"pl": 1}) is None
    both = mixed(known, {"pl": 30, "en": 10})
    assert both is not None
    assert both == pytest.approx((0.6, 0.15, 0.01 * (9 + 1) / 16, 0.02 * (9 + 1) / 16))


@given(st.floats(0, 1), st.floats(0.5, 1e4), errors)
def test_the_likely_range_is_one_and_narrows_with_posts(found: float, posts: float, error: Error) -> None:
    low, high = share_likely(found, posts, error)
    assert 0.0 <= low <= high <= 1.0
