"""Real outages: what Numenta's collector missed on 11 and 12 March 2015 is told as silence, and is no crisis."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest

from detectors.calendar import Calendar
from streams.core.ledger import Voices
from streams.core.sentinel import Sentinel
from streams.core.settings import Detection
from streams.core.sourcewatch import SourceWatch
from tests.data import data

ONCE_A_YEAR = 2.5  # log10 of days
DETECTION = Detection(bucket_seconds=300)
Counts = list[tuple[int, float]]


def counts(name: str) -> Counts:
    """Read the 5-minute counts of mentions of one company."""
    with data(f"nab/streams/Twitter_volume_{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    times = (datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC) for row in rows)
    return [(int(time.timestamp()) // 300 * 300, float(row["value"])) for time, row in zip(times, rows, strict=True)]


def spells(stream: Counts) -> list[tuple[str, str]]:
    """Give the silences of a stream, by the minutes in which the first told step and the last one came."""
    watch, found, opened = SourceWatch(DETECTION, Calendar()), [], ""
    for bucket, posts in stream:
        seen = watch.close(bucket, posts, ONCE_A_YEAR)
        moment = datetime.fromtimestamp(bucket, UTC).strftime("%m-%d %H:%M")
        if seen.step == "opened":
            opened = moment
        if seen.step == "closed":
            found.append((opened, moment))
    return found


@pytest.mark.parametrize("name", ["AAPL", "AMZN", "FB", "CRM", "CVS"])
def test_two_months_hold_no_silence_but_the_outages(name: str) -> None:
    assert {opened[:5] for opened, _ in spells(counts(name))} <= {"03-11", "03-12"}


@pytest.mark.parametrize(("name", "by"), [("AAPL", "03-11 07:20"), ("AMZN", "03-11 07:20"), ("FB", "03-11 08:00")])
def test_the_outage_of_two_hours_is_told_while_it_lasts(name: str, by: str) -> None:
    opened, closed = spells(counts(name))[0]
    assert "03-11 07:05" <= opened <= by
    assert "03-11 09:05" <= closed <= "03-11 09:30"


def test_all_streams_as_one_source_show_the_outages_at_once() -> None:
    together: dict[int, float] = {}
    for name in ("AAPL", "AMZN", "FB", "CRM", "CVS"):
        for bucket, posts in counts(name):
            together[bucket] = together.get(bucket, 0.0) + posts
    found = spells(sorted(together.items())[:15_800])
    assert [opened for opened, _ in found][:2] == ["03-11 07:05", "03-12 05:30"]
    assert {opened[:5] for opened, _ in found} == {"03-11", "03-12"}


@pytest.mark.parametrize("name", ["AAPL", "AMZN", "FB"])
def test_the_outage_is_no_crisis_and_what_follows_it_neither(name: str) -> None:
    watch, sentinel, steps = SourceWatch(DETECTION, Calendar()), Sentinel(DETECTION), []
    for bucket, posts in counts(name):
        moment = datetime.fromtimestamp(bucket, UTC)
        if moment >= datetime(2015, 3, 11, 14, tzinfo=UTC):
            break
        watch.close(bucket, posts, ONCE_A_YEAR)
        step = sentinel.close(bucket, Voices(int(posts), 0, 0), watch.state.coverage).step
        if step == "closed":
            sentinel.rest()
        if step == "opened" and moment >= datetime(2015, 3, 11, 7, tzinfo=UTC):
            steps.append(moment)
    assert steps == []
