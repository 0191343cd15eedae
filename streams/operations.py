"""Metrics of a worker's running: its part in the group, what it restores, its queues and delay, its configuration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

from prometheus_client import Counter, Gauge

from streams.definitions import Definitions

Input = Literal["posts", "tallies"]  # values of the label `topic`: what the topics are for, whatever they are called
SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0, 600.0)


class Operations:
    """What Prometheus is told of the group, of restoring, of queues and delay, and of the configuration.

    Parameters
    ----------
    definitions
        Of the `streams.metrics.Metrics` that holds this.
    """

    def __init__(self, definitions: Definitions) -> None:
        new, histogram = definitions.new, definitions.histogram
        self._lag = new(
            Gauge, "larum_lag_records", "Records of a partition that wait to be read.", "topic", "partition"
        )
        self._assigned = new(Gauge, "larum_assigned_partitions", "Partitions that this worker reads.", "topic")
        self._queued = new(Gauge, "larum_queued_fetches", "Fetched batches that wait for an agent.", "topic")
        self._held = new(
            Gauge,
            "larum_partition_held",
            "1 while a partition is not read from, for slower ones to catch up.",
            "partition",
        )
        self._sampling = new(
            Gauge, "larum_sampling_ratio", "Least part of a loud brand's posts that is counted: 1 is all.", "partition"
        )
        self._closed = new(
            Gauge,
            "larum_closed_timestamp_seconds",
            "Event time up to which all is judged: how old it is, is the delay.",
        )
        self._closed.set(math.nan)
        self._canary = new(
            Gauge,
            "larum_canary_timestamp_seconds",
            "When the newest canary was sent that came from a partition of posts and was counted by the watch.",
            "partition",
        )
        self._ready = new(Gauge, "larum_ready", "1 while the worker takes posts, 0 while it starts, meets or restores.")
        self._rebalances = new(Counter, "larum_rebalances_total", "Rebalances of the group that have begun.")
        self._meeting = histogram(
            "larum_rebalance_seconds", "Time without work in a rebalance, restoring included.", buckets=SECONDS
        )
        self._restoring = histogram(
            "larum_restore_seconds", "Part of it from the assignment until state was there.", buckets=SECONDS
        )
        self._restored = new(Counter, "larum_restored_records_total", "Records of state read from the changelog.")
        self._generation = new(Gauge, "larum_group_generation", "Generation of the group that this worker belongs to.")
        self._uncommitted = new(Counter, "larum_commit_failures_total", "Commits of offsets that did not succeed.")
        self._valid = new(Gauge, "larum_config_valid", "1 while the configuration file can be used, 0 while it cannot.")
        self._valid.set(1)  # else there would be no process
        self._loaded = new(
            Gauge, "larum_config_last_reload_timestamp_seconds", "When the configuration in use was read, by the clock."
        )
        self._unknown = new(
            Counter, "larum_unknown_brand_mentions_total", "Mentions of brands that this worker's configuration lacks."
        )
        self._lagging: dict[Input, set[int]] = {topic: set() for topic in get_args(Input)}
        for topic in self._lagging:
            self._queued.labels(topic)
            self._assigned.labels(topic)

    def set_lag(self, topic: Input, partition: int, records: int) -> None:
        """Export how many records of a partition wait to be read."""
        self._lag.labels(topic, str(partition)).set(records)
        self._lagging[topic].add(partition)

    def forget_lags(self, topic: Input, but: set[int]) -> None:
        """Remove the series of all partitions of a topic that are not in `but`."""
        for partition in self._lagging[topic] - but:
            self._lag.remove(topic, str(partition))
        self._lagging[topic] &= but

    def set_assigned(self, topic: Input, partitions: int) -> None:
        """Export how many partitions are this worker's."""
        self._assigned.labels(topic).set(partitions)

    def set_queued(self, topic: Input, fetches: int) -> None:
        """Export how many fetched batches wait for an agent."""
        self._queued.labels(topic).set(fetches)

    def set_held(self, partition: int, *, held: bool) -> None:
        """Export whether a partition of posts has to wait for slower ones."""
        self._held.labels(str(partition)).set(held)

    def set_sampling(self, partition: int, part: float) -> None:
        """Export which part of a loud brand's posts is kept at least."""
        self._sampling.labels(str(partition)).set(part)

    def forget_partition(self, partition: int) -> None:
        """Remove what is shown of a partition of posts that is another worker's now."""
        for gauge in (self._held, self._sampling):
            gauge.remove_by_labels({"partition": str(partition)})

    def set_canaries(self, newest: Mapping[int, float]) -> None:
        """Export of partitions of posts when the newest canary was sent that was counted, epoch seconds."""
        for partition, time in newest.items():
            self._canary.labels(str(partition)).set(time)

    def set_closed(self, until: float) -> None:
        """Export up to where the buckets of all brands are closed, epoch seconds; NaN while nothing is (-inf)."""
        self._closed.set(until if math.isfinite(until) else math.nan)

    def set_ready(self, ready: bool) -> None:
        """Export whether the worker takes posts."""
        self._ready.set(ready)

    def begin_rebalance(self) -> None:
        """Count a rebalance."""
        self._rebalances.inc()

    def end_rebalance(self, seconds: float, restoring: float, generation: int) -> None:
        """Export how long no work was done, how much of that went into restoring, and which generation began."""
        self._meeting.observe(seconds)
        self._restoring.observe(restoring)
        self._generation.set(generation)

    def count_restored(self, records: int) -> None:
        """Count records of state that were read."""
        self._restored.inc(records)

    def count_uncommitted(self, commits: int) -> None:
        """Count commits that did not succeed."""
        self._uncommitted.inc(commits)

    def show_configuration(self, *, valid: bool) -> None:
        """Export whether the configuration file, as it is now, can be used."""
        self._valid.set(valid)

    def set_loaded(self, at: float) -> None:
        """Export when the configuration in use was read, in epoch seconds."""
        self._loaded.set(at)

    def count_unknown_brand(self, mentions: int) -> None:
        """Count mentions of brands that are not in this worker's configuration."""
        self._unknown.inc(mentions)
