"""Neither a model that has learned nor another mix of languages is a change of tone; a real change is found."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from detectors.checks import stream
from detectors.errors import PERFECT, Error, Judge, judge
from detectors.negativity import NegativityDetector, NegativityState, apparent_odds
from detectors.observations import Features
from detectors.tone import CORRELATION
from tests.detectors.test_confusion import measured

DAY = 1_440
CLUMP = 2.0 / CORRELATION - 1.0
PAGE = 2.0  # log10 of days
Rates = tuple[float, float]


class Days:
    """A brand whose ordinary tone never changes: `share` of its posts is negative, `rate` a minute are written.

    `truth` are sensitivity and false alarms of the model in each minute, `told` what is believed of them.
    """

    def __init__(
        self, rate: float, truth: Callable[[int], Rates], told: Callable[[int], Judge | None], seed: int = 1
    ) -> None:
        self.detector = NegativityDetector()
        self.rate, self.truth, self.told = rate, truth, told
        self.generator = np.random.default_rng(seed)
        self.minute = 0

    def step(self, share: float = 0.2, how: str = "learn_one") -> float:
        """Score a minute, and take it in."""
        generator, minute = self.generator, self.minute
        found, alarms = self.truth(minute)
        posts = int(generator.poisson(self.rate))
        true = generator.beta(share * CLUMP, (1.0 - share) * CLUMP)
        negatives = int(generator.binomial(posts, alarms + (found - alarms) * true))
        x: Features = {"time": minute * 60.0, "mentions": float(posts), "judge": self.told(minute)}
        score = self.detector.score_one(x, negatives)
        getattr(self.detector, how)(x, negatives)
        self.minute += 1
        return score

    def run(self, minutes: int) -> float:
        """Let ordinary time go by; return the highest score."""
        return max(self.step() for _ in range(minutes))

    def delay(self, share: float) -> int:
        """Let the tone change; return after how many minutes that is found, of three days at most."""
        return next((n for n in range(1, 3 * DAY) if self.step(share, "doubt_one") >= PAGE), 3 * DAY)


def alone(error: Error) -> Judge:
    """A model of one language."""
    return Judge(error, error)


def learning(seed: int = 1, before: float = 0.1, after: float = 0.2) -> tuple[Callable[[int], Rates], list[Judge]]:
    """A model whose false alarms change after three days, and what its labels say of it before and then."""
    errors = [alone(measured(0.8, alarms, 300, seed).error) for alarms in (before, after)]
    return lambda minute: (0.8, before if minute < 3 * DAY else after), errors


def told(errors: list[Judge]) -> Callable[[int], Judge]:
    return lambda minute: errors[minute >= 3 * DAY]


@pytest.mark.parametrize("rate", [0.3, 3.0, 20.0])
@pytest.mark.parametrize("after", [0.2, 0.4])
def test_a_model_whose_false_alarms_multiply_when_it_learns_raises_no_alarm(rate: float, after: float) -> None:
    truth, errors = learning(after=after)
    brand = Days(rate, truth, told(errors))
    brand.run(3 * DAY)
    assert brand.run(3 * DAY) < PAGE


def test_uncorrected_the_same_model_would_raise_one() -> None:
    truth, _ = learning(after=0.4)
    brand = Days(3.0, truth, lambda _: None)
    brand.run(3 * DAY)
    assert brand.run(3 * DAY) > PAGE


@pytest.mark.parametrize("corrected", [True, False])
def test_another_mix_of_languages_raises_no_alarm_where_the_errors_are_known(corrected: bool) -> None:
    rates = {"pl": (0.6, 0.1), "en": (0.9, 0.3)}
    errors = {name: measured(*its, 300).error for name, its in rates.items()}

    def mix(minute: int) -> dict[str, int]:
        return {"pl": 9, "en": 1} if minute < 3 * DAY else {"pl": 2, "en": 8}

    def truth(minute: int) -> Rates:
        parts = mix(minute)
        first, second = (sum(rates[name][at] * part for name, part in parts.items()) / 10 for at in (0, 1))
        return first, second

    brand = Days(3.0, truth, lambda minute: judge(errors, mix(minute)) if corrected else None)
    brand.run(3 * DAY)
    assert (brand.run(3 * DAY) < PAGE) == corrected


@pytest.mark.parametrize("rate", [0.3, 3.0])
def test_that_more_is_known_of_a_model_that_stays_as_it_is_raises_no_alarm(rate: float) -> None:
    cold, known = alone(Error(0.84, 0.25, 0.0064, 0.0089)), alone(measured(0.7, 0.1, 200).error)
    brand = Days(rate, lambda _: (0.7, 0.1), told([cold, known]))
    brand.run(3 * DAY)
    assert brand.run(3 * DAY) < PAGE


def test_a_model_that_got_better_does_not_deafen_the_test_at_small_counts() -> None:
    truth, errors = learning(before=0.4, after=0.1)
    delays: dict[bool, list[int]] = {True: [], False: []}
    for seed in range(5):
        for corrected, found in delays.items():
            brand = Days(0.3, truth, told(errors) if corrected else lambda _: None, seed)
            brand.run(3 * DAY + 300)
            found.append(brand.delay(0.5))
    assert np.median(delays[True]) <= 0.75 * np.median(delays[False])


def test_at_small_counts_a_corrected_test_is_as_quick_as_one_that_believes_the_model() -> None:
    delays: dict[bool, list[int]] = {True: [], False: []}
    error = alone(measured(0.6, 0.15, 300).error)
    for seed in range(5):
        for corrected, found in delays.items():
            brand = Days(0.3, lambda _: (0.6, 0.15), (lambda _: error) if corrected else (lambda _: None), seed)
            brand.run(3 * DAY)
            found.append(brand.delay(0.8))
    assert np.median(delays[True]) <= 1.25 * np.median(delays[False])


def test_a_perfect_model_is_judged_as_one_of_which_nothing_is_told_bit_for_bit() -> None:
    silent, perfect = NegativityDetector(), NegativityDetector()
    for x, y in stream(1_000):
        negatives = y if x["time"] < 54_000.0 else float(x["mentions"])
        one, other = silent.find_one(x, negatives), perfect.find_one({**x, "judge": alone(PERFECT)}, negatives)
        assert one == other
        assert (one.share, one.expected, one.ordinary) == (other.share, other.expected, other.ordinary)
        silent.learn_one(x, negatives)
        perfect.learn_one({**x, "judge": alone(PERFECT)}, negatives)
    assert other.surprise > PAGE


def test_state_with_errors_survives_exactly() -> None:
    truth, errors = learning()
    through = Days(3.0, truth, told(errors))
    through.run(3 * DAY + 20)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(through.detector.dump()), type=NegativityState)
    resumed = NegativityDetector()
    resumed.restore(state)
    for minute in range(100):
        x: Features = {"time": (3 * DAY + 20 + minute) * 60.0, "mentions": 4.0, "judge": errors[minute % 2]}
        assert through.detector.find_one(x, minute % 4) == resumed.find_one(x, minute % 4)
        through.detector.learn_one(x, minute % 4)
        resumed.learn_one(x, minute % 4)


def test_who_is_no_judge_is_refused() -> None:
    with pytest.raises(ValueError, match="no judge"):
        NegativityDetector().learn_one({"time": 0.0, "mentions": 4.0, "judge": 0.1}, 1)


def test_the_poorer_the_model_the_smaller_a_rise_looks() -> None:
    looks = [apparent_odds(3.0, 0.2, 0.1 + informed * 0.2, informed) for informed in (0.3, 0.6, 0.9)]
    assert 1.0 < looks[0] < looks[1] < looks[2] < 3.0
