"""Probabilities are measured as they come, in bounded memory, and nothing that is one can spoil the measures."""

from __future__ import annotations

import math
import zlib

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from detectors.confusion import Confusion
from detectors.prequential import Measures, Prequential, PrequentialState

answers = st.lists(st.tuples(st.booleans(), st.floats(0.0, 1.0)), max_size=60)


def stream(length: int, seed: int = 1, power: float = 1.0) -> list[tuple[bool, float]]:
    """Answers to probabilities that are well calibrated at a power of 1, and too sure of themselves below it."""
    generator = np.random.default_rng(seed)
    likely = generator.beta(0.6, 0.8, length)
    came = generator.random(length) < likely
    odds = (likely / (1.0 - likely)) ** (1.0 / power)
    return list(zip(came.tolist(), (odds / (1.0 + odds)).tolist(), strict=True))


def measured(told: list[tuple[bool, float]], half_life: float = 500.0, threshold: float = 0.5) -> Prequential:
    prequential = Prequential(Confusion(half_life=half_life), threshold)
    for came, probability in told:
        prequential.update(came, probability)
    return prequential


def test_all_measures_are_what_all_answers_together_give() -> None:
    told = stream(3_000, power=0.6)
    came, probabilities = (np.array(column) for column in zip(*told, strict=True))
    measures = measured(told, threshold=0.7).whole
    true = int(came.sum())
    tens = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [abs(float((probabilities[tens == ten] - came[tens == ten]).sum())) for ten in range(10)]
    area = (rankdata(probabilities)[came].sum() - true * (true + 1) / 2) / (true * (len(came) - true))
    assert measures.answers == 3_000
    assert measures.positives == pytest.approx(came.mean())
    assert measures.accuracy == ((probabilities >= 0.7) == came).mean()
    assert measures.log_loss == pytest.approx(-np.log(np.where(came, probabilities, 1.0 - probabilities)).mean())
    assert measures.brier == pytest.approx(((probabilities - came) ** 2).mean())
    assert measures.calibration_error == pytest.approx(sum(gaps) / 3_000)
    assert measures.auc == pytest.approx(area, abs=0.001)


def test_calibration_tells_the_sure_from_the_honest() -> None:
    assert measured(stream(3_000)).whole.calibration_error < 0.03
    assert measured(stream(3_000, power=0.4)).whole.calibration_error > 0.1


def test_the_recent_answers_tell_of_today_and_all_of_them_of_the_whole() -> None:
    wrong = [(not came, probability) for came, probability in stream(2_000)]
    prequential = measured([*stream(2_000, seed=2), *wrong], half_life=100.0)
    assert prequential.recent.accuracy < 0.4 < prequential.whole.accuracy
    assert prequential.recent.auc < 0.4 < prequential.whole.auc
    assert prequential.recent.log_loss > prequential.whole.log_loss
    assert prequential.recent.answers == pytest.approx(1.0 / (1.0 - 0.5**0.01), rel=1e-3)
    one_by_one = sum(0.5 ** (age / 100.0) * came for age, (came, _) in enumerate(reversed(wrong)))
    assert prequential.recent.positives * prequential.recent.answers == pytest.approx(one_by_one, rel=1e-3)


def test_without_answers_nothing_is_claimed() -> None:
    for measures in (measured([]).recent, measured([]).whole):
        assert measures.answers == 0.0
        assert all(math.isnan(value) for value in measures[1:])
    assert math.isnan(measured([(True, 0.9)]).whole.auc)  # nothing false to be told from


@given(answers)
def test_whatever_the_probabilities_the_measures_stay_in_bounds(told: list[tuple[bool, float]]) -> None:
    prequential = measured(told, half_life=10.0)
    both = {came for came, _ in told} == {True, False}
    for measures in (prequential.recent, prequential.whole):
        if told:
            shares = Measures._fields[1:3] + Measures._fields[4:6] + (("auc",) if both else ())
            assert all(0.0 <= getattr(measures, name) <= 1.0 + 1e-9 for name in shares), measures
            assert 0.0 <= measures.log_loss < 40.0
        assert math.isnan(measures.auc) is not both


@pytest.mark.parametrize("no_probability", [math.nan, math.inf, -math.inf, -1e-9, 1.0 + 1e-9])
def test_what_is_no_probability_is_refused_and_leaves_no_trace(no_probability: float) -> None:
    prequential = measured(stream(50))
    before = msgspec.msgpack.encode(prequential.dump())
    with pytest.raises(ValueError, match="no probability"):
        prequential.update(True, no_probability)
    assert msgspec.msgpack.encode(prequential.dump()) == before


def test_its_state_survives_exactly_and_does_not_grow() -> None:
    one, other = measured(stream(300)), measured([])
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.dump()), type=PrequentialState))
    assert (one.recent, one.whole) == (other.recent, other.whole)
    for came, probability in stream(100, seed=3):
        one.update(came, probability)
        other.update(came, probability)
    assert msgspec.msgpack.encode(one.dump()) == msgspec.msgpack.encode(other.dump())
    assert len(msgspec.msgpack.encode(measured(stream(20_000)).dump())) < 6_000


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"histograms": zlib.compress(bytes(80))}, "100 bins"),
        ({"histograms": b"no deflated bytes"}, "cannot be read"),
        ({"losses": [0.0]}, "two sums"),
    ],
)
def test_a_state_of_another_size_is_refused(spoilt: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        measured([]).restore(msgspec.structs.replace(measured([]).dump(), **spoilt))
