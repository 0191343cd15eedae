"""Simulated and resampled counts are what they say they are."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.backgrounds import DAY, MONDAY, SPREADS, Rhythm, Simulated, Spread, measure
from tests.benchmarks.blocks import STEP, Resampled, resampled, thinned
from tests.benchmarks.injections import Crisis, odds

WEEKS = 28 * DAY // 60


@pytest.mark.parametrize("name", SPREADS)
def test_same_seed_gives_same_counts_at_the_rate_asked_for(name: str) -> None:
    brand = Simulated(200.0, SPREADS[name])
    first, second = (brand.sample(np.random.default_rng(5), WEEKS) for _ in range(2))
    assert (first.voices == second.voices).all()
    assert (first.negatives == second.negatives).all()
    assert (first.negatives <= first.voices).all()
    assert first.voices.sum() == pytest.approx(brand.expected(first.times, 60).sum(), rel=0.1)
    assert first.negatives.sum() / first.voices.sum() == pytest.approx(brand.tone.share, abs=0.05)


def test_rhythm_is_one_on_average() -> None:
    times = MONDAY + 300 * np.arange(7 * DAY // 300)
    assert Rhythm(depth=1.0, weekend=0.5).at(times).mean() == pytest.approx(1.0)


def test_over_dispersion_is_measured_as_made() -> None:
    rng = np.random.default_rng(3)
    brand = Simulated(600.0, Spread(quick=0.2, slow=0.09, memory=6.0))
    quiet = [brand.sample(rng, WEEKS) for _ in range(10)]
    measured = measure(quiet, [brand.expected(one.times, 60) for one in quiet])
    assert measured.quick == pytest.approx(0.2, rel=0.15)
    assert measured.slow == pytest.approx(0.09, rel=0.25)
    assert measured.memory == pytest.approx(6.0, rel=0.5)


@pytest.fixture
def stream(tmp_path: Path) -> Resampled:
    """Three weeks of a stream of 5 a bucket, and a burst within a labelled window."""
    (tmp_path / "streams").mkdir()
    begin = MONDAY + 142
    with (tmp_path / "streams" / "made.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("timestamp", "value"))
        for number in range(21 * DAY // STEP):
            when = datetime.fromtimestamp(begin + number * STEP, UTC).strftime("%Y-%m-%d %H:%M:%S")
            writer.writerow((when, 5_000 if 1_000 <= number < 1_010 else 5))
    start, end = (datetime.fromtimestamp(begin + at * STEP, UTC).strftime("%Y-%m-%d %H:%M:%S") for at in (1_000, 1_009))
    (tmp_path / "combined_windows.json").write_text(f'{{"set/made.csv": [["{start}", "{end}"]]}}')
    (made,) = resampled(tmp_path)
    return made


def test_blocks_leave_labelled_windows_out_and_keep_the_rate(stream: Resampled) -> None:
    assert stream.rate == pytest.approx(60.0)
    counts = stream.sample(np.random.default_rng(1), 14 * DAY // 60, start=MONDAY + 1_800)
    assert counts.voices[30:].reshape(-1)[: 5 * 600].sum() == 5 * 600  # five in five minutes, always
    assert counts.voices.max() <= 5


def test_a_thinned_stream_has_the_rate_asked_for(stream: Resampled) -> None:
    brand = thinned([stream], 6.0)
    assert brand is not None
    assert brand.sample(np.random.default_rng(1), WEEKS).voices.mean() == pytest.approx(0.1, rel=0.1)
    assert thinned([stream], 61.0) is None


def test_a_crisis_is_as_large_as_it_says_and_leaves_the_rest() -> None:
    quiet = Simulated(6_000.0, SPREADS["independent"]).sample(np.random.default_rng(2), WEEKS)
    rng = np.random.default_rng(3)
    volume, tone = (Crisis(4.0, 0.0, what).inject(rng, quiet) for what in ("volume", "tone"))
    share = quiet.negatives.sum() / quiet.voices.sum()
    assert volume.voices.sum() / quiet.voices.sum() == pytest.approx(4.0, rel=0.02)
    assert volume.negatives.sum() / volume.voices.sum() == pytest.approx(share, abs=0.01)
    assert (tone.voices == quiet.voices).all()
    assert tone.negatives.sum() / tone.voices.sum() == pytest.approx(odds(share, np.array(4.0)).item(), abs=0.02)


def test_a_ramp_reaches_its_size_in_time() -> None:
    assert Crisis(11.0, 100.0).factor(np.array([0.0, 50.0, 100.0, 500.0])).tolist() == [1.0, 6.0, 11.0, 11.0]
