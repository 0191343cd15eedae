"""Times in tables become times the post contract reads, and mean the same."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.readers.moments import rfc3339

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=zones)  # noqa: DTZ001 - bounds are naive


@given(moments, st.sampled_from(["T", " "]), st.sampled_from(["", " "]), st.booleans())
def test_any_moment(moment: datetime, separator: str, space: str, colon: bool) -> None:
    text = moment.isoformat(separator)
    offset = text[-6:] if colon else text[-6:].replace(":", "")

    assert msgspec.convert(rfc3339(f"{text[:-6]}{space}{offset}"), datetime) == moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-05-01 03:27:24+00", "2014-05-01T03:27:24+00:00"),
        ("2014-05-01 03:27:24 UTC", "2014-05-01T03:27:24Z"),
        (" 2014-05-01T03:27Z\n", "2014-05-01T03:27:00Z"),
        ("2014-05-01 03:27:24,123456789Z", "2014-05-01T03:27:24.123456Z"),
        ("1398914844", 1398914844.0),
        ("2014-05-01", "2014-05-01"),
        ("2014-05-01 03:27", "2014-05-01T03:27:00"),
        ("", ""),
        ("٢٠١٤", "٢٠١٤"),
    ],
)
def test_dress(text: str, expected: str | float) -> None:
    assert rfc3339(text) == expected


def test_zone_serves_only_times_without_one() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")

    assert rfc3339("2026-01-04 17:00", warsaw) == "2026-01-04T17:00:00+01:00"
    assert rfc3339("2026-01-04 17:00Z", warsaw) == "2026-01-04T17:00:00Z"
    assert rfc3339("2026-02-30 17:00", warsaw) == "2026-02-30T17:00:00"


def test_twitter() -> None:
    moment = rfc3339("Wed Aug 27 13:08:45 +0000 2008")

    assert msgspec.convert(moment, datetime) == datetime(2008, 8, 27, 13, 8, 45, tzinfo=UTC)
