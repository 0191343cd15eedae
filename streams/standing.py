"""How a worker stands, once a second: its share of the partitions, what waits there, what was restored."""

from __future__ import annotations

from faust.types import TP

from streams.consumer import BulkConsumer
from streams.core.settings import Kafka
from streams.operations import Input, Operations
from streams.states import CarriedTable
from streams.transport import BulkApp


class Standing:
    """Shows what Faust's application and consumer know of themselves.

    Parameters
    ----------
    app, table
        The application and its table of states.
    kafka
        Names of the topics.
    operations
        Is told.
    """

    def __init__(self, app: BulkApp, table: CarriedTable, kafka: Kafka, operations: Operations) -> None:
        self._app = app
        self._table = table
        self._operations = operations
        self._topics: dict[str, Input] = {kafka.posts_topic: "posts", kafka.tallies_topic: "tallies"}
        self._restored = 0
        self._uncommitted = 0

    def show(self) -> dict[TP, int]:
        """Export everything, and return the lag of each input that is read."""
        operations, consumer = self._operations, self._app.consumer
        operations.count_restored(self._table.restored - self._restored)
        self._restored = self._table.restored
        if not isinstance(consumer, BulkConsumer):
            return {}
        operations.count_uncommitted(consumer.uncommitted - self._uncommitted)
        self._uncommitted = consumer.uncommitted
        lags = {tp: consumer.lag(tp) for tp in consumer.ledger.partitions() if tp.topic in self._topics}
        for topic, use in self._topics.items():
            held = {tp.partition: lag for tp, lag in lags.items() if tp.topic == topic}
            operations.set_assigned(use, len(held))
            operations.set_queued(use, self._app.queued(topic))
            operations.forget_lags(use, but=set(held))
            for partition, lag in held.items():
                operations.set_lag(use, partition, lag)
        return lags
