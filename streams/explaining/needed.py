"""What it would have taken: how many more voices would have made an alarm of a bucket."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from streams.core.crises import Severity
from streams.core.sentinel import Sentinel, SentinelState
from streams.explaining.witness import Minute

MOST = 1 << 20  # beyond so many nobody asks what it would take
SUSTAINED = 10  # buckets

_decoder = msgspec.msgpack.Decoder(SentinelState)


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """How many more it would have taken, all else as it was; None where no number would do.

    Parameters
    ----------
    page_at_once, page_sustained
        More negative voices in this bucket for a page, or in each of `SUSTAINED` buckets from this one on.
    page_of_harm
        More voices that speak of harm in this bucket for a page, none of them read as negative.
    notice_at_once
        More voices that are not negative in this bucket for a notice.
    """

    page_at_once: int | None
    page_sustained: int | None
    page_of_harm: int | None
    notice_at_once: int | None


def needed(minute: Minute, make: Callable[[], Sentinel]) -> Needed:
    """Ask copies of the sentinel as it stood before the bucket what more would have done."""
    bucket, voices, coverage, _, before, _ = minute

    def worst(negative: int, other: int, buckets: int, harmful: int = 0) -> Severity:
        sentinel, added = make(), negative + other + harmful
        width = sentinel.detection.bucket_seconds
        sentinel.restore(_decoder.decode(before))
        more = voices._replace(
            all=voices.all + added,
            scored=voices.scored + added,
            negative=voices.negative + negative,
            harmful=voices.harmful + harmful,
        )
        return max(sentinel.close(bucket + step * width, more, coverage).verdict.severity for step in range(buckets))

    return Needed(
        page_at_once=least(lambda number: worst(number, 0, 1) >= Severity.WARNING),
        page_sustained=least(lambda number: worst(number, 0, SUSTAINED) >= Severity.WARNING),
        page_of_harm=least(lambda number: worst(0, 0, 1, number) >= Severity.WARNING),
        notice_at_once=least(lambda number: worst(0, number, 1) >= Severity.NOTICE),
    )


def least(enough: Callable[[int], bool]) -> int | None:
    """Find the least number that is enough, where every larger one is too; None where `MOST` is not.

    Examples
    --------
    >>> least(lambda number: number * number >= 50), least(lambda number: True), least(lambda number: False)
    (8, 0, None)
    """
    if enough(0):
        return 0
    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
