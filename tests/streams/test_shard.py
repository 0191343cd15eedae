"""How far all inputs have come, as canaries show it."""

from __future__ import annotations

from streams.core.watch import Watch
from streams.shard import CANARY_SECONDS, Shard
from tests.kafka import story
from tests.streams.test_watchers import Ledger


def test_the_input_that_is_furthest_behind_counts_and_is_told_of_now_and_then() -> None:
    shard = Shard(0, Watch(story.settings(), 0, 1), Ledger())
    assert shard.heard({}, 0.0) is None
    assert shard.heard({0: 100.0, 1: 90.0}, 0.0) == 90.0
    assert shard.heard({1: 130.0}, CANARY_SECONDS / 2) is None
    assert shard.heard({0: 120.0}, CANARY_SECONDS) == 120.0
    assert shard.heard({}, 3 * CANARY_SECONDS) is None
    assert shard.heard({0: 150.0}, 3 * CANARY_SECONDS) == 130.0
