"""The two agents of a worker: one matches posts, one watches tallies, each a fetched batch at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from streams.core.settings import Kafka
from streams.handover import Handover
from streams.matchers import Matchers
from streams.overload import Overload
from streams.transport import BulkApp, Whole
from streams.underway import Underway
from streams.watchers import Watchers

UNCONFIRMED = 4  # fetched batches of posts whose tallies are on their way, while the next is matched
QUEUED_FETCHES = 4  # waiting before an agent


class Failure:
    """The first thing that failed: what comes after it is not worked off, and what it was is the worker's last word."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def note(self, error: BaseException) -> None:
        """Keep an error, if it is the first."""
        self.error = self.error or error


class Agents:
    """Hands fetched batches to the stages, and acknowledges them when all that came of them is safe on the broker.

    Parameters
    ----------
    kafka
        Names of the topics.
    matchers, watchers
        The stages.
    handover
        Tells whether partitions are still this worker's.
    overload
        Says how much of loud brands is left out.
    failure
        Is told of what fails, and ends the agents' work.
    matched, done
        Called when a batch of posts has been matched, and when one of posts or tallies is done with.
    """

    def __init__(
        self,
        kafka: Kafka,
        matchers: Matchers,
        watchers: Watchers,
        handover: Handover,
        overload: Overload,
        failure: Failure,
        *,
        matched: Callable[[], None],
        done: Callable[[], None],
    ) -> None:
        self._kafka = kafka
        self._matchers, self._watchers = matchers, watchers
        self._handover, self._overload, self._failure = handover, overload, failure
        self._matched, self._done = matched, done
        self._underway = Underway(UNCONFIRMED, failure.note)

    def join(self, app: BulkApp) -> None:
        """Become the agents of an application."""
        for topic, agent in ((self._kafka.posts_topic, self.match), (self._kafka.tallies_topic, self.watch)):
            described = app.topic(topic, schema=Whole(), maxsize=QUEUED_FETCHES)
            app.agent(described, name=agent.__name__)(agent)

    async def match(self, stream: Any) -> None:
        """Match posts; while the tallies of some batches are on their way, the next is matched."""
        async for event in self._whole(stream):
            partition, records = event.message.partition, event.value
            halvings = self._overload.halvings(partition, records[-1].timestamp)
            safe = await self._matchers.begin(partition, records, halvings)
            self._matched()
            await self._underway.begin(self._settle(stream, event, safe))

    async def watch(self, stream: Any) -> None:
        """Watch tallies; a batch of a partition given away is acknowledged too: nobody waits for it, or reads by it."""
        async for event in self._whole(stream):
            message = event.message
            ours = self._handover.holder(message.generation_id)
            if await self._watchers.take(message.partition, event.value, ours):
                self._done()
            await stream.ack(event)

    async def _settle(self, stream: Any, event: Any, safe: Awaitable[object]) -> None:
        await safe
        await stream.ack(event)
        self._done()

    async def _whole(self, stream: Any) -> AsyncIterator[Any]:
        """Yield events until one fails: Faust would start the agent again behind it, and what follows has to wait."""
        async for event in stream.noack().events():
            if self._failure.error is None:
                yield event
