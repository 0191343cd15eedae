"""What the broker says when it is asked: brokers, topics, permissions, the group and its offsets, and the time."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

UNKNOWN_TOPIC, TOPIC_FORBIDDEN, GROUP_FORBIDDEN = 3, 29, 30  # Kafka's error codes


class BrokerView(msgspec.Struct, frozen=True):
    """One broker as it is advertised, why it cannot be reached there, and its configuration where it may be read."""

    node: int
    address: str
    unreachable: str = ""
    config: Mapping[str, str] = {}


class PartitionView(msgspec.Struct, frozen=True):
    """One partition: who leads it, who has copies, and which of them are up to date."""

    number: int
    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


class TopicView(msgspec.Struct, frozen=True):
    """One topic: its partitions, its configuration (None where it may not be read), what the user may do.

    `error` is the broker's code where it does not show the topic, else 0.
    """

    name: str
    error: int = 0
    partitions: tuple[PartitionView, ...] = ()
    config: Mapping[str, str] | None = None
    operations: frozenset[int] | None = None


class Span(msgspec.Struct, frozen=True):
    """Which offsets a partition holds, and how far the group has committed; -1 where it has not."""

    topic: str
    partition: int
    begin: int
    end: int
    committed: int = -1

    @property
    def lag(self) -> int:
        """Records that wait to be read."""
        return self.end - max(self.committed, self.begin)


class GroupView(msgspec.Struct, frozen=True):
    """The consumer group: its state in Kafka's words, its members by host, what the user may do; an error code or 0."""

    state: str = ""
    members: tuple[str, ...] = ()
    operations: frozenset[int] | None = None
    error: int = 0


class ClockView(msgspec.Struct, frozen=True):
    """The broker's clock less this machine's, seconds, with half of the way there and back; or why it is not known."""

    ahead: float = 0.0
    uncertain: float = 0.0
    unknown: str = ""


class View(msgspec.Struct, frozen=True):
    """All that the broker said."""

    cluster_id: str
    controller: int
    brokers: tuple[BrokerView, ...]
    topics: Mapping[str, TopicView]
    operations: frozenset[int] | None
    group: GroupView
    spans: tuple[Span, ...]
    clock: ClockView
    versions: Mapping[int, tuple[int, int]]
