"""When the process counts as stalled."""

from __future__ import annotations

import pytest

from streams.health import Health


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(stall_seconds=60, clock=clock)


def test_nothing_to_do_is_healthy_however_long(health: Health, clock: Clock) -> None:
    clock.now += 1_000_000
    assert health.verdict().ok


def test_work_that_nobody_does_is_a_stall(health: Health, clock: Clock) -> None:
    health.busy(True)
    clock.now += 60
    assert health.verdict().ok
    clock.now += 1
    verdict = health.verdict()
    assert not verdict.ok
    assert "61 s" in verdict.reason


def test_a_stall_names_the_work_that_waits(health: Health, clock: Clock) -> None:
    health.busy(True)
    health.busy(True, "the recovery of a changelog")
    clock.now += 61
    assert health.verdict().reason.startswith("the recovery of a changelog has waited for 61 s")


def test_progress_ends_a_stall(health: Health, clock: Clock) -> None:
    health.busy(True)
    clock.now += 100
    health.progress()
    assert health.verdict().ok


def test_saying_busy_again_does_not_hide_a_stall(health: Health, clock: Clock) -> None:
    for _ in range(10):
        health.busy(True)
        clock.now += 10
    assert not health.verdict().ok


def test_time_without_work_does_not_count(health: Health, clock: Clock) -> None:
    health.busy(True)
    clock.now += 50
    health.busy(False)
    clock.now += 1000
    health.busy(True)
    clock.now += 50
    assert health.verdict().ok


def test_progress_without_work_leaves_the_process_idle(health: Health, clock: Clock) -> None:
    health.progress()
    clock.now += 1000
    assert health.verdict().ok


def test_a_process_is_ready_once_it_says_so(health: Health) -> None:
    assert not health.readiness().ok
    health.ready()
    assert health.readiness().ok
    health.unready("restoring state of partition 3")
    assert health.readiness().reason == "restoring state of partition 3"


def test_what_is_gone_for_long_is_a_stall_though_no_work_waits(health: Health, clock: Clock) -> None:
    for _ in range(3):
        health.lacks("the coordinator")
        clock.now += 20
    assert health.verdict().ok
    clock.now += 1
    assert health.verdict().reason == "the coordinator has been gone for 61 s (limit 60 s)"
    assert not health.verdict().ok


def test_what_comes_back_in_time_is_forgotten(health: Health, clock: Clock) -> None:
    health.lacks("the coordinator")
    clock.now += 59
    health.lacks(None)
    clock.now += 1000
    health.lacks("the coordinator")
    clock.now += 59
    assert health.verdict().ok
