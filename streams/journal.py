"""The journal of a running watch: what was counted of each brand of late, so that any minute can be judged again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from streams.core import brandstate
from streams.core.readings import Channel, Reading
from streams.core.settings import Brand, Settings
from streams.core.watch import Watch
from streams.journalpage import Page, Snapshot
from streams.storage import Store

DAY_SECONDS = 86_400


class Rules(msgspec.Struct, frozen=True):
    """What a sentinel goes by beside its state, and of which version that state is.

    `detection` is the section of the settings; over `brands` the budget is spent; `countries` are the brand's own.
    """

    version: int
    detection: dict[str, Any]
    brands: int
    countries: tuple[str, ...] | None

    @classmethod
    def of(cls, settings: Settings, brand: Brand) -> Rules:
        """Give the rules of a brand."""
        detection = settings.detection.model_dump(mode="json")
        return cls(brandstate.VERSION, detection, len(settings.brands), brand.countries)


class Seen(NamedTuple):
    """What nobody needs to judge a bucket again, but who tells of it: its posts, and where they were written.

    `expected` is of the voices: for who tells of many brands, and cannot judge all of them again for it.
    """

    mentions: int
    channels: tuple[Channel, ...]
    expected: float = math.nan


_encoder = msgspec.msgpack.Encoder()


class Journal:
    """Write down what the sentinels are given, and once a day what they have learned.

    What is learned hangs on the counts and the rules alone, so from a snapshot and the counts since then every minute
    can be judged again, exactly as it was. A snapshot is taken before the first count, after a change of the rules, and
    with the first commit of each day; what is older than the journal's days is dropped then.

    Parameters
    ----------
    settings
        Rules, and for how many days to keep.
    store
        What has been kept so far.
    watch
        Whose brands it is about, as they stand.

    Examples
    --------
    >>> from streams.core.ledger import Voices
    >>> from streams.core.sentinel import Sentinel
    >>> from streams.past import Past
    >>> settings = Settings(brands=(Brand(id="orlen", name="Orlen"),))
    >>> watch = Watch(settings)
    >>> with Store(":memory:") as store:
    ...     journal = Journal(settings, store, watch)
    ...     reading, _ = watch.brands["orlen"].close_counts(1_767_369_600, Voices(7, 7, 2), 1.0, "none")
    ...     journal.note([reading])
    ...     store.save(page=journal.turn())
    ...     past = Past(store, "orlen", 1_767_369_630.0)
    >>> sentinel = Sentinel(past.detection, past.brands, past.countries)
    >>> past.replay(sentinel)
    >>> past.bucket, round(sentinel.voices_an_hour, 1)
    (1767369600, 22.5)
    """

    def __init__(self, settings: Settings, store: Store, watch: Watch) -> None:
        self._keep = settings.journal.days * DAY_SECONDS
        self._watch = watch
        self._counted: list[tuple[str, int, bytes, bytes | None]] = []
        self._fresh: list[Snapshot] = []
        self._rules: dict[str, bytes] = {}
        self._day: dict[str, int] = {}
        if not self._keep:
            store.forget_journal()
            return
        for name, brand in watch.brands.items():
            self._rules[name] = _encoder.encode(Rules.of(settings, brand.brand))
            last = store.snapshot(name, brand.state.due)
            if last is None or last.rules != self._rules[name]:
                self._fresh.append(last := self._snapshot(name))
            self._day[name] = last.bucket // DAY_SECONDS

    def note(self, readings: Iterable[Reading]) -> None:
        """Take in what was counted."""
        if self._keep:
            self._counted += [(one.brand, one.bucket, _encoder.encode(one.counted), _seen(one)) for one in readings]

    def turn(self) -> Page:
        """Give what is new since the last call, up to where the brands stand now."""
        needed = []
        for name in {brand for brand, *_ in self._counted}:
            day = self._watch.brands[name].state.due // DAY_SECONDS
            if day > self._day[name]:
                self._day[name] = day
                self._fresh.append(self._snapshot(name))
                needed.append((name, self._fresh[-1].bucket - self._keep))
        page = Page(self._counted, self._fresh, needed)
        self._counted, self._fresh = [], []
        return page

    def _snapshot(self, name: str) -> Snapshot:
        brand = self._watch.brands[name]
        return Snapshot(name, brand.state.due, self._rules[name], _encoder.encode(brand.learned()))


def _seen(reading: Reading) -> bytes | None:
    return (
        _encoder.encode(Seen(reading.mentions, reading.channels, reading.voices.expected)) if reading.mentions else None
    )
