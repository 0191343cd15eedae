"""A Faust transport that hands agents whole fetched batches, commits what was acknowledged, and seeks by the state.

Faust's cost is per event (queues, acknowledgements, sensors, context variables: about 100 microseconds), and its
bookkeeping of offsets loses or repeats messages in a rebalance. Both are mended from outside, without a fork, in the
two classes that Faust lets an application name: its transport, and the transport's consumer. Groups, rebalances, tables
and agents stay Faust's. The module needs nothing of larum but `streams.consumer`, `streams.offsets` and
`streams.inflation`: the four can be lifted out together.

Bulk delivery
    For topics named in ``BulkApp(bulk=...)``, an agent gets one event for each partition and fetch. Its value is the
    list of fetched `aiokafka.ConsumerRecord`; its message's offset is the last record's, so that acknowledging it
    acknowledges all. Declare the topic with ``schema=Whole()`` and a small ``maxsize``, for each place in the queue
    holds a whole fetch.

Commits
    `streams.offsets.Ledger` replaces Faust's list of acknowledged offsets with its intervals of gaps: offsets enter
    when an agent takes them up, and the commit goes up to the first that is not acknowledged.

Positions
    After recovery each input is sought to ``position(tp)``, where the application gives one (it read it from the
    restored tables), else to the group's commit, else to where the topic begins. Faust leaves a partition without a
    commit where the fetcher happens to be, which loses what was fetched and dropped in the meantime.

The door
    `streams.offsets.Door` lets in records in turn and once. It is closed from the assignment until the recovery has
    ended and the queues have been cleared, so nothing that was fetched for an earlier assignment can slip in, and
    nothing that entered can be cleared away.

Held topics
    Topics named in ``BulkApp(held=...)`` are not read on after a recovery before the application calls
    `BulkConsumer.release`: it may have something to read first.

Fetches and seeks
    What has been fetched is gone for the next fetch, so it may be dropped only if a seek is sure to follow. Faust lets
    a fetch run on beside a rebalance, and what it brings then is dropped or passed on according to when it comes: a
    recovery that misses a record so waits for it for ever. Here a fetch belongs to the generation in which the flow
    let it begin, none begins between an assignment and the recovery's resumption, a seek waits for the fetch that is
    under way, and inputs are fetched from when the door is open to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AgentT, AppT, Message, TopicT

from streams.consumer import BulkConsumer

PositionOf = Callable[[TP], int | None]


def nowhere(_: TP) -> int | None:
    """Carry no position: inputs are sought to the group's commit."""
    return None


class Whole(faust.Schema):  # type: ignore[type-arg]
    """Hands on keys and values as they came: raw bytes, or the list of records of a bulk message."""

    def loads_key(self, app: AppT, message: Message, *, loads: Any = None, serializer: Any = None) -> Any:
        """Return the key as it came."""
        return message.key

    def loads_value(self, app: AppT, message: Message, *, loads: Any = None, serializer: Any = None) -> Any:
        """Return the value as it came."""
        return message.value


class BulkProducer(driver.Producer):
    """Faust's producer, with what a broker may neither lose nor double nor reorder."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class BulkTransport(driver.Transport):
    """Kafka transport made of the consumer and producer above."""

    Consumer = BulkConsumer
    Producer = BulkProducer


class BulkApp(faust.App):
    """A Faust application on the transport above.

    Parameters
    ----------
    id
        Of the application: the consumer group, and the prefix of changelog topics.
    bulk
        Topics whose fetched batches an agent gets whole.
    held
        Topics that are read on after a recovery only when the consumer is told to `release` them.
    position
        Tells where an input has to be read on after a recovery, or None to go by the group's commit.
    failed
        Is told when an agent fails, before Faust starts it again behind the event that it failed on.
    options
        Faust's own settings.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - Faust's own name for it
        *,
        bulk: Iterable[str] = (),
        held: Iterable[str] = (),
        position: PositionOf = nowhere,
        failed: Callable[[BaseException], object] | None = None,
        **options: Any,
    ) -> None:
        self.bulk = frozenset(bulk)
        self.held = frozenset(held)
        self.position = position
        self._failed = failed
        super().__init__(id, **options)

    def topic(self, *topics: str, maxsize: int | None = None, **options: Any) -> TopicT:
        """Describe a topic, with the `maxsize` of its agents' queues: Faust takes it and forgets it."""
        described = super().topic(*topics, **options)
        described.maxsize = maxsize
        return described

    def queued(self, topic: str) -> int:
        """Count the events of a topic that wait for an agent."""
        streams = [actor.stream for agent in self.agents.values() for actor in agent._actors]  # noqa: SLF001
        return sum(stream.channel.queue.qsize() for stream in streams if topic in stream.channel.topics)

    def dead_agent(self) -> str | None:
        """Name an agent that has come to its end without a failure, while the application runs; None if all live."""
        for name, agent in self.agents.items():
            if any(actor.actor_task is not None and actor.actor_task.done() for actor in agent._actors):  # noqa: SLF001
                return str(name)
        return None

    async def _on_agent_error(self, agent: AgentT[Any], exc: BaseException) -> None:
        if self._failed:
            self._failed(exc)
        await super()._on_agent_error(agent, exc)

    async def on_first_start(self) -> None:
        """Make Faust's folders only where a table keeps files in them."""
        if self.conf.store.scheme != "memory":
            await super().on_first_start()

    def _new_transport(self) -> BulkTransport:
        return BulkTransport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> BulkTransport:
        return BulkTransport(self.conf.broker_producer, self)
