"""The watch stage on Kafka: records of tallies in, crisis events out, and state that knows how far it has come."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection, Sequence

from streams import bucketcounts
from streams.alignment import Stand
from streams.core.crises import encode as encode_event
from streams.core.inputclock import Come
from streams.core.malformed import MALFORMED
from streams.core.settings import Settings
from streams.core.tallies import TallyBatch, decode
from streams.core.watch import Outcome, Watch
from streams.exhibit import Exhibit
from streams.inflation import reason_of
from streams.letters import letter
from streams.matchers import Record, Send
from streams.metrics import Metrics
from streams.records import Place
from streams.shard import Shard, States

SLICE_SECONDS = 0.02  # after so much work the event loop gets a turn


class Watchers:
    """One `Watch` for each partition of the tallies topic that this worker holds: the brands that hash to it.

    The order of writing is what makes a crash harmless. Of each batch the events and counts go out first, and only
    then may a checkpoint (`Shard`) write states that include it. Whoever takes over goes on from the offset of the
    shard's own state, for each brand from its own, and tells again what was told since, with the same ids and contents:
    the input is kept on the broker, so the state can be written seldom.

    Parameters
    ----------
    settings
        Brands, topics and number of partitions.
    table
        Keeps the states.
    send
        Appends to topics.
    metrics
        Shows what the watch saw.
    reread
        Has the configuration read again if it has changed, and `configure` called: when a brand is not in it.
    """

    def __init__(
        self,
        settings: Settings,
        table: States,
        send: Send,
        metrics: Metrics,
        reread: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._settings = settings
        self._kafka = settings.kafka
        self._table = table
        self._send = send
        self._metrics = metrics
        self._reread = reread
        self._exhibit = Exhibit(metrics)
        self._shards: dict[int, Shard] = {}
        self._keeping = asyncio.Lock()

    def restore(self, partitions: Collection[int]) -> None:
        """Begin anew from the restored table, for the partitions that are this worker's now."""
        self._exhibit.clear()
        carried: dict[int, dict[str, tuple[int, bytes]]] = {partition: {} for partition in sorted(partitions)}
        for partition, name, offset, state in self._table.carried():
            if partition in carried:
                carried[partition][name] = offset, state
        self._shards = {partition: self._restored(partition, states) for partition, states in carried.items()}
        self._show_closed()

    async def configure(self, settings: Settings) -> None:
        """Watch by other settings from the next record on.

        A brand that was gone for a while goes on from the state that it left; one that is gone now leaves its own.
        """
        self._settings = settings
        for partition, shard in list(self._shards.items()):
            async with shard.turn:
                before = set(shard.watch.brands)
                shard.watch.configure(settings)
                new = shard.watch.brands.keys() - before
                for at, name, offset, state in self._table.carried() if new else ():
                    if at == partition and name in new and not shard.watch.brands.is_known(name):
                        shard.watch.load(name, state, offset)
                self._exhibit.begin(shard.watch)

    def position(self, partition: int) -> int:
        """Return the offset of the first record that the restored state does not include."""
        return self._shards[partition].offset + 1 if partition in self._shards else 0

    def inputs(self) -> dict[int, Come]:
        """How far each partition of posts has come, as these shards know."""
        known: dict[int, Come] = {}
        for shard in self._shards.values():
            for number, come in shard.watch.inputs.items():
                known[number] = max(known.get(number, come), come, key=lambda one: one[:2])
        return known

    def heard(self) -> dict[int, Stand]:
        """How far each partition of posts has come, by what the shard that knows most of it has heard."""
        known: dict[int, Stand] = {}
        for shard in self._shards.values():
            resting = shard.watch.resting
            for number, come in shard.watch.inputs.items():
                stand = Stand(come.watermark, number not in resting)
                known[number] = max(known.get(number, stand), stand)
        return known

    async def take(self, partition: int, records: Sequence[Record], ours: Callable[[], bool]) -> bool:
        """Take a batch of records in.

        Parameters
        ----------
        partition
            Of the tallies topic.
        records
            In order; those that the state includes already are passed over.
        ours
            Tells whether the partition is still this worker's.

        Returns
        -------
        bool
            Whether all events that came of it are safe on the broker; False where the partition was given away.
        """
        shard = self._shards[partition]
        batches = [
            (record.offset, batch)
            for record in records
            if record.offset > shard.offset and (batch := await self._decoded(partition, record))
        ]
        known = shard.watch.brands
        if self._reread and any(tally.brand not in known for _, batch in batches for tally in batch.tallies):
            await self._reread()
        async with shard.turn:
            if not records or records[-1].offset <= shard.offset:
                return True
            outcome, pause = Outcome(), time.perf_counter() + SLICE_SECONDS
            for offset, batch in batches:
                with self._metrics.timed("watch"):
                    for _ in shard.watch.steps(batch, offset, outcome):
                        if time.perf_counter() > pause:
                            await asyncio.sleep(0)
                            pause = time.perf_counter() + SLICE_SECONDS
            if not ours():
                return False
            await self._tell(partition, outcome)
            if not ours():
                return False
            shard.note(records[-1].offset, outcome.changed)
        self._exhibit.show(shard.watch, outcome)
        self._metrics.operations.set_canaries(outcome.canaries)
        self._show_closed()
        return True

    async def checkpoint(self, ours: Callable[[], bool], seconds: float = 0.0) -> None:
        """Keep the state of all shards whose last checkpoint began so many seconds ago."""
        async with self._keeping:  # one that is under way when partitions go must not end behind the next one
            for shard in list(self._shards.values()):
                if time.monotonic() - shard.kept_at >= seconds:
                    with self._metrics.timed("store"):
                        await shard.checkpoint(ours)

    def _restored(self, partition: int, carried: dict[str, tuple[int, bytes]]) -> Shard:
        watch = Watch(self._settings, partition, self._kafka.partitions)
        shard = Shard(partition, watch, self._table)
        shard.restore(carried)
        self._exhibit.begin(watch)
        return shard

    async def _decoded(self, partition: int, record: Record) -> TallyBatch | None:
        try:
            return decode(record.value or b"")
        except (ValueError, *MALFORMED) as error:
            await self._set_aside(partition, record, reason_of(record.value, error))
            return None

    async def _set_aside(self, partition: int, record: Record, reason: str) -> None:
        value = record.value or b""
        place = Place(self._kafka.tallies_topic, partition, record.offset, 0, len(value))
        self._metrics.dead_letter("unreadable")
        kept, headers = letter(reason, place, value)
        await (await self._send(self._kafka.dead_topic, None, kept, None, headers))

    async def _tell(self, partition: int, outcome: Outcome) -> None:
        """Send the events of each brand in order, and what was counted; wait until they are safe."""
        sent: list[Awaitable[object]] = [
            await self._send(self._kafka.crises_topic, event.data.brand.encode(), encode_event(event))
            for event in outcome.events
        ]
        records = [(record, bucketcounts.headers()) for record in bucketcounts.encode(outcome.readings)]
        if canary := self._shards[partition].heard(outcome.canaries, time.monotonic()):
            records.append((b"", bucketcounts.headers(canary)))
        for record, headers in records:
            sent.append(await self._send(self._kafka.counts_topic, None, record, partition, headers))
        await asyncio.gather(*sent)

    def _show_closed(self) -> None:
        closed = [shard.watch.closed for shard in self._shards.values()]
        self._metrics.operations.set_closed(min(closed, default=-math.inf))
