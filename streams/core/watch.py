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
LONGEST_GAP_SECONDS = 7 * 86_400  # nothing at all for longer is a hole in the record, not a quiet week


class Outcome(msgspec.Struct):
    """What came of one step: events and readings in order of time, keys whose state changed, posts too late."""

    events: list[CrisisEvent] = msgspec.field(default_factory=list)
    readings: list[Reading] = msgspec.field(default_factory=list)
    changed: set[str] = msgspec.field(default_factory=set)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    deleted: int = 0


class ClockState(msgspec.Struct):
    """The shard's own state: how far each input has come, and up to where buckets are closed."""

    version: int
    inputs: int
    watermarks: dict[int, float]
    idle: list[int]
    due: int


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
        self._due = 0
        self.brands = {
            brand.id: BrandWatch(brand, settings) for brand in settings.brands if shard_of(brand.id, shards) == shard
        }

    @property
    def watermark(self) -> float:
        """Event time up to which all inputs have spoken; -inf while one is missing."""
        return self._clock.time

    def take(self, batch: TallyBatch) -> Outcome:
        """Take one batch of tallies in, and close what it lets close."""
        outcome = Outcome(changed={CLOCK})
        for tally in batch.tallies:
            brand = self.brands.get(tally.brand)
            if brand is None:  # taken out of the configuration since
                continue
            outcome.changed.add(tally.brand)
            late = brand.add(tally.bucket, tally.mentions)
            if late:
                outcome.late[tally.brand] = outcome.late.get(tally.brand, 0) + late
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
        return _encoder.encode(ClockState(VERSION, clock.inputs, clock.watermarks, sorted(clock.idle), self._due))

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
        self._due = state.due

    def _advance(self, outcome: Outcome) -> None:
        """Close every bucket that ends before the watermark, all brands' first bucket before any brand's second."""
        watermark, width = self._clock.time, self.settings.detection.bucket_seconds
        if watermark == -math.inf:
            return
        end = int(watermark // width) * width
        if not self._due and self._next_held(end) == end:
            return  # begin with the first mention, however the posts before it were batched
        self._skip_to(self._due or self._next_held(end))  # brands new to the configuration join here
        while self._due < end:
            if end - self._due > LONGEST_GAP_SECONDS:
                following = self._next_held(end)
                if following - self._due > LONGEST_GAP_SECONDS:
                    self._skip_to(following)
                    continue
            for name, brand in self.brands.items():
                if brand.state.due > self._due:  # its state is ahead of the shard's: told again after a crash
                    continue
                reading, event = brand.close(self._model())
                outcome.readings.append(reading)
                outcome.changed.add(name)
                if event:
                    outcome.events.append(event)
            self._due += width

    def _next_held(self, end: int) -> int:
        held = (bucket for brand in self.brands.values() for bucket in brand.state.held)
        return min((bucket for bucket in held if self._due <= bucket < end), default=end)

    def _skip_to(self, due: int) -> None:
        self._due = max(self._due, due)
        for brand in self.brands.values():
            brand.skip_to(self._due)


def shard_of(brand: str, shards: int) -> int:
    """Say which shard watches a brand: the same on every worker.

    Examples
    --------
    >>> shard_of("orlen", 1)
    0
    """
    return xxhash.xxh3_64_intdigest(brand.encode()) % shards
