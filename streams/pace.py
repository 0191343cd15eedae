"""How fast the partitions of posts go: those too far ahead of the others are held, those at their end said to rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from faust.types import TP

from streams.alignment import Alignment, Stand
from streams.consumer import BulkConsumer
from streams.core.settings import Settings
from streams.matchers import Matchers
from streams.metrics import Metrics
from streams.overload import Overload
from streams.watchers import Watchers

HEARD_SECONDS = 0.25  # between looks at how far other workers have come: it takes a round over shards and inputs


class Pace:
    """Keep the partitions of posts together, and let nobody wait for one that has nothing more to read.

    Parameters
    ----------
    settings
        Drift that is borne, and how long a partition is at its end before it rests.
    matchers, watchers
        Know how far the partitions have come: this worker's, and all as the watch has heard.
    overload
        Is told of partitions that rest.
    metrics
        Shows which are held.
    """

    def __init__(
        self, settings: Settings, matchers: Matchers, watchers: Watchers, overload: Overload, metrics: Metrics
    ) -> None:
        kafka = settings.kafka
        self._topic, self._idle_seconds = kafka.posts_topic, kafka.idle_seconds
        self._matchers, self._watchers, self._overload, self._metrics = matchers, watchers, overload, metrics
        self._alignment = Alignment(kafka.max_drift_seconds + settings.detection.bucket_seconds, kafka.partitions)
        self._words: asyncio.Future[None] | None = None  # that partitions rest, on their way to the broker
        self.restart()

    def restart(self) -> None:
        """Know nothing of how far others have come, as after an assignment, and say nothing of what was held before."""
        self.stop()
        self._words = None
        self._heard: tuple[float, dict[int, Stand]] = (0.0, {})
        self._quiet_since: dict[int, float] = {}

    def align(self, consumer: BulkConsumer) -> None:
        """Hold the partitions that are too far ahead of the others, and let those go on that are not any more."""
        now = time.monotonic()
        if now - self._heard[0] > HEARD_SECONDS:
            self._heard = now, self._watchers.heard()
        stands = self._matchers.stands()
        ahead = self._alignment.ahead(stands, self._heard[1])
        consumer.waiting = frozenset(TP(self._topic, one) for one in ahead)
        for partition in stands:
            self._metrics.operations.set_held(partition, held=partition in ahead)

    def rest(self, at_end: Sequence[int]) -> None:
        """Let partitions that have been read to their end for a while no longer be waited for.

        It is said beside what else goes on: a broker that is away would keep whoever waits for its confirmation.
        """
        now = time.monotonic()
        self._quiet_since = {partition: self._quiet_since.get(partition, now) for partition in at_end}
        resting = [partition for partition, since in self._quiet_since.items() if now - since >= self._idle_seconds]
        if self._words and self._words.done():
            self._words.result()  # raises what it failed with
            self._words = None
        if resting and self._words is None:
            self._words = asyncio.ensure_future(self._say(resting))

    def stop(self) -> None:
        """Say nothing more."""
        if self._words:
            self._words.cancel()

    async def _say(self, resting: Sequence[int]) -> None:
        for partition in resting:
            self._overload.rest(partition)
            await self._matchers.idle(partition)
