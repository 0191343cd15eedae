"""The watch stage: tallies in, crises out. One shard of it, for the brands that hash to it."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import xxhash

from detectors.calendar import Calendar
from detectors.errors import Error
from streams.core.blindness import tell
from streams.core.brandwatch import BrandWatch
from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.core.settings import Settings
from streams.core.sources import Coverages, Sources, SourcesState
from streams.core.tallies import TallyBatch
from streams.core.watermark import InputClock

CLOCK = "@clock"  # key of the shard's own state beside those of the brands
VERSION = 3


class Outcome(msgspec.Struct):
    """What came of one step.

    Events and readings in order of time, keys whose state changed, posts too late by brand, deletions, mentions of
    brands that are not configured, and the coverage of each source, where this shard is the one that speaks of sources.
    """

    events: list[CrisisEvent] = msgspec.field(default_factory=list)
    readings: list[Reading] = msgspec.field(default_factory=list)
    changed: set[str] = msgspec.field(default_factory=set)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    deleted: int = 0
    unknown: int = 0
    coverages: Coverages | None = None


class ClockState(msgspec.Struct):
    """The shard's own state: how far each input has come, what is known of the sources, and how the model errs.

    Sources and errors are in one record with the clock, and so never ahead of it: a brand that closes a bucket again
    after a crash must find the coverage and the errors of that bucket.
    """

    version: int
    inputs: int
    watermarks: dict[int, float]
    idle: list[int]
    live: list[int]
    sources: SourcesState
    errors: dict[str, Error]


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
    >>> batch = TallyBatch(2, input=0, inputs=1, watermark=7200.0, idle=False, tallies=[], deleted=[])
    >>> watch.take(batch).events
    []
    """

    def __init__(self, settings: Settings, model: Callable[[], str], shard: int = 0, shards: int = 1) -> None:
        self._model = model
        self._shard, self._shards = shard, shards
        self.speaks_of_sources = shard == 0  # all shards know how they are covered; one of them says it
        self._clock = InputClock()
        self._errors: dict[str, Error] = {}
        self._sources = Sources(settings.detection, Calendar(settings.detection.timezone, settings.detection.countries))
        self.brands: dict[str, BrandWatch] = {}
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Watch by other settings from the next batch on: brands that stay go on as they stand, by the new rules.

        Parameters
        ----------
        settings
            With other brands, budgets or floors; widths and time zone as they were.
        """
        self.settings = settings
        stayed, self.brands = self.brands, {}
        for brand in settings.brands:
            if shard_of(brand.id, self._shards) == self._shard:
                self.brands[brand.id] = BrandWatch(brand, settings)
                if brand.id in stayed:
                    self.brands[brand.id].load(stayed[brand.id].dump())

    @property
    def inputs(self) -> dict[int, tuple[float, bool]]:
        """How far each input has come, epoch seconds, and whether its event time goes with the clock."""
        clock = self._clock
        return {number: (watermark, number in clock.live) for number, watermark in clock.watermarks.items()}

    @property
    def coverages(self) -> Coverages:
        """Part of the posts of each source that came in the last closed bucket."""
        return self._sources.now

    @property
    def watermark(self) -> float:
        """Event time up to which all inputs have spoken; -inf while one is missing."""
        return self._clock.time

    def take(self, batch: TallyBatch) -> Outcome:
        """Take one batch of tallies in, and close what it lets close."""
        outcome, closed = Outcome(changed={CLOCK}), self._closed
        for tally in batch.tallies:
            brand = self.brands.get(tally.brand)
            if brand is None:  # taken out of the configuration since, or put into that of another worker
                outcome.unknown += len(tally.mentions)
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
        self._errors = batch.errors or self._errors
        self._sources.hear(batch.heard)
        self._clock.hear(batch.input, inputs=batch.inputs, watermark=batch.watermark, idle=batch.idle, live=batch.live)
        self._advance(outcome)
        return outcome

    def dump(self, key: str) -> bytes:
        """Encode the state of a brand, or the shard's own under `CLOCK`."""
        if key != CLOCK:
            return self.brands[key].dump()
        clock = self._clock
        idle, live = sorted(clock.idle), sorted(clock.live)
        sources = self._sources.dump()
        return _encoder.encode(ClockState(VERSION, clock.inputs, clock.watermarks, idle, live, sources, self._errors))

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
            idle, live = number in state.idle, number in state.live
            self._clock.hear(number, inputs=state.inputs, watermark=watermark, idle=idle, live=live)
        self._sources.restore(state.sources)
        self._errors = state.errors

    @property
    def _closed(self) -> int:
        """Start of the first bucket that the watermark has not passed; 0 while nothing is closed."""
        watermark, width = self._clock.time, self.settings.detection.bucket_seconds
        return 0 if watermark == -math.inf else int(watermark // width) * width

    def _advance(self, outcome: Outcome) -> None:
        """Close every bucket that ends before the watermark; each brand for itself, told in order of time."""
        end, model = self._closed, self._model()
        for told in self._sources.close_until(end):
            if self.speaks_of_sources:
                outcome.events.append(tell(told, self.settings.detection.bucket_seconds, model))
        if self.speaks_of_sources:
            outcome.coverages = self._sources.now
        for name, brand in self.brands.items():
            for reading, event in brand.close_until(end, model, self._sources.coverages, self._errors):
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
