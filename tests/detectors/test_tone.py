"""What is told of a share: sane at small counts, unbiased at large ones, and its interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import Error
from detectors.tone import CORRELATION, Tone
from tests.detectors.test_confusion import measured

WINDOWS = 500
POOR = Error(0.6, 0.15, 0.002, 0.002)


def tone(negatives: float, mentions: float, usual: float, error: Error) -> Tone:
    return Tone(0.0, 0.0, negatives, mentions, usual, 0.0, error)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.8])
@pytest.mark.parametrize(("mentions", "labels"), [(5, 150), (20, 30), (100, 30), (100, 150), (400, 150)])
def test_nineteen_of_twenty_intervals_hold_the_true_share(share: float, mentions: int, labels: int) -> None:
    generator, clump, held = np.random.default_rng(5), 1.0 / CORRELATION - 1.0, 0
    errors = [measured(0.8, 0.15, labels, seed).error for seed in range(100)]
    for window in range(WINDOWS):
        true = generator.binomial(mentions, generator.beta(share * clump, (1.0 - share) * clump))
        found = generator.binomial(true, 0.8) + generator.binomial(mentions - true, 0.15)
        low, high = tone(float(found), float(mentions), 0.15 + 0.65 * share, errors[window % 100]).likely
        held += low <= share <= high
    assert held / WINDOWS >= 0.93  # with few posts or near the ends it holds a little more often


def test_intervals_are_no_wider_than_they_need_be() -> None:
    low, high = tone(160.0, 400.0, 0.28, Error(0.8, 0.15, 0.0004, 0.0004)).likely
    assert high - low < 0.3


def test_a_share_is_corrected_by_the_models_error() -> None:
    found = tone(0.15 * 500 + 0.45 * 350, 500.0, 0.24, POOR)
    assert found.share == pytest.approx(0.7, abs=0.02)
    assert found.expected == pytest.approx(0.2, abs=0.02)


def test_few_posts_judged_by_a_poor_model_are_not_blown_up() -> None:
    for negatives in (0.0, 1.0):
        one = tone(negatives, 1.0, 0.24, POOR)
        assert abs(one.share - one.expected) < 0.25  # where Rogan and Gladen alone give -0.33 and 1.89
    nobody = tone(0.0, 0.0, 0.24, POOR)
    assert (nobody.share, nobody.likely) == (nobody.expected, (0.0, 1.0))


def test_the_usual_share_is_told_as_ordinary_and_a_bitter_one_is_not() -> None:
    calm, bitter = tone(48.0, 200.0, 0.24, POOR), tone(110.0, 200.0, 0.24, POOR)
    assert calm.share == pytest.approx(calm.expected)
    assert calm.ordinary[0] < calm.share < calm.ordinary[1] < bitter.share


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.01, 0.99), st.floats(0.3, 1.0), st.floats(0.0, 0.3))
def test_a_share_and_its_bounds_are_shares(negatives: int, others: int, usual: float, found: float, fa: float) -> None:
    told = tone(float(negatives), float(negatives + others), usual, Error(found, fa, 0.003, 0.003))
    more = tone(negatives + 1.0, negatives + others + 1.0, usual, Error(found, fa, 0.003, 0.003))
    for low, high in (told.ordinary, told.likely):
        assert 0.0 <= low <= high <= 1.0
    assert told.likely[0] <= told.share <= told.likely[1]
    if others or negatives:
        assert more.share >= told.share - 1e-9
