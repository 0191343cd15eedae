"""The watch stage: tallies in, crises out. One shard of it, for the brands that hash to it."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import xxhash

from streams.core.brandwatch import BrandWatch
from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.core.settings import Settings
from streams.core.tallies import TallyBatch
from streams.core.watermark import InputClock

CLOCK = "@clock"  # key of the shard's own state beside those of the brands
VERSION = 1


class Outcome(msgspec.Struct):
    """What came of one step: events and readings in order of time, keys whose state changed, posts too late."""

    events: list[CrisisEvent] = msgspec.field(default_factory=list)
    readings: list[Reading] = msgspec.field(default_factory=list)
    changed: set[str] = msgspec.field(default_factory=set)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    deleted: int = 0


class ClockState(msgspec.Struct):
    """The shard's own state: how far each input has come."""

    version: int
    inputs: int
    watermarks: dict[int, float]
    idle: list[int]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ClockState)


class Watch:
    """Merge the tallies of all inputs, close buckets as the watermark passes them, and watch each brand.

    Parameters
    ----------
    settings
        Brands and detection.
    model
        Gives the version of the sentiment model that scored the posts.
    shard, shards
        Which part of the brands this one watches.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> watch = Watch(Settings(brands=(Brand(id="orlen", name="Orlen"),)), lambda: "none")
    >>> batch = TallyBatch(1, input=0, inputs=1, watermark=7200.0, idle=False, tallies=[], deleted=[])
    >>> watch.take(batch).events
    []
    """

    def __init__(self, settings: Settings, model: Callable[[], str], shard: int = 0, shards: int = 1) -> None:
        self.settings = settings
        self._model = model
        self._clock = InputClock()
        self.brands = {
            brand.id: BrandWatch(brand, settings) for brand in settings.brands if shard_of(brand.id, shards) == shard
        }

    @property
    def watermark(self) -> float:
        """Event time up to which all inputs have spoken; -inf while one is missing."""
        return self._clock.time

    def take(self, batch: TallyBatch) -> Outcome:
        """Take one batch of tallies in, and close what it lets close."""
        outcome, closed = Outcome(changed={CLOCK}), self._closed
        for tally in batch.tallies:
            brand = self.brands.get(tally.brand)
            if brand is None:  # taken out of the configuration since
                continue
            outcome.changed.add(tally.brand)
            late = brand.add(tally.bucket, tally.mentions, closed)
            if late:
                outcome.late[tally.brand] = outcome.late.get(tally.brand, 0) + late
        for name, bucket in batch.rebaselined:
            if name in self.brands:
                self.brands[name].rebaseline(bucket)
                outcome.changed.add(name)
        for post in batch.deleted:
            for name, brand in self.brands.items():
                if brand.delete(post):
                    outcome.changed.add(name)
                    outcome.deleted += 1
        self._clock.hear(batch.input, inputs=batch.inputs, watermark=batch.watermark, idle=batch.idle)
        self._advance(outcome)
        return outcome

    def dump(self, key: str) -> bytes:
        """Encode the state of a brand, or the shard's own under `CLOCK`."""
        if key != CLOCK:
            return self.brands[key].dump()
        clock = self._clock
        return _encoder.encode(ClockState(VERSION, clock.inputs, clock.watermarks, sorted(clock.idle)))

    def load(self, key: str, record: bytes) -> None:
        """Go on from what `dump` gave; a brand that is no longer configured is left out.

        Raises
        ------
        ValueError
            The record is damaged or written by another version.
        """
        if key != CLOCK:
            if key in self.brands:
                self.brands[key].load(record)
            return
        state = _decoder.decode(record)
        if state.version != VERSION:
            raise ValueError(f"clock state has version {state.version}, this larum reads {VERSION}")
        for number, watermark in state.watermarks.items():
            self._clock.hear(number, inputs=state.inputs, watermark=watermark, idle=number in state.idle)

    @property
    def _closed(self) -> int:
        """Start of the first bucket that the watermark has not passed; 0 while nothing is closed."""
        watermark, width = self._clock.time, self.settings.detection.bucket_seconds
        return 0 if watermark == -math.inf else int(watermark // width) * width

    def _advance(self, outcome: Outcome) -> None:
        """Close every bucket that ends before the watermark; each brand for itself, told in order of time."""
        end, model = self._closed, self._model()
        for name, brand in self.brands.items():
            for reading, event in brand.close_until(end, model):
                outcome.readings.append(reading)
                outcome.changed.add(name)
                if event:
                    outcome.events.append(event)
        outcome.readings.sort(key=lambda reading: (reading.bucket, reading.brand))
        outcome.events.sort(key=lambda event: (event.time, event.data.brand))


def shard_of(brand: str, shards: int) -> int:
    """Say which shard watches a brand: the same on every worker.

    Examples
    --------
    >>> shard_of("orlen", 1)
    0
    """
    return xxhash.xxh3_64_intdigest(brand.encode()) % shards
