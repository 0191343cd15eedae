"""Schedules of faults that failed once, a pause, and a rolling restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kafka.broker import BrokerUnavailableError
from tests.kafka.faults.early import killed_early
from tests.kafka.faults.pause import pause
from tests.kafka.faults.rolling import SESSION_SECONDS, roll
from tests.kafka.faults.run import carry_out


def missing(reason: BrokerUnavailableError) -> None:
    """Skip, but not where all tests have to run; a broker of the user's own would not do, for it is killed."""
    if os.environ.get("CI"):
        raise reason
    pytest.skip(f"no Kafka broker: {reason}")


# 1: a worker that lost the broker ended without a last word. 3: a slow source was not waited for after a kill.
@pytest.mark.parametrize("seed", [1, 3])
def test_whatever_happens_each_post_counts_once_and_each_crisis_is_told_once(seed: int, tmp_path: Path) -> None:
    try:
        outcome = carry_out(seed, tmp_path)
    except BrokerUnavailableError as reason:
        missing(reason)
    assert not outcome.wrong, f"{outcome.wrong}; see {tmp_path}"


@pytest.mark.parametrize("gone", [True, False], ids=["worker gone", "worker there"])
async def test_a_backlog_that_comes_after_a_pause_is_counted_whole(
    bootstrap_servers: str, name: str, tmp_path: Path, gone: bool
) -> None:
    assert not await pause(bootstrap_servers, name, tmp_path, gone=gone)


async def test_a_slow_source_is_waited_for_by_the_successor_of_a_worker_that_had_kept_nothing(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    assert not await killed_early(bootstrap_servers, name, tmp_path)


async def test_a_rolling_restart_misses_nothing_doubles_nothing_and_waits_for_no_session(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    rolled = await roll(bootstrap_servers, name, tmp_path)
    assert not rolled.wrong
    assert (rolled.counts_again, rolled.events_again) == (0, 0)
    assert rolled.restarting < SESSION_SECONDS / 2
