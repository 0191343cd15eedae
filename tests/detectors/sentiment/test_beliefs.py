from __future__ import annotations

import pytest

from detectors.sentiment.beliefs import Beliefs


def test_what_is_in_doubt_moves_and_what_is_sure_stays() -> None:
    beliefs = Beliefs([0.0, 0.0, 0.0], [1.0, 0.01, 0.0])
    beliefs.update([1.0, 1.0, 1.0], error=-0.5, told=0.5)
    doubtful, surer, sure = beliefs.means
    assert doubtful > surer > sure == 0.0


def test_features_that_are_absent_learn_nothing() -> None:
    beliefs = Beliefs([1.0, 2.0], [0.5, 0.5])
    beliefs.update([0.0, 1.0], error=0.3, told=0.3)
    assert (beliefs.means[0], beliefs.variances[0]) == (1.0, 0.5)


def test_a_prior_gives_way_to_evidence_and_steps_shrink() -> None:
    beliefs = Beliefs([2.0], [0.1])
    margins = [beliefs.margin([1.0])]
    for _ in range(400):
        told = 1.0 / (1.0 + 2.718281828 ** -beliefs.margin([1.0]))
        beliefs.update([1.0], error=told, told=told)
        margins.append(beliefs.margin([1.0]))
    assert margins[1] > 1.8
    assert margins[-1] < -1.0
    assert beliefs.variances[0] < 0.05
    assert margins[1] - margins[0] < 0.0 < margins[-2] - margins[-1] < margins[0] - margins[1]


def test_doubt_comes_back_so_that_nothing_is_settled_for_good() -> None:
    beliefs = Beliefs([0.0, 0.0], [0.3, 0.3])
    for _ in range(20_000):
        beliefs.update([1.0, 0.0], error=0.0, told=0.5)
    assert 0.0 < beliefs.variances[0] < 0.1
    assert beliefs.variances[1] == 0.3
    settled = beliefs.variances[0]
    for _ in range(20_000):
        beliefs.update([1.0, 0.0], error=0.0, told=0.5)
    assert beliefs.variances[0] == pytest.approx(settled, rel=1e-3)


def test_loosened_it_doubts_as_at_first_from_where_it_is() -> None:
    beliefs = Beliefs([0.0], [0.3])
    beliefs.update([1.0], error=-0.5, told=0.5)
    moved = beliefs.means[0]
    assert beliefs.variances[0] < 0.3
    beliefs.loosen()
    assert (beliefs.means[0], beliefs.variances[0]) == (moved, 0.3)


def test_one_label_never_swings_a_margin_beyond_its_own_verdict() -> None:
    beliefs = Beliefs([0.0], [1e6])
    beliefs.update([1.0], error=-0.5, told=0.5)
    assert beliefs.margin([1.0]) == pytest.approx(2.0, rel=1e-3)
