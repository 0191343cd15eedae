"""What the journal tells of a running watch: any minute of late, judged again exactly as it was, or just counted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core import brandstate
from streams.core.crises import Severity
from streams.core.readings import Counted, Reading
from streams.core.sentinel import Closed, Sentinel, SentinelState
from streams.core.settings import Detection
from streams.core.times import rfc3339
from streams.core.traces import Counts
from streams.journal import Rules, Seen
from streams.storage import Store

_of_rules = msgspec.msgpack.Decoder(Rules)
_of_counted = msgspec.msgpack.Decoder(Counted)
_of_seen = msgspec.msgpack.Decoder(Seen)
_of_state = msgspec.msgpack.Decoder(SentinelState)


class JournalError(LookupError):
    """The journal cannot tell of that minute; the message says why."""


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
        if rules.version != brandstate.VERSION:
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
        if rules.version != brandstate.VERSION:
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


def _why(store: Store, brand: str) -> str:
    known = store.journalled(brand)
    if known is None:
        return f"the journal of {brand} is empty"
    return f"the journal of {brand} goes from {rfc3339(known[0])} to {rfc3339(known[1])}, weeks of silence left out"
