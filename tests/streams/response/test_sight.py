"""When it is said that nothing is seen, and why."""

from __future__ import annotations

from streams.health import Health
from streams.response.sight import LATE_SECONDS, QUIET_SECONDS, Sight

NOW = 1_767_369_600.0


def seeing() -> tuple[Sight, Health]:
    health = Health(60.0, lambda: 0.0)
    sight = Sight(health)
    sight.came(behind=False, now=NOW)
    sight.counted(0, NOW, canary=NOW)
    return sight, health


def test_what_is_past_is_read_before_anybody_is_to_believe_it() -> None:
    health = Health(60.0, lambda: 0.0)
    sight = Sight(health)
    sight.came(behind=True, now=NOW)
    assert str(sight.look(NOW)) == "larum still reads what happened before"
    assert not health.readiness().ok


def test_a_broker_that_is_away_is_a_fault_of_this_way_until_it_is_back() -> None:
    sight, health = seeing()
    sight.lost()
    assert str(sight.look(NOW)) == health.readiness().reason == "the broker does not answer"
    sight.came(behind=False, now=NOW + 10)
    assert sight.look(NOW + 10) is None
    assert health.readiness().ok


def test_records_may_wait_for_a_moment_but_not_for_long() -> None:
    sight, _ = seeing()
    sight.came(behind=True, now=NOW + LATE_SECONDS)
    assert sight.look(NOW + 1) is None
    sight.came(behind=True, now=NOW + LATE_SECONDS + 1)
    assert str(sight.look(NOW + 1)) == "records have waited to be read since 2026-01-02T16:00:00Z"


def test_the_shard_whose_canary_is_oldest_counts() -> None:
    sight, health = seeing()
    sight.counted(1, NOW + LATE_SECONDS, canary=NOW + LATE_SECONDS)
    assert sight.look(NOW + LATE_SECONDS) is None
    assert str(sight.look(NOW + LATE_SECONDS + 1)).startswith("nothing that was posted since 2026-01-02T16:00:00Z")
    assert health.readiness().ok  # that nobody counts is no fault of this process


def test_without_canaries_an_hour_without_counts_says_little_and_is_told_so() -> None:
    sight, _ = seeing()
    other = Sight(Health(60.0, lambda: 0.0))
    other.came(behind=False, now=NOW)
    assert str(other.look(NOW)) == "nothing was counted of late, and no canaries tell whether anything would be"
    other.counted(0, NOW, canary=None)
    assert other.look(NOW + QUIET_SECONDS) is None
    assert "since 2026-01-02T16:00:00Z, and no canaries" in str(other.look(NOW + QUIET_SECONDS + 1))
    assert sight.look(NOW) is None
