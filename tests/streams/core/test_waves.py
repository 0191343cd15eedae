"""A crisis that comes again: told as another wave of it, where the tide had clearly turned, and not else."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
import pytest

from streams.core.ledger import Voices
from streams.core.sentinel import Sentinel, SentinelState
from streams.core.settings import Detection

DAY = 1_440  # minutes
WIDTH = 5
MONDAY = 1_420_416_000
RULES = Detection(bucket_seconds=60 * WIDTH)


def ordinary(minute: float) -> float:
    """Voices a minute, by day more than by night."""
    return 2.0 * math.exp(0.9 * math.sin(2 * math.pi * (minute / DAY - 0.4)))


@pytest.fixture(scope="module")
def warm() -> bytes:
    """Ten days of a brand as it ordinarily is."""
    sentinel, rng = Sentinel(RULES, 3, countries=()), np.random.default_rng(1)
    for minute in range(0, 10 * DAY, WIDTH):
        voices, negatives = rng.poisson((0.8 * WIDTH * ordinary(minute), 0.2 * WIDTH * ordinary(minute)))
        close(sentinel, minute, int(voices), int(negatives))
    return msgspec.msgpack.encode(sentinel.dump())


def close(sentinel: Sentinel, minute: int, calm: int, angry: int) -> str | None:
    closed = sentinel.close(MONDAY + 60 * minute, Voices(calm + angry, calm + angry, angry))
    if closed.step == "closed":
        sentinel.rest()
    return closed.step


def outcry(at: float, size: float, half_life: float) -> float:
    """Negatives a minute, `at` minutes after it began."""
    return size * min(1.0, at / 30.0) * 0.5 ** (max(0.0, at - 30.0) / half_life) if at >= 0 else 0.0


def told(
    warm: bytes, crises: Iterable[tuple[float, float, float]], hours: float, seed: int = 2, *, restarts: bool = False
) -> list[tuple[float, str, int]]:
    """Give hours, steps and waves of what is told of outcries (hour, size, half-life), from midnight on."""
    sentinel, rng = Sentinel(RULES, 3, countries=()), np.random.default_rng(seed)
    sentinel.restore(msgspec.msgpack.decode(warm, type=SentinelState))
    found = []
    for minute in range(0, round(60 * hours), WIDTH):
        at = 10 * DAY + minute
        angry = sum(outcry(minute - 60 * begin, size, half_life) for begin, size, half_life in crises)
        calm, more = rng.poisson((0.8 * WIDTH * ordinary(at), WIDTH * (0.2 * ordinary(at) + angry)))
        if (step := close(sentinel, at, int(calm), int(more))) and step != "updated":
            found.append((minute / 60, step, sentinel.life.wave))
        if restarts:
            record = msgspec.msgpack.encode(sentinel.dump())
            sentinel = Sentinel(RULES, 3, countries=())
            sentinel.restore(msgspec.msgpack.decode(record, type=SentinelState))
    return found


def test_an_outcry_that_comes_again_before_it_was_over_is_raised_as_its_second_wave_and_a_third_as_a_third(
    warm: bytes,
) -> None:
    found = told(warm, [(10.0, 10.0, 60.0), (14.5, 10.0, 60.0), (19.0, 10.0, 60.0)], 23.0)
    assert [step for _, step, _ in found if step == "closed"] == []
    waves = [(hour, wave) for hour, step, wave in found if step == "raised" and wave > 1]
    assert [wave for _, wave in waves] == [2, 3]
    assert 14.5 < waves[0][0] < 15.3
    assert 19.0 < waves[1][0] < 19.8


def test_an_outcry_that_only_falls_flickers_or_sees_the_morning_is_one_wave(warm: bytes) -> None:
    for seed in range(4):
        assert {wave for *_, wave in told(warm, [(12.0, 10.0, 240.0)], 40.0, seed) if wave} == {1}
        assert {wave for *_, wave in told(warm, [(10.0, 10.0, 90.0), (16.0, 0.8, 60.0)], 24.0, seed) if wave} == {1}


def test_one_that_begins_within_a_day_after_another_is_its_next_wave_and_later_a_crisis_of_its_own(warm: bytes) -> None:
    first, again = (10.0, 10.0, 30.0), (24.0, 10.0, 30.0)
    opened = [(hour, wave) for hour, step, wave in told(warm, [first, again], 27.0) if step == "opened"]
    assert [wave for _, wave in opened] == [1, 2]
    later = (54.0, 10.0, 30.0)
    assert [wave for _, step, wave in told(warm, [first, later], 57.0) if step == "opened"] == [1, 1]


def test_a_restart_after_every_bucket_tells_the_same(warm: bytes) -> None:
    crises = [(10.0, 10.0, 60.0), (14.5, 10.0, 60.0)]
    assert told(warm, crises, 17.0, restarts=True) == told(warm, crises, 17.0)
