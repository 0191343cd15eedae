"""The watch stage: tallies in, crises out. One shard of it, for the brands that hash to it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import xxhash

from detectors.calendar import shared
from detectors.errors import Error
from streams.core import canary
from streams.core.blindness import tell
from streams.core.crises import CrisisEvent
from streams.core.inputclock import Come, InputClock, InputClockState
from streams.core.packing import pack, require, unpack
from streams.core.readings import Reading
from streams.core.roster import ROOM, Roster
from streams.core.settings import Brand, Settings
from streams.core.sources import Coverages, Sources, SourcesState
from streams.core.tallies import TallyBatch

CLOCK = "@clock"  # key of the shard's own state beside those of the brands
VERSION = 5


class Outcome(msgspec.Struct):
    """What came of one step.

    Events and readings in order of time, keys whose state changed, posts too late by brand, deletions, mentions of
    brands that are not configured, brands put to rest or gone, and the coverage of each source, where this shard is the
    one that speaks of sources; of each input the newest canary, epoch seconds.
    """

    events: list[CrisisEvent] = msgspec.field(default_factory=list)
    readings: list[Reading] = msgspec.field(default_factory=list)
    changed: set[str] = msgspec.field(default_factory=set)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    deleted: int = 0
    unknown: int = 0
    rested: set[str] = msgspec.field(default_factory=set)
    coverages: Coverages | None = None
    canaries: dict[int, float] = msgspec.field(default_factory=dict)


class ClockState(msgspec.Struct):
    """The shard's own state: how far each input has come, what is known of the sources, which model scores, and how.

    `deletions` are those that brands at rest may not know of. Sources and errors are in one record with the clock, and
    so never ahead of it: a brand that closes a bucket again after a crash must find the coverage and the errors of that
    bucket.
    """

    inputs: InputClockState
    sources: SourcesState
    errors: dict[str, Error]
    model: str
    deletions: dict[int, list[int]]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ClockState)


class Watch:
    """Merge the tallies of all inputs, close buckets as the watermark passes them, and watch each brand.

    Of each brand that it loads it knows up to which record of the tallies the state includes all: what is delivered
    again from before that is passed over for this brand, while others may be behind.

    Parameters
    ----------
    settings
        Brands and detection.
    shard, shards
        Which part of the brands this one watches.
    room
        How many of them may be at hand.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> watch = Watch(Settings(brands=(Brand(id="orlen", name="Orlen"),)))
    >>> batch = TallyBatch(8, input=0, inputs=1, watermark=7200.0, idle=False, tallies=[], deleted=[])
    >>> watch.take(batch).events
    []
    """

    def __init__(self, settings: Settings, shard: int = 0, shards: int = 1, room: int = ROOM) -> None:
        self.settings = settings
        self._model = ""
        self._shard, self._shards = shard, shards
        self.speaks_of_sources = shard == 0  # all shards know how they are covered; one of them says it
        self._clock = InputClock()
        self._errors: dict[str, Error] = {}
        self._sources = Sources(settings.detection, shared(settings.detection.timezone, settings.detection.countries))
        self.brands = Roster(settings, self._mine(settings), room)
        self._ahead: dict[str, int] = {}
        self._come = 0

    def configure(self, settings: Settings) -> None:
        """Watch by other settings from the next batch on: brands that stay go on as they stand, by the new rules.

        Parameters
        ----------
        settings
            With other brands, budgets or floors; widths and time zone as they were.
        """
        self.settings = settings
        self._sources.detection = settings.detection
        self.brands.configure(settings, self._mine(settings))

    @property
    def inputs(self) -> dict[int, Come]:
        """How far each input has come."""
        return self._clock.inputs

    @property
    def resting(self) -> frozenset[int]:
        """The inputs that have been read to their end."""
        return self._clock.resting

    @property
    def coverages(self) -> Coverages:
        """Part of the posts of each source that came in the last closed bucket."""
        return self._sources.now

    @property
    def watermark(self) -> float:
        """Event time up to which all inputs have spoken; -inf while one is missing."""
        return self._clock.time

    @property
    def closed(self) -> float:
        """Event time up to which all buckets are closed; -inf while none is."""
        return self._closed or -math.inf

    def take(self, batch: TallyBatch, offset: int = 0) -> Outcome:
        """Take one batch of tallies in, and close what it lets close.

        Parameters
        ----------
        batch
            From one input.
        offset
            Where it stands among the batches.
        """
        outcome = Outcome()
        for _ in self.steps(batch, offset, outcome):
            pass
        return outcome

    def steps(self, batch: TallyBatch, offset: int, outcome: Outcome) -> Iterator[None]:
        """Do what `take` does brand by brand, for with very many it takes seconds; what came of it is in `outcome`."""
        closed = self._closed
        outcome.changed.add(CLOCK)
        for tally in batch.tallies:
            if tally.brand == canary.BRAND:
                newest = max(mention.time for mention in tally.mentions)
                outcome.canaries[batch.input] = max(outcome.canaries.get(batch.input, newest), newest)
                continue
            if tally.brand not in self.brands:  # taken out of the configuration, or put into that of another worker
                outcome.unknown += len(tally.mentions)
                continue
            if self._knows(tally.brand, offset):
                continue
            outcome.changed.add(tally.brand)
            late = self.brands[tally.brand].add(tally.bucket, tally.mentions, closed)
            if late:
                outcome.late[tally.brand] = outcome.late.get(tally.brand, 0) + late
        self._obey(batch, offset, outcome)
        if batch.deleted:
            deleted = set(batch.deleted)
            outcome.deleted += self.brands.delete(deleted)
            self.brands.note_deleted(deleted, closed)
        self._errors, self._model = batch.errors or self._errors, batch.model or self._model
        self._sources.hear(batch.heard)
        self._clock.hear(
            batch.input,
            inputs=batch.inputs,
            watermark=batch.watermark,
            idle=batch.idle,
            live=batch.live,
            clocks=batch.clocks,
        )
        yield from self._advance(outcome)

    def _obey(self, batch: TallyBatch, offset: int, outcome: Outcome) -> None:
        """Hand orders, and what people say of crises, to their brands."""
        for name, bucket in batch.rebaselined:
            if name in self.brands and not self._knows(name, offset):
                self.brands[name].rebaseline(bucket)
                outcome.changed.add(name)
        for name, crisis, bucket, false in batch.judged:
            if name in self.brands and not self._knows(name, offset):
                self.brands[name].judge(crisis, bucket, false=false)
                outcome.changed.add(name)

    def dump(self, key: str) -> bytes:
        """Give the state of a brand, or the shard's own under `CLOCK`, encoded and packed."""
        if key != CLOCK:
            return self.brands.dump(key)
        state = ClockState(
            inputs=self._clock.state,
            sources=self._sources.dump(),
            errors=self._errors,
            model=self._model,
            deletions=self.brands.deletions,
        )
        return pack(_encoder.encode(state), VERSION, waits=False)

    def load(self, key: str, record: bytes, offset: int = -1) -> None:
        """Go on from what `dump` gave; a brand that is no longer configured is left out.

        Parameters
        ----------
        key
            A brand, or `CLOCK`.
        record
            What `dump` gave. That of a brand is looked at when it has to be.
        offset
            Of the last batch that it includes.

        Raises
        ------
        ValueError
            The record is damaged or written by another version.
        """
        if key != CLOCK:
            self.brands.load(key, record)
            self._ahead[key] = offset
            return
        require(record, VERSION, "the clock")
        state = _decoder.decode(unpack(record))
        self._clock.state = state.inputs
        self._sources.restore(state.sources)
        self._errors, self._model = state.errors, state.model
        self.brands.deletions = state.deletions
        self._come = self._closed

    def _mine(self, settings: Settings) -> list[Brand]:
        return [brand for brand in settings.brands if shard_of(brand.id, self._shards) == self._shard]

    def _knows(self, brand: str, offset: int) -> bool:
        """Whether a brand's state includes a batch already; from the first that it does not, all are news."""
        if brand not in self._ahead:
            return False
        if offset <= self._ahead[brand]:
            return True
        del self._ahead[brand]
        return False

    @property
    def _closed(self) -> int:
        """Start of the first bucket that the watermark has not passed; 0 while nothing is closed."""
        watermark, width = self._clock.time, self.settings.detection.bucket_seconds
        return 0 if watermark == -math.inf else int(watermark // width) * width

    def _advance(self, outcome: Outcome) -> Iterator[None]:
        """Close every bucket that ends before the watermark; each brand for itself, told in order of time."""
        end, model, roster = self._closed, self._model, self.brands
        for told in self._sources.close_until(end):
            if self.speaks_of_sources:
                outcome.events.append(tell(told, self.settings.detection.bucket_seconds, model))
        if self.speaks_of_sources:
            outcome.coverages = self._sources.now
        if end > self._come:
            for name, brand in roster.due(self._come, end):
                for reading, event in brand.close_until(end, model, self._sources.coverages, self._errors):
                    outcome.readings.append(reading)
                    if event:
                        outcome.events.append(event)
                        outcome.changed.add(name)
                if brand.is_stale or name in outcome.changed:
                    outcome.changed.add(name)
                    brand.keep()
                yield
            yield from roster.settle()
            self._come = end
            outcome.readings.sort(key=lambda reading: (reading.bucket, reading.brand))
            outcome.events.sort(key=lambda event: (event.time, event.data.brand))
        outcome.changed |= roster.changed
        outcome.rested |= roster.rested
        roster.changed.clear()
        roster.rested.clear()


def shard_of(brand: str, shards: int) -> int:
    """Say which shard watches a brand: the same on every worker.

    Examples
    --------
    >>> shard_of("orlen", 1)
    0
    """
    return xxhash.xxh3_64_intdigest(brand.encode()) % shards
