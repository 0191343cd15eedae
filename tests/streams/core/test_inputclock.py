"""What all inputs together have come to: nobody is left out while he may have posts."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.core.inputclock import WORDS, InputClock, InputClockState

INPUTS = 3


def posts(clock: InputClock, number: int, watermark: float) -> None:
    clock.hear(number, inputs=INPUTS, watermark=watermark, idle=False)


def rests(clock: InputClock, *numbers: int, watermark: float = 0.0, times: int = 1 + WORDS) -> None:
    """Say of inputs that they have nothing to read, in turn, as often as it takes."""
    for _ in range(times):
        for number in numbers:
            clock.hear(number, inputs=INPUTS, watermark=watermark, idle=True)


def resting(watermark: float = 100.0) -> InputClock:
    """A clock of which all inputs have come to 100 and rest."""
    clock = InputClock()
    for number in range(INPUTS):
        posts(clock, number, watermark)
    rests(clock, *range(INPUTS), watermark=watermark)
    assert clock.time == watermark
    return clock


def test_a_backlog_that_comes_while_all_rest_is_not_overtaken_by_the_input_that_is_read_first() -> None:
    clock = resting()
    posts(clock, 0, 9_000.0)
    assert clock.time == 100.0
    posts(clock, 1, 200.0)
    posts(clock, 2, 300.0)
    assert clock.time == 200.0
    posts(clock, 1, 9_000.0)
    assert clock.time == 300.0


def test_those_that_have_nothing_to_read_are_left_out_when_they_have_said_so_again() -> None:
    clock = resting()
    posts(clock, 0, 9_000.0)
    rests(clock, 1, 2, watermark=100.0, times=WORDS - 1)
    assert clock.time == 100.0
    rests(clock, 1, 2, watermark=100.0, times=1)
    assert clock.time == 9_000.0


def test_one_that_finds_posts_while_its_word_is_awaited_holds_the_others() -> None:
    clock = resting()
    posts(clock, 0, 9_000.0)
    rests(clock, 1, 2, watermark=100.0, times=WORDS - 1)
    posts(clock, 1, 700.0)
    rests(clock, 2, watermark=100.0, times=2 * WORDS)
    assert clock.time == 700.0


def test_the_late_word_of_a_worker_that_was_frozen_overtakes_nothing() -> None:
    clock = resting()
    posts(clock, 1, 150.0)
    posts(clock, 0, 9_000.0)
    rests(clock, 1, watermark=8_000.0, times=1)
    posts(clock, 1, 160.0)
    rests(clock, 2, watermark=100.0, times=2 * WORDS)
    assert clock.time == 160.0


def test_however_often_one_input_wakes_those_that_rest_do_not_hold_it_for_ever() -> None:
    clock = resting()
    for minute in range(100):
        posts(clock, 0, 200.0 + 60 * minute)
        rests(clock, 1, 2, watermark=100.0, times=1)
        rests(clock, 0, watermark=200.0 + 60 * minute, times=1)
    assert clock.time >= 200.0 + 60 * (100 - 2 * WORDS)


@given(
    st.lists(st.tuples(st.integers(0, INPUTS - 1), st.integers(0, 1_000), st.booleans(), st.booleans()), max_size=60)
)
def test_it_goes_on_from_its_state_as_if_nothing_had_happened_and_never_back(
    reports: list[tuple[int, int, bool, bool]],
) -> None:
    going, coming = InputClock(), InputClock()
    before = going.time
    for number, watermark, idle, live in reports:
        again = InputClock()
        again.state = msgspec.msgpack.decode(msgspec.msgpack.encode(coming.state), type=InputClockState)
        coming = again
        for clock in (going, coming):
            clock.hear(number, inputs=INPUTS, watermark=float(watermark), idle=idle, live=live)
        assert coming.state == going.state
        assert going.time >= before
        before = going.time
