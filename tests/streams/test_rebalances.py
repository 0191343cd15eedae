"""How long a rebalance took, by what Faust tells its sensors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from streams.metrics import Metrics
from streams.rebalances import Rebalances

APP: Any = SimpleNamespace(consumer_generation_id=7)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sensor(registry: CollectorRegistry, clock: Clock) -> Rebalances:
    return Rebalances(Metrics(registry).operations, clock)


def test_the_time_without_work_and_the_part_of_it_that_went_into_restoring(
    sensor: Rebalances, clock: Clock, registry: CollectorRegistry
) -> None:
    state = sensor.on_rebalance_start(APP)
    clock.now += 3
    sensor.on_rebalance_return(APP, state)
    clock.now += 4
    sensor.on_rebalance_end(APP, state)
    assert registry.get_sample_value("larum_rebalance_seconds_sum") == 7
    assert registry.get_sample_value("larum_restore_seconds_sum") == 4
    assert registry.get_sample_value("larum_group_generation") == 7
    assert registry.get_sample_value("larum_rebalances_total") == 1


def test_one_overtaken_by_the_next_counts_as_two_and_is_one_time_without_work(
    sensor: Rebalances, clock: Clock, registry: CollectorRegistry
) -> None:
    sensor.on_rebalance_return(APP, sensor.on_rebalance_start(APP))
    clock.now += 5
    state = sensor.on_rebalance_start(APP)
    clock.now += 1
    sensor.on_rebalance_return(APP, state)
    clock.now += 2
    sensor.on_rebalance_end(APP, state)
    sensor.on_rebalance_end(APP, state)
    assert registry.get_sample_value("larum_rebalances_total") == 2
    assert registry.get_sample_value("larum_rebalance_seconds_count") == 1
    assert registry.get_sample_value("larum_rebalance_seconds_sum") == 8
    assert registry.get_sample_value("larum_restore_seconds_sum") == 2
