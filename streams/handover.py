"""Partitions that come to a worker and go from it when its group meets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from aiokafka.errors import KafkaError

from streams.consumer import BulkConsumer
from streams.core.settings import Kafka
from streams.matchers import Matchers
from streams.transport import BulkApp
from streams.watchers import Watchers

log = logging.getLogger("larum")


class Handover:
    """Takes over the partitions of an assignment, and keeps the state of those that go.

    Tallies are read first, posts when the tallies that were there at the recovery have been read. Only they tell how
    far each input and its sources had come where the commit stands: the state that was restored is older, and a matcher
    that went on from it would not know whom it has to wait for.

    Parameters
    ----------
    kafka
        Names of the topics.
    app
        Has the group's generation and the consumer.
    matchers, watchers
        Whose partitions they are.
    """

    def __init__(self, kafka: Kafka, app: BulkApp, matchers: Matchers, watchers: Watchers) -> None:
        self._kafka = kafka
        self._app = app
        self._matchers = matchers
        self._watchers = watchers
        self._first_read: dict[int, int] | None = None
        self._recovered_in = -1
        app.on_partitions_revoked.connect(self._give)

    def holder(self, generation: int | None = None) -> Callable[[], bool]:
        """Give what tells whether the partitions are still those of a generation of the group, by default this one."""
        app = self._app
        known = int(app.consumer_generation_id) if generation is None else generation
        return lambda: known == int(app.consumer_generation_id) and self._consumer.is_member()

    async def take(self) -> None:
        """Take over what is assigned, now that the state is there."""
        tallies = {tp for tp in self._consumer.assignment() if tp.topic == self._kafka.tallies_topic}
        self._watchers.restore({tp.partition for tp in tallies})
        ends = await self._consumer.highwaters(*tallies)
        self._first_read = {tp.partition: end or 0 for tp, end in ends.items()}
        self._recovered_in = int(self._app.consumer_generation_id)

    def release(self) -> None:
        """Let posts in, if all that has to be read before them has been."""
        if self._first_read is None:
            return
        if all(self._watchers.position(partition) >= end for partition, end in self._first_read.items()):
            self._first_read = None
            posts = {tp.partition for tp in self._consumer.assignment() if tp.topic == self._kafka.posts_topic}
            self._matchers.assign(posts, self._watchers.inputs())
            self._consumer.release()

    async def _give(self, *_: object, **__: object) -> None:
        """Keep the state before partitions go to others, who else would tell again what was told since it was kept."""
        if self._recovered_in == int(self._app.consumer_generation_id):
            try:
                await self._watchers.checkpoint(self.holder())
            except KafkaError as error:
                log.warning("state was not kept before partitions were given away: %s", error)

    @property
    def _consumer(self) -> BulkConsumer:
        return cast("BulkConsumer", self._app.consumer)
