"""Counts of closed buckets, as they stand in the topic `larum.counts`: a line of JSON for each brand and bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from streams.core.crises import Interval
from streams.core.readings import Channel, Reading
from streams.core.times import rfc3339

LARGEST = 512 << 10  # bytes of a record: half of what brokers and clients take unless told otherwise
PLACES = 4  # of a number that was reckoned
SCHEMA = "urn:larum:schema:counts:1"
CANARY = "canary"


class BucketCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was counted of one brand in one bucket, once that was closed; buckets without mentions are left out.

    A line for the same brand and bucket can come again after a crash; it is the same to the last digit then. A record
    without any line says in its header ``canary`` which canary was counted last: when it was sent, epoch seconds.

    Parameters
    ----------
    brand
        Its identifier.
    bucket
        Where the bucket begins, RFC 3339, event time.
    seconds
        How long it is.
    mentions
        Distinct posts that name the brand, copies and reposts of a text included.
    negatives
        Independent posts that are negative.
    voices
        Independent posts.
    expected, lower, upper
        Voices that were expected of the bucket, and the bounds of what is ordinary.
    coverage
        Part of the brand's posts that larum heard: 1 is all, 0 none.
    hour
        Voices of the last 60 minutes beside those expected; none where a bucket is longer.
    negativity
        Share of negative voices over the last hour beside its own expectation; none where nobody spoke.
    channels
        Mentions by source and language.
    """

    brand: str
    bucket: str
    seconds: int
    mentions: int
    negatives: int
    voices: int
    expected: float
    lower: float
    upper: float
    coverage: float
    hour: Interval | None = None
    negativity: Interval | None = None
    channels: tuple[Channel, ...] = ()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(BucketCount)


def count_of(reading: Reading) -> BucketCount:
    """Take what is counted out of a reading."""
    voices = reading.voices
    return BucketCount(
        brand=reading.brand,
        bucket=rfc3339(reading.bucket),
        seconds=round(voices.minutes * 60),
        mentions=reading.mentions,
        negatives=reading.negatives,
        voices=reading.counted.voices.all,
        expected=round(voices.expected, PLACES),
        lower=round(voices.lower, PLACES),
        upper=round(voices.upper, PLACES),
        coverage=round(reading.counted.coverage, PLACES),
        hour=_rounded(reading.hour),
        negativity=_rounded(reading.negativity),
        channels=reading.channels,
    )


def _rounded(one: Interval | None) -> Interval | None:
    if one is None:
        return None
    observed, expected, lower, upper = (
        round(number, PLACES) for number in (one.observed, one.expected, one.lower, one.upper)
    )
    return Interval(observed, expected, lower, upper, one.minutes)


def encode(readings: Iterable[Reading], largest: int = LARGEST) -> Iterator[bytes]:
    """Encode the readings of buckets that have mentions: newline-separated JSON, as few records as hold them.

    Parameters
    ----------
    readings
        Of closed buckets.
    largest
        Bytes that no record exceeds, as long as no line does.

    Examples
    --------
    >>> from streams.core.crises import Interval, Severity
    >>> from streams.core.ledger import Voices
    >>> from streams.core.readings import Counted
    >>> reading = Reading(brand="orlen", bucket=60, mentions=8, negatives=2, voices=Interval(7, 5.0, 1.0, 9.0),
    ...                   negativity=None, volume_surprise=0.2, negativity_surprise=0.1, severity=Severity.CALM,
    ...                   counted=Counted(Voices(7, 7, 2)))
    >>> [record] = encode([reading, reading])
    >>> [count, again] = decode(record)
    >>> count.bucket, count.mentions, count == again
    ('1970-01-01T00:01:00Z', 8, True)
    """
    lines, size = list[bytes](), 0
    for reading in readings:
        if not reading.mentions:
            continue
        line = _encoder.encode(count_of(reading))
        if lines and size + len(line) > largest:
            yield b"\n".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield b"\n".join(lines)


def canary_of(headers: Iterable[tuple[str, bytes]]) -> float | None:
    """Give when the canary was sent of which the headers of a record tell; None where they tell of none.

    Examples
    --------
    >>> canary_of(headers(1_767_369_600.5)), canary_of(headers())
    (1767369600.5, None)
    """
    told = dict(headers).get(CANARY)
    try:
        return float(told) if told else None
    except ValueError:
        return None


def headers(canary: float | None = None) -> list[tuple[str, bytes]]:
    """Make the headers of a record, which tells of a canary or of none."""
    return [("schema", SCHEMA.encode()), *([(CANARY, f"{canary}".encode())] if canary is not None else [])]


def decode(record: bytes) -> list[BucketCount]:
    """Decode a record of the topic.

    Raises
    ------
    msgspec.MsgspecError
        A line is damaged, or by another schema.
    """
    return _decoder.decode_lines(record)
