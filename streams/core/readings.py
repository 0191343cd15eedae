"""What the watch saw in one closed bucket of one brand: for metrics, plots and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from streams.core.crises import Interval, Severity
from streams.core.ledger import Voices
from streams.core.tallies import Mention


class Channel(NamedTuple):
    """Where a bucket's mentions were written, in which language, and how many there were."""

    source: str
    language: str
    mentions: int


class Counted(NamedTuple):
    """What a sentinel was given of one bucket, which is all it needs to judge it again.

    `rebaselined` says that the level before it was taken for the normal one; `judged` are crises of which
    people said something before it: onset, the bucket from which on, and whether it was a false alarm.
    """

    voices: Voices
    coverage: float = 1.0
    rebaselined: bool = False
    judged: tuple[tuple[int, int, bool], ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One brand and bucket after the detectors have looked at it.

    Parameters
    ----------
    brand, bucket
        Which brand, and the start of the bucket in epoch seconds.
    mentions, negatives
        Distinct posts of the bucket, and the negative ones among its voices.
    voices
        Independent voices of the bucket beside what the baseline expected: `Interval` per bucket.
    hour
        Voices of the last 60 minutes beside what the baseline expected of them, or None where a bucket is longer.
    negativity
        Share of negative voices over the last hour beside its own baseline, or None where nobody spoke.
    volume_surprise, negativity_surprise
        -log10 of the tail probability that the detectors give to what they saw.
    severity
        Of the crisis after this bucket; `Severity.CALM` where there is none.
    counted
        What the sentinel was given.
    channels
        The mentions by source and language; they add up to `mentions`.
    """

    brand: str
    bucket: int
    mentions: int
    negatives: int
    voices: Interval
    negativity: Interval | None
    volume_surprise: float
    negativity_surprise: float
    severity: Severity
    counted: Counted
    hour: Interval | None = None
    channels: tuple[Channel, ...] = ()


def channels(mentions: Collection[Mention]) -> tuple[Channel, ...]:
    """Count mentions by source and language; one that stands for others that were left out counts for all of them."""
    if not mentions:
        return ()
    counts = Counter[tuple[str, str]]()
    for mention in mentions:
        counts[mention.source, mention.lang] += 1 << mention.halvings
    return tuple(Channel(*channel, count) for channel, count in sorted(counts.items()))
