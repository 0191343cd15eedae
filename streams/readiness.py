"""Whether a worker takes posts, and what it waits for while it does not."""

from __future__ import annotations

from typing import Any, cast

from faust.types import TP

from streams.consumer import BulkConsumer
from streams.core.settings import Kafka
from streams.health import Health
from streams.operations import Operations
from streams.topics import changelog
from streams.transport import BulkApp


class Readiness:
    """Looks at the group, the state and the broker, and says what comes of it.

    Parameters
    ----------
    app
        Of the worker.
    kafka
        The names of its group and its changelog.
    health
        Is told whether there is work, and whether it gets done.
    operations
        Shows whether the worker is ready.
    """

    def __init__(self, app: BulkApp, kafka: Kafka, health: Health, operations: Operations) -> None:
        self._app = app
        self._kafka = kafka
        self._health = health
        self._operations = operations
        self._gone: str | None = None
        self._restored = 0

    def look(self, consumer: BulkConsumer) -> None:
        """Note what is gone without which no posts may come."""
        if consumer.coordinated():
            self._gone = next((f"the topic {topic}" for topic in sorted(consumer.unknown())), None)
        else:
            self._gone = f"the coordinator of the group {self._kafka.group}"
        self._health.lacks(self._gone)

    def settled(self) -> bool:
        """Tell whether the group has met, the state is there and the inputs are read."""
        consumer = self._app.consumer
        return not self._app.rebalancing and isinstance(consumer, BulkConsumer) and consumer.settled()

    def meet(self) -> None:
        """Count a rebalance as work that waits, and state that comes in as work that gets done."""
        self.unready("the group is meeting, or state is being restored")
        self._health.busy(True, f"the recovery of {changelog(self._kafka)}")
        offsets: dict[TP, int | None] = cast("Any", self._app.tables).recovery.active_offsets
        restored = sum(offset or 0 for offset in offsets.values())
        if restored != self._restored:
            self._restored = restored
            self._health.progress()

    def ready(self) -> None:
        """Say that the worker takes posts, unless something is gone."""
        if self._gone:
            self.unready(f"{self._gone} is gone")
            return
        self._health.ready()
        self._operations.set_ready(True)

    def unready(self, reason: str) -> None:
        """Say that it takes none, and why."""
        self._health.unready(reason)
        self._operations.set_ready(False)
