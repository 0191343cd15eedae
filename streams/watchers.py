"""The watch stage on Kafka: records of tallies in, crisis events out, and state that knows how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from streams.core.crises import Severity
from streams.core.crises import encode as encode_event
from streams.core.settings import Settings
from streams.core.tallies import decode
from streams.core.watch import CLOCK, Outcome, Watch
from streams.matchers import Record, Send
from streams.metrics import Metrics
from streams.records import Place

SLICE = 50  # records of tallies between which the event loop gets a turn


class States(Protocol):
    """Keeps what must survive a crash, by partition and name: `streams.states.CarriedTable`, or a stand-in."""

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        """Write states that include the input up to `offset`, in order; return when they are safe."""

    def carried(self, partition: int) -> Iterable[tuple[str, int, bytes]]:
        """Give name, offset and state of all that a partition holds."""
        ...


class Watchers:
    """One `Watch` for each partition of the tallies topic that this worker holds: the brands that hash to it.

    The order of writing is what makes a crash harmless. Of each batch the events go out first, then the states of
    brands that changed, last the shard's own state (`CLOCK`), each with the offset of the batch's last record; only
    then is the input acknowledged. Whoever finds the shard's state at an offset finds every brand's at that offset or
    a later one. He reads on behind it, a brand that is ahead lets pass what it has seen, and events told again have
    the same ids.

    Parameters
    ----------
    settings
        Brands, topics and number of partitions.
    version
        Gives the version of the sentiment model.
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
        version: Callable[[], str],
        table: States,
        send: Send,
        metrics: Metrics,
        reread: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._settings = settings
        self._kafka = settings.kafka
        self._version = version
        self._table = table
        self._send = send
        self._metrics = metrics
        self._reread = reread
        self._watches: dict[int, Watch] = {}
        self._done: dict[int, int] = {}

    def restore(self, partitions: Collection[int]) -> None:
        """Begin anew from the restored table, for the partitions that are this worker's now."""
        for watch in self._watches.values():
            for brand in watch.brands:
                self._metrics.forget_brand(brand)
        self._metrics.show_coverages({})
        self._watches = {partition: self._restored(partition) for partition in sorted(partitions)}

    def configure(self, settings: Settings) -> None:
        """Watch by other settings from the next record on.

        A brand that was gone for a while goes on from the state that it left; one that is gone now leaves its own.
        """
        self._settings = settings
        for partition, watch in self._watches.items():
            before = set(watch.brands)
            watch.configure(settings)
            new = watch.brands.keys() - before
            for name in before - watch.brands.keys():
                self._metrics.forget_brand(name)
            for name, _, state in self._table.carried(partition) if new else ():
                if name in new:
                    watch.load(name, state)
            self._adopt(watch, new)

    def position(self, partition: int) -> int:
        """Return the offset of the first record that the restored state does not include."""
        return self._done.get(partition, -1) + 1

    def inputs(self) -> dict[int, tuple[float, bool]]:
        """How far each partition of posts has come, as these shards know, and whether it goes with the clock."""
        known: dict[int, tuple[float, bool]] = {}
        for watch in self._watches.values():
            for number, come in watch.inputs.items():
                known[number] = max(known.get(number, come), come)
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
            Whether all that came of it is safe on the broker; False where the partition was given away meanwhile.
        """
        watch = self._watches[partition]
        fresh = [record for record in records if record.offset > self._done[partition]]
        if not fresh:
            return True
        outcome = Outcome()
        for number, record in enumerate(fresh, start=1):
            await self._step(watch, partition, record, outcome)
            if number % SLICE == 0:
                await asyncio.sleep(0)
        if not ours():
            return False
        await self._tell(outcome)
        if not ours():
            return False
        with self._metrics.timed("store"):
            changed = sorted(outcome.changed & watch.brands.keys())  # one may be gone from the configuration by now
            states = {key: watch.dump(key) for key in (*changed, CLOCK)}
            await self._table.put(partition, fresh[-1].offset, states)
        self._done[partition] = fresh[-1].offset
        self._show(watch, outcome)
        return True

    def _restored(self, partition: int) -> Watch:
        watch = Watch(self._settings, self._version, partition, self._kafka.partitions)
        self._done[partition] = -1
        carried = {name: (offset, state) for name, offset, state in self._table.carried(partition)}
        if CLOCK in carried:  # else a worker was killed in its very first write: all begins anew
            self._done[partition] = carried[CLOCK][0]
            for name, (_, state) in carried.items():
                watch.load(name, state)
        self._adopt(watch, watch.brands)
        if watch.speaks_of_sources:
            self._metrics.show_coverages(watch.coverages)
        return watch

    def _adopt(self, watch: Watch, names: Iterable[str]) -> None:
        for name in names:
            self._metrics.adopt_brand(name)
            life = watch.brands[name].life
            if life.is_open:
                self._metrics.show_crisis(name, life.kinds, Severity(life.severity))

    async def _step(self, watch: Watch, partition: int, record: Record, outcome: Outcome) -> None:
        try:
            batch = decode(record.value or b"")
        except (ValueError, msgspec.MsgspecError) as error:
            await self._set_aside(partition, record, str(error))
            return
        if self._reread and any(tally.brand not in watch.brands for tally in batch.tallies):
            await self._reread()
        with self._metrics.timed("watch"):
            step = watch.take(batch)
        outcome.events += step.events
        outcome.readings += step.readings
        outcome.changed |= step.changed
        outcome.unknown += step.unknown
        outcome.coverages = step.coverages
        for brand, late in step.late.items():
            outcome.late[brand] = outcome.late.get(brand, 0) + late

    async def _set_aside(self, partition: int, record: Record, reason: str) -> None:
        value = record.value or b""
        place = Place(self._kafka.tallies_topic, partition, record.offset, 0, len(value))
        self._metrics.dead_letter("unreadable")
        headers = [("reason", reason.encode()), *place.headers()]
        await (await self._send(self._kafka.dead_topic, None, value, None, headers))

    async def _tell(self, outcome: Outcome) -> None:
        """Send the events of each brand in order, and wait until they are safe."""
        sent: list[Awaitable[object]] = [
            await self._send(self._kafka.crises_topic, event.data.brand.encode(), encode_event(event))
            for event in outcome.events
        ]
        await asyncio.gather(*sent)

    def _show(self, watch: Watch, outcome: Outcome) -> None:
        """Show what was seen, but of brands that have gone from the configuration meanwhile: they have no series."""
        for reading in outcome.readings:
            if reading.brand in watch.brands:
                self._metrics.observe_reading(reading)
        for event in outcome.events:
            if event.data.brand in watch.brands:
                self._metrics.observe_event(event)
        for brand, late in outcome.late.items():
            if brand in watch.brands:
                self._metrics.count_late(brand, late)
        if outcome.unknown:
            self._metrics.operations.count_unknown_brand(outcome.unknown)
        if outcome.coverages is not None:
            self._metrics.show_coverages(outcome.coverages)
