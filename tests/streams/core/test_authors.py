"""One author is no crowd, however much is written, and unknown authors are not taken for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.authors import DAY_SECONDS, HOUR_SECONDS, REMEMBERED, Authors


@given(st.lists(st.integers(0, 3 * DAY_SECONDS), min_size=1, max_size=200).map(sorted))
def test_a_say_thins_out(times: list[int]) -> None:
    authors = Authors({})
    heard = [time for time in times if authors.is_heard(7, time, negative=True)]
    assert heard[0] == times[0]
    for begin in heard:
        assert sum(begin <= time < begin + HOUR_SECONDS for time in heard) <= 2  # one, and one where a day begins anew
        assert sum(begin <= time < begin + DAY_SECONDS for time in heard) <= 12


def test_thirty_texts_within_the_hour_are_one_voice_and_seventy_two_in_a_day_are_six() -> None:
    authors = Authors({})
    assert sum(authors.is_heard(7, 60 * minute, negative=True) for minute in range(30)) == 1
    assert sum(authors.is_heard(8, 1_200 * turn, negative=True) for turn in range(72)) == 6


def test_a_change_of_tone_is_heard() -> None:
    authors = Authors({})
    assert [authors.is_heard(7, 60 * turn, negative=turn % 2 == 1) for turn in range(6)] == [True, True] + [False] * 4


def test_unknown_authors_are_not_taken_for_one() -> None:
    authors = Authors({})
    assert all(authors.is_heard(0, 0, negative=True) for _ in range(50))
    assert authors.state == {}


def test_memory_is_bounded_and_keeps_who_goes_on() -> None:
    authors = Authors({})
    heard = 0
    for number in range(1, 3 * REMEMBERED):
        authors.is_heard(2 * number + 100, 0, negative=False)
        heard += authors.is_heard(7, 0, negative=True)
    assert len(authors.state) == REMEMBERED
    assert heard == 1
