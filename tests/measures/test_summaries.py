"""What the benchmarks print follows from what they measured."""

import pytest

from tests.benchmarks.budget import OVER, Quiet, ratio, spending
from tests.benchmarks.latency import median, summarise
from tests.benchmarks.nab import squash
from tests.benchmarks.trials import Trial

DETECTORS = ("hour/12 h", "hour/week", "sigmas", "Gaussian")


def trial(found: float | None, limit: float | None = 2.0) -> Trial:
    """A crisis that larum found after so many minutes, and the others never."""
    return Trial("real", 10.0, 3.0, 0.0, "both", limit, None, {"larum": found, **dict.fromkeys(DETECTORS)})


@pytest.mark.parametrize(
    ("delays", "met"), [([1.0, 5.0, 90.0], 1.0), ([1.0, 5.1, 90.0], 0.0), ([1.0, None, None], 0.0)]
)
def test_the_median_is_held_against_twice_the_limit_and_a_bucket(delays: list[float | None], met: float) -> None:
    results = summarise([trial(one) for one in delays], "all")
    assert results.met["larum"] == met
    assert results.met["sigmas"] == 0.0


def test_what_is_beyond_the_limit_is_no_goal() -> None:
    assert summarise([trial(None, None), trial(1.0)], "all").cells[0].limited is None


def test_missing_is_later_than_everything() -> None:
    assert median([1.0, None, 3.0]) == 3.0
    assert median([1.0, None, None]) is None


def test_spending_is_held_against_the_part_of_the_budget_that_the_sample_has() -> None:
    quiet = Quiet(1, "real", 10.0, 100.0, 91.0, [1.0, 2.5], [3.0], {})
    spent = spending("all", [quiet] * 10)
    assert spent.pages_expected == pytest.approx(100.0 / OVER * 910 / 30.0, abs=1e-3)
    assert spent.pages_ratio[0] == pytest.approx(20 / spent.pages_expected, rel=1e-3)
    assert spent.pages_ratio[1] < spent.pages_ratio[0] < spent.pages_ratio[2]


def test_ratio_of_nothing() -> None:
    assert ratio(0, 1.0) == (0.0, 0.0, 3.689)


def test_squash_keeps_order_and_puts_the_threshold_in_the_middle() -> None:
    assert squash(0.0) == 0.5
    assert 0.0 < squash(-300.0) < squash(-1.0) < 0.5 < squash(2.0) < squash(200.0) < squash(300.0) < 1.0
