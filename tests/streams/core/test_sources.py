"""Sources are counted once whatever is delivered when, and a want of posts is told from a quiet night."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest

from detectors.calendar import Calendar
from streams.core.hearing import Heard, Hearing
from streams.core.samples import SIZE, lowest, size
from streams.core.settings import Detection
from streams.core.sources import MOST_SOURCES, Sources, SourcesState, Told
from tests.streams.core.mentions import MONDAY

Rate = Callable[[int], float]
DAY = 1_440


def sources() -> Sources:
    return Sources(Detection(), Calendar())


def rhythm(posts: float, minute: int) -> float:
    """So many posts a minute at three in the afternoon, a tenth of that at night."""
    return posts * (0.55 + 0.45 * math.cos(2 * math.pi * (minute / 60 - 15) / 24))


def tell(
    one: Sources, rate: Rate, minutes: range, *, source: str = "x", seed: int = 1
) -> Iterator[tuple[int, float, list[Told]]]:
    """Let time go on minute by minute; give minute, coverage and what is told."""
    generator = np.random.default_rng(seed)
    for minute in minutes:
        posts = generator.poisson(rate(minute) * generator.gamma(10.0, 0.1))
        hashes = sorted(int(number) for number in generator.integers(0, 2**63, posts))
        bucket = MONDAY + minute * 60
        one.hear([Heard(source, bucket, [2 * number for number in hashes])])
        told = list(one.close_until(bucket + 60))
        yield minute, one.now.get(source, 1.0), told


def steps(run: Iterator[tuple[int, float, list[Told]]]) -> list[tuple[str, int]]:
    return [(told.step, minute) for minute, _, each in run for told in each if told.step != "updated"]


def test_the_end_of_a_hit_of_some_hours_is_no_silence() -> None:
    hit = range(3 * DAY + 720, 3 * DAY + 1_080)
    assert (
        steps(tell(sources(), lambda minute: rhythm(2.0, minute) * (10 if minute in hit else 1), range(4 * DAY))) == []
    )


def test_a_source_that_is_ten_times_as_loud_for_good_is_missed_as_fast_as_one_that_always_was() -> None:
    rise, stop = 3 * DAY, 5 * DAY + 720
    one = sources()
    run = tell(one, lambda minute: rhythm(20.0 if minute >= rise else 2.0, minute) * (minute < stop), range(stop + 60))
    (step, minute), *_ = steps(run)
    assert step == "opened"
    assert 0 < minute - stop <= 15


@pytest.mark.parametrize("posts", [10, SIZE, 1_000, 50_000])
def test_a_sample_counts_exactly_while_small_and_closely_when_large(posts: int) -> None:
    generator = random.Random(1)
    hashes = [generator.getrandbits(64) for _ in range(posts)]
    sample = lowest(hashes * 2)
    assert size(sample) == pytest.approx(posts, rel=0.0 if posts < SIZE else 0.25)
    half = posts // 2
    assert lowest([*lowest(hashes[half:]), *lowest(hashes[: half + posts // 10])]) == sample
    assert len(sample) <= SIZE


def test_posts_that_are_delivered_again_by_other_batches_count_once() -> None:
    generator = random.Random(1)
    posts = [(generator.getrandbits(64), MONDAY + 60.0 * generator.random()) for _ in range(1_000)]
    through, torn = sources(), sources()
    hearing = Hearing(60)
    for post, time in posts:
        hearing.add(["x"], [time], [post])
    through.hear(hearing.news(0.0))
    for start, stop in ((0, 400), (300, 700), (0, 200), (650, 1_000)):  # a crash, and again from the last commit
        hearing = Hearing(60)
        for post, time in posts[start:stop]:
            hearing.add(["x"], [time], [post])
        torn.hear(hearing.news(0.0))
    assert torn.dump() == through.dump()
    assert size(through.dump().held[MONDAY]["x"]) == pytest.approx(1_000, rel=0.25)


def test_a_match_sends_each_hash_once_and_only_those_of_the_sample() -> None:
    hearing, generator = Hearing(60), random.Random(1)
    sent = []
    for _ in range(50):
        hearing.add(["x"] * 200, [float(MONDAY)] * 200, [generator.getrandbits(64) for _ in range(200)])
        sent += [post for heard in hearing.news(0.0) for post in heard.posts]
    assert len(sent) == len(set(sent)) < 10_000 / 10


def test_a_history_of_days_in_one_batch_is_heard_to_its_end() -> None:
    hearing, one = Hearing(60), sources()
    for minute in range(5 * DAY):
        hearing.add(["x"] * 2, [MONDAY + 60.0 * minute] * 2, [4 * minute, 4 * minute + 1])
    one.hear(hearing.news(0.0))
    assert list(one.close_until(MONDAY + 5 * DAY * 60)) == []
    assert one.now == {"x": 1.0}


def test_invented_sources_are_bounded() -> None:
    hearing, one = Hearing(60), sources()
    for number in range(5_000):
        hearing.add([f"s{number}"], [float(MONDAY)], [number])
    one.hear(hearing.news(0.0))
    list(one.close_until(MONDAY + 120))
    assert len(one.now) == MOST_SOURCES


def test_a_busy_source_that_stops_is_known_blind_in_two_minutes_and_told_in_five() -> None:
    one, stop, back = sources(), 9 * DAY + 600, 9 * DAY + 720
    run = list(tell(one, lambda minute: 0.0 if stop <= minute < back else rhythm(60.0, minute), range(10 * DAY)))
    coverage = {minute: covered for minute, covered, _ in run}
    assert coverage[stop - 1] == 1.0
    assert all(coverage[minute] == 0.0 for minute in range(stop + 2, back))
    assert coverage[back + 5] == 1.0
    (opened, at), (closed, end) = steps(iter(run))
    assert (opened, closed) == ("opened", "closed")
    assert stop + 4 <= at <= stop + 6
    assert back <= end <= back + 2


def test_a_source_that_thins_out_to_a_third_is_covered_by_a_third() -> None:
    one, thin = sources(), 21 * DAY + 600
    rate: Rate = lambda minute: rhythm(60.0, minute) * (0.3 if minute >= thin else 1.0)  # noqa: E731
    run = list(tell(one, rate, range(21 * DAY + 1_000)))
    (opened, at), *rest = steps(iter(run))
    assert opened == "opened"
    assert thin < at <= thin + 120
    assert not rest
    assert np.mean([covered for minute, covered, _ in run if minute > at]) == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("posts", [0.002, 0.05, 1.0, 20.0])
def test_quiet_nights_are_not_blindness(posts: float) -> None:
    assert steps(tell(sources(), lambda minute: rhythm(posts, minute), range(14 * DAY))) == []


def test_a_source_with_two_posts_a_day_is_not_judged_within_days() -> None:
    one, stop = sources(), 14 * DAY
    run = tell(one, lambda minute: 2 / DAY if minute < stop else 0.0, range(stop + 4 * DAY))
    assert steps(run) == []


def test_a_source_on_its_first_day_is_missed_when_it_stops_and_left_alone_at_night() -> None:
    one, stop = sources(), 17 * 60
    rate: Rate = lambda minute: rhythm(20.0, minute) if 480 <= minute < stop else 0.0  # noqa: E731
    (opened, at), *rest = steps(tell(one, rate, range(480, 24 * 60)))
    assert opened == "opened"
    assert stop < at <= stop + 30
    assert not rest
    assert steps(tell(sources(), lambda minute: rhythm(20.0, minute), range(840, 840 + DAY))) == []


def test_a_flood_after_a_silence_pays_what_was_missed_and_no_more() -> None:
    one, stop, back = sources(), 9 * DAY + 600, 9 * DAY + 720

    def rate(minute: int) -> float:
        usual = rhythm(20.0, minute)
        return 0.0 if stop <= minute < back else 10.0 * usual if minute < back + 60 and minute >= back else usual

    run = list(tell(one, rate, range(9 * DAY + 900)))
    flood = [minute for minute, covered, _ in run if covered > 1.0]
    assert flood[0] in {back, back + 1}
    assert 12 <= flood[-1] - back <= 30  # of 120 missed minutes nine come late each minute, and as many might
    assert all(covered == 1.0 for minute, covered, _ in run if minute > back + 30)


def test_a_flood_without_a_silence_is_news() -> None:
    rate: Rate = lambda minute: rhythm(20.0, minute) * (8.0 if minute > 9 * DAY + 600 else 1.0)  # noqa: E731
    assert {covered for _, covered, _ in tell(sources(), rate, range(9 * DAY + 700))} == {1.0}


def test_a_source_that_stays_away_is_given_up_and_begins_anew() -> None:
    one = Sources(Detection(max_open_hours=6), Calendar())
    stop = 3 * DAY
    run = list(tell(one, lambda minute: rhythm(20.0, minute) if minute < stop else 0.0, range(stop + DAY)))
    assert [step for step, _ in steps(iter(run))] == ["opened", "closed"]
    assert [told.given_up for _, _, each in run for told in each][-1]
    assert one.now == {}


def test_state_goes_on_exactly() -> None:
    stop = 3 * DAY + 100
    rate: Rate = lambda minute: rhythm(20.0, minute) if minute < stop or minute > stop + 90 else 0.0  # noqa: E731
    through = sources()
    expected = list(tell(through, rate, range(stop + 300)))
    first = sources()
    parts = list(tell(first, rate, range(stop + 300)))[: stop + 10]
    assert parts == expected[: stop + 10]
    halfway = sources()
    run = tell(halfway, rate, range(stop + 300))
    got = []
    for one in run:
        got.append(one)
        if one[0] == stop + 10:
            record = msgspec.msgpack.encode(halfway.dump())
            halfway.restore(msgspec.msgpack.decode(record, type=SourcesState))
    assert got == expected
    assert halfway.dump() == through.dump()
