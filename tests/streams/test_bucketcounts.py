import msgspec
import pytest

from streams.bucketcounts import BucketCount, decode, encode
from streams.core.crises import Interval, Severity
from streams.core.ledger import Voices
from streams.core.readings import Counted, Reading


def reading(mentions: int, bucket: int = 1_767_369_600, coverage: float = 1.0) -> Reading:
    return Reading(
        brand="orlen",
        bucket=bucket,
        mentions=mentions,
        negatives=mentions // 4,
        voices=Interval(mentions // 2, 5.123_456, 1.0, 9.0, minutes=5.0),
        negativity=None,
        volume_surprise=0.2,
        negativity_surprise=0.1,
        severity=Severity.CALM,
        counted=Counted(Voices(mentions // 2, mentions // 2, mentions // 4), coverage),
    )


def test_a_line_says_what_was_counted_and_what_was_expected() -> None:
    [record] = encode([reading(8, coverage=0.75)])
    assert decode(record) == [
        BucketCount(
            brand="orlen",
            bucket="2026-01-02T16:00:00Z",
            seconds=300,
            mentions=8,
            negatives=2,
            voices=4,
            expected=5.1235,
            lower=1.0,
            upper=9.0,
            coverage=0.75,
        )
    ]


def test_buckets_without_mentions_are_left_out() -> None:
    [record] = encode([reading(0), reading(3), reading(0)])
    assert [count.mentions for count in decode(record)] == [3]
    assert not list(encode([reading(0)]))


@pytest.mark.parametrize("largest", [1, 500, 1_000, 1 << 20])
def test_records_are_split_between_lines_and_keep_their_order(largest: int) -> None:
    readings = [reading(1, 60 * number) for number in range(100)]
    records = list(encode(readings, largest))
    lines = [count for record in records for count in decode(record)]
    assert lines == [count for record in encode(readings) for count in decode(record)]
    assert len(lines) == 100
    assert all(len(record) <= largest or b"\n" not in record for record in records)


def test_a_damaged_line_is_refused() -> None:
    [record] = encode([reading(8)])
    with pytest.raises(msgspec.MsgspecError):
        decode(record.replace(b'"mentions"', b'"mention"'))
