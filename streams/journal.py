"""The journal of a running watch: what was counted of each brand of late, so that any minute can be judged again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core import brandwatch
from streams.core.crises import Severity, rfc3339
from streams.core.readings import Channel, Counted, Reading
from streams.core.sentinel import Closed, Sentinel, SentinelState
from streams.core.settings import Brand, Detection, Settings
from streams.core.traces import Counts
from streams.core.watch import Watch
from streams.journalpage import Page, Snapshot
from streams.storage import Store

DAY_SECONDS = 86_400


class JournalError(LookupError):
    """The journal cannot tell of that minute; the message says why."""


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
        return cls(brandwatch.VERSION, detection, len(settings.brands), brand.countries)


class Seen(NamedTuple):
    """What nobody needs to judge a bucket again, but who tells of it: its posts, and where they were written.

    `expected` is of the voices: for who tells of many brands, and cannot judge all of them again for it.
    """

    mentions: int
    channels: tuple[Channel, ...]
    expected: float = math.nan


_encoder = msgspec.msgpack.Encoder()
_of_rules = msgspec.msgpack.Decoder(Rules)
_of_counted = msgspec.msgpack.Decoder(Counted)
_of_seen = msgspec.msgpack.Decoder(Seen)
_of_state = msgspec.msgpack.Decoder(SentinelState)


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


class Past:
    """A brand as its sentinel stood some time before a moment, and what it was given from then on.

    Parameters
    ----------
    store
        Holds the journal.
    brand
        Its identifier.
    moment
        Epoch seconds.

    Raises
    ------
    JournalError
        The journal does not reach back so far, or not so far yet, or was kept by another version of larum.
    """

    def __init__(self, store: Store, brand: str, moment: float) -> None:
        snapshot = store.snapshot(brand, int(moment))
        if snapshot is None:
            raise JournalError(f"the journal of {brand} begins later")
        rules = _of_rules.decode(snapshot.rules)
        if rules.version != brandwatch.VERSION:
            raise JournalError(f"it was judged by a larum with state version {rules.version}, this one has another")
        self.detection = Detection.model_validate(rules.detection)
        self.brands, self.countries = rules.brands, rules.countries
        width = self.detection.bucket_seconds
        self.bucket = int(moment // width) * width
        rows = store.counted(brand, snapshot.bucket, self.bucket)
        if not rows or rows[-1][0] != self.bucket:
            raise JournalError(_why(store, brand))
        self._rows = rows
        self._state = snapshot.state

    def replay(self, sentinel: Sentinel) -> None:
        """Let a sentinel with the same rules judge all buckets up to that of the moment again."""
        sentinel.restore(_of_state.decode(self._state))
        for _ in _again(sentinel, self._rows):
            pass


def readings(store: Store, brand: str, start: float, end: float) -> Iterator[Reading]:
    """Judge the buckets of a brand again that begin between two times, epoch seconds, as far as the journal tells.

    Each is judged by the rules of then, exactly as it was; what another version of larum judged is left out.
    """
    snapshots = store.snapshots(brand, int(start), int(end))
    lasts = [*(one.bucket - 1 for one in snapshots[1:]), int(end)]
    for snapshot, last in zip(snapshots, lasts, strict=False):
        rules = _of_rules.decode(snapshot.rules)
        if rules.version != brandwatch.VERSION:
            continue
        sentinel = Sentinel(Detection.model_validate(rules.detection), rules.brands, rules.countries)
        sentinel.restore(_of_state.decode(snapshot.state))
        rows = store.counted(brand, snapshot.bucket, last)
        for (bucket, _, seen), (counted, closed) in zip(rows, _again(sentinel, rows), strict=True):
            if bucket >= start:
                yield _reading(brand, bucket, counted, closed, Severity(sentinel.life.severity), seen)


def day_of(store: Store, brand: str, start: int, end: int) -> tuple[NDArray[np.int64], Counts, Counts]:
    """Give what was counted of a brand in the buckets from `start` to `end`, without judging it again.

    Returns
    -------
    buckets, voices, expected
        In order of time; NaN where nobody spoke and it was not noted what was expected.
    """
    rows = store.counted(brand, start, end)
    voices = [_of_counted.decode(record).voices.all for _, record, _ in rows]
    expected = [_of_seen.decode(seen).expected if seen else math.nan for _, _, seen in rows]
    return (
        np.array([bucket for bucket, _, _ in rows], np.int64), np.array(voices, np.float32),
        np.array(expected, np.float32),
    )  # fmt: skip


def kept(store: Store, brand: str, start: float, end: float) -> Iterator[tuple[int, Counted, Seen]]:
    """Give what was counted and seen of a brand in the buckets that begin from `start` to before `end`."""
    for bucket, record, seen in store.counted(brand, math.ceil(start), math.ceil(end) - 1):
        counted = _of_counted.decode(record)
        yield bucket, counted, _seen_in(seen, counted)


def _again(sentinel: Sentinel, rows: Sequence[tuple[int, bytes, bytes | None]]) -> Iterator[tuple[Counted, Closed]]:
    for bucket, record, _ in rows:
        counted = _of_counted.decode(record)
        if counted.rebaselined:
            sentinel.rebaseline()
        for onset, at, false in counted.judged:
            sentinel.judge(onset, at, false=false)
        closed = sentinel.close(bucket, counted.voices, counted.coverage)
        if closed.step == "closed":
            sentinel.rest()
        yield counted, closed


def _reading(
    brand: str, bucket: int, counted: Counted, closed: Closed, severity: Severity, record: bytes | None
) -> Reading:
    seen = _seen_in(record, counted)
    return Reading(
        brand=brand,
        bucket=bucket,
        mentions=seen.mentions,
        negatives=counted.voices.negative,
        voices=closed.bands.voices,
        negativity=closed.bands.negativity,
        volume_surprise=closed.findings.volume.surprise,
        negativity_surprise=max(closed.findings.tone.surprise, closed.findings.anger.surprise),
        severity=severity,
        counted=counted,
        hour=closed.bands.hour,
        channels=seen.channels,
    )


def _seen_in(record: bytes | None, counted: Counted) -> Seen:
    return _of_seen.decode(record) if record else Seen(counted.voices.all, ())


def _seen(reading: Reading) -> bytes | None:
    return (
        _encoder.encode(Seen(reading.mentions, reading.channels, reading.voices.expected)) if reading.mentions else None
    )


def _why(store: Store, brand: str) -> str:
    known = store.journalled(brand)
    if known is None:
        return f"the journal of {brand} is empty"
    return f"the journal of {brand} goes from {rfc3339(known[0])} to {rfc3339(known[1])}, weeks of silence left out"
