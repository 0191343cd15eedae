"""The consumer of `streams.transport`: bulk delivery, a ledger for commits, a door for records, seeks by the state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from aiokafka import ConsumerRecord
from aiokafka.errors import IllegalStateError
from faust.sensors import Sensor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message
from mode import Service

from streams.inflation import guard
from streams.offsets import Door, Ledger

if TYPE_CHECKING:
    from streams.transport import BulkApp

FETCH_SECONDS = 0.25  # how long a fetch waits for records at most; a seek waits for it
IDLE_SECONDS = 0.1  # between looks for a partition to fetch from
TOPIC_SECONDS = 1.0  # between looks for topics that the broker did not know


class TakenUp(Sensor):
    """Tells the ledger when a stream takes up a message; Faust calls it after its last reason to drop one."""

    def __init__(self, ledger: Ledger[TP]) -> None:
        super().__init__()
        self.ledger = ledger

    def on_message_in(self, tp: TP, offset: int, message: Message) -> None:
        """Note the offset as under way."""
        self.ledger.take(tp, offset)


class BulkConsumer(driver.Consumer):
    """Faust's Kafka consumer with bulk delivery, a ledger for commits and a door for records.

    Attributes
    ----------
    uncommitted
        How many commits did not succeed.
    waiting
        Partitions from which nothing is fetched for now. What was fetched before still reaches the agents, nothing is
        sought, and their records go on to count as lag.
    """

    app: BulkApp

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        guard()
        super().__init__(*args, **kwargs)
        self.ledger: Ledger[TP] = Ledger()
        self.door: Door[TP] = Door()
        self.waiting: frozenset[TP] = frozenset()
        self._turn = asyncio.Lock()
        self._sought: dict[TP, int] = {}
        self.uncommitted = 0
        self.app.sensors.add(TakenUp(self.ledger))

    # -- delivery

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109
        """Fetch once, and yield what may enter: a message for each batch of a bulk topic, else one for each record."""
        generation, fetched = await self._fetch(min(timeout, FETCH_SECONDS))
        single: dict[TP, list[ConsumerRecord]] = {}
        due: dict[TP, int | None] = {}
        for tp, records in fetched.items():
            if not self._current(generation):
                return
            admitted = await self._admit(tp, records) if self._guarded(tp) else records
            if admitted and tp.topic in self.app.bulk:
                self._enter(tp, admitted[-1].offset)
                yield tp, self._batch(tp, admitted, generation)
            elif admitted:
                single[tp], due[tp] = admitted, self.door.due(tp)
        for tp, record in self.scheduler.iterate(single):
            if not self._current(generation):
                return
            if self.door.due(tp) != due[tp]:  # sought elsewhere, or given away, since the last one
                continue
            self._enter(tp, record.offset)
            due[tp] = self.door.due(tp)
            yield tp, self._to_message(tp, record)

    def on_buffer_full(self, tp: TP) -> None:
        """Go on with a bulk topic: who hands a batch on waits for room in the queue, so every partition has its turn.

        Faust would pause the partition, and when there is room again let go on whichever of those paused it comes upon,
        which may be the same one every time.
        """
        if tp.topic not in self.app.bulk:
            super().on_buffer_full(tp)

    async def _fetch(self, seconds: float) -> tuple[int, Mapping[TP, list[ConsumerRecord]]]:
        """Fetch from the active partitions while none is sought; return the generation of the group it was done in.

        The generation is that of the flow, which may have been waited for through a rebalance. The thread that fetches
        gets a copy of the active partitions: a pause would empty Faust's own set in its hands, and none means all.
        """
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        async with self._turn:
            generation = int(self.app.consumer_generation_id)
            active = None if self.app.client_only else set(self._get_active_partitions()) - self.waiting
            if self.flow_active and active != set():
                return generation, await self._thread.getmany(active, seconds) or {}
        await self.sleep(IDLE_SECONDS)
        return generation, {}

    def _current(self, generation: int) -> bool:
        return self.flow_active and not self.should_stop and generation == self.app.consumer_generation_id

    def _guarded(self, tp: TP) -> bool:
        """Whether the door watches a partition: inputs it does, changelogs find their own way in the recovery."""
        return not self.app.client_only and self.app.topics.acks_enabled_for(tp.topic)

    async def _admit(self, tp: TP, records: list[ConsumerRecord]) -> list[ConsumerRecord]:
        due = self.door.due(tp)
        if due is not None and records[0].offset < due:
            records = [record for record in records if record.offset >= due]
        if not records or self.door.admits(tp, records[0].offset):
            return records
        if due is not None:
            self.log.info("Refused %s at %d, sought back to %d", tp, records[0].offset, due)
            try:
                await self.seek_wait({tp: due})
            except IllegalStateError:  # given away meanwhile
                self.door.close([tp])
        return []

    def _enter(self, tp: TP, last: int) -> None:
        if self._guarded(tp):
            self.door.passed(tp, last)
        self._read_offset[tp] = None  # Faust's own check would drop what has been let in
        if (end := self._end(tp)) is not None:
            self.app.monitor.track_tp_end_offset(tp, end)

    def _batch(self, tp: TP, records: list[ConsumerRecord], generation: int) -> ConsumerMessage:
        message = self._to_message(tp, records[-1])
        message.value = records  # type: ignore[assignment]
        message.generation_id = generation
        return message

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Keep no gaps: the ledger knows which offsets there are."""

    # -- positions

    async def perform_seek(self) -> None:
        """Seek every input to the position its state carries, to the group's commit, or to where it begins.

        Nothing is fetched from there before the door opens: the door would refuse it, and nobody would seek back.
        """
        generation = self.app.consumer_generation_id
        inputs = self._inputs()
        self.pause_partitions(inputs)
        committed = await self._thread.call_thread(self._committed, inputs)
        positions = {tp: self.app.position(tp) for tp in inputs}
        wanted = {tp: offset if offset is not None else committed[tp] for tp, offset in positions.items()}
        unknown = [tp for tp, offset in wanted.items() if offset is None]
        if unknown:
            latest = self.app.conf.consumer_auto_offset_reset == "latest"
            wanted.update(await (self.highwaters(*unknown) if latest else self.earliest_offsets(*unknown)))
        sought = {tp: offset for tp, offset in wanted.items() if offset is not None}
        if sought:
            await self.seek_wait(sought)
        if generation == self.app.consumer_generation_id:
            self._sought = sought

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Seek when no fetch is under way, for what it brought would come late and ahead of what was sought."""
        async with self._turn:
            await super().seek_wait(partitions)

    def _inputs(self) -> set[TP]:
        return {tp for tp in self.assignment() if self._guarded(tp)}

    async def _committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        return {tp: await consumer.committed(driver.ensure_aiokafka_TP(tp)) for tp in tps}

    def resume_flow(self) -> None:
        """Resume, and open the door to what was sought: by now Faust has cleared its queues for the last time."""
        super().resume_flow()
        for tp, offset in self._sought.items():
            self.ledger.start(tp, offset)
            self._committed_offset[tp] = offset
            self._acked.pop(tp, None)
            self._acked_index.pop(tp, None)
        self.door.set(self._sought)
        self.resume_partitions({tp for tp in self._sought if tp.topic not in self.app.held})
        self._sought = {}

    def release(self) -> None:
        """Read on from the topics that are held after a recovery."""
        self.resume_partitions({tp for tp in self._inputs() if tp.topic in self.app.held})

    async def seek(self, partition: TP, offset: int) -> None:
        """Seek one partition, and let in what comes from there."""
        async with self._turn:
            await super().seek(partition, offset)
        if self._guarded(partition):
            self.ledger.start(partition, offset)
            self._committed_offset[partition] = None
            self.door.set({partition: offset})

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Close the door, let agents finish and commit, then forget."""
        self.door.close(revoked)
        self._collect()
        await super().on_partitions_revoked(revoked)
        self.ledger.forget(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Fetch nothing, and keep the door closed, until the recovery has sought and resumed."""
        self.stop_flow()
        self._sought = {}
        self.door.close(assigned)
        self._buffered_partitions.clear()
        await super().on_partitions_assigned(assigned, generation_id)

    def is_member(self) -> bool:
        """Tell whether the group counts this worker in, as far as it has heard: else its partitions are others'."""
        coordinator = self._thread._ensure_consumer()._coordinator  # noqa: SLF001
        return coordinator is not None and bool(coordinator.generation >= 0)

    def settled(self) -> bool:
        """Tell whether the door is open to all inputs; else they wait for the group to meet, or for state."""
        return all(self.door.due(tp) is not None for tp in self._inputs())

    def at_end(self, tp: TP) -> bool:
        """Tell whether a partition has been read and acknowledged up to the last record the broker has told of."""
        due = self.door.due(tp)
        self._collect()
        return due is not None and due == self._end(tp) == self.ledger.position(tp)

    def lag(self, tp: TP) -> int:
        """Count the records of a partition that are not acknowledged yet, as far as the broker has told."""
        self._collect()
        position, end = self.ledger.position(tp), self._end(tp)
        return 0 if position is None or end is None else max(0, end - position)

    def _end(self, tp: TP) -> int | None:
        """Give the offset behind the last record that the broker has told of.

        None where it has told of none, or where the thread of the client has heard already that the partition is
        another's by now.
        """
        try:
            return self.highwater(tp)
        except AssertionError:  # so aiokafka says it
            return None

    def unknown(self) -> set[str]:
        """Give the topics that the broker did not know when it was last asked, as one does that has just started."""
        consumer = self._thread._consumer  # noqa: SLF001
        if consumer is None:
            return set()
        known = consumer._client.cluster  # noqa: SLF001
        return {topic for topic in consumer.subscription() if not known.partitions_for_topic(topic)}

    @Service.task
    async def _look_for_topics(self) -> None:
        """Ask for topics until the broker knows them: then the leader of the group, who left them out, has it meet.

        A leader assigns what it knows of. By itself it would ask again only when what it knows is minutes old, and
        until then nobody would read those topics.
        """
        while not self.should_stop:
            await self.sleep(TOPIC_SECONDS)
            if self.unknown():
                client = self._thread._ensure_consumer()._client  # noqa: SLF001
                self._thread.thread_loop.call_soon_threadsafe(client.force_metadata_update)

    def coordinated(self) -> bool:
        """Tell whether the group has a coordinator that answers: without one nobody commits, and no group meets."""
        consumer = self._thread._consumer  # noqa: SLF001
        coordinator = consumer._coordinator if consumer else None  # noqa: SLF001
        return coordinator is None or coordinator.coordinator_id is not None

    # -- commits

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit, and count what did not succeed."""
        done = bool(await super()._commit(offsets))
        self.uncommitted += not done
        return done

    def _collect(self) -> None:
        """Move acknowledgements from where Faust's streams (compiled ones too) put them to the ledger."""
        for tp, acked in self._acked.items():
            if acked:
                self.ledger.acknowledge(tp, acked)
                acked.clear()
                self._acked_index[tp].clear()

    def _filter_tps_with_pending_acks(self, topics: Collection[Any] | None = None) -> Iterator[TP]:
        self._collect()
        return (tp for tp in self.ledger.partitions() if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        return self.ledger.position(tp)
