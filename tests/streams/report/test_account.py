"""What a report says is what the logs say: who did what when, against what was due."""

from __future__ import annotations

import json

import msgspec
import pytest

from streams.core.actions import STEPS, Action
from streams.core.incident import Incident
from streams.report.account import Account
from streams.report.accounting import Case, account_of, span_of
from tests.streams.core.mentions import MONDAY
from tests.streams.report.made import DAY, DUTIES, HOSTILE, MINUTE, Watched, seconds, told


def test_of_an_untouched_incident_everything_is_missing(watched: Watched) -> None:
    account = watched.told(300)
    assert account.state == "open"
    assert [one.late for one in account.answers] == [True, True, True, False]
    assert all(one.at is None for one in account.answers)
    assert [one.status for one in account.steps] == [None] * 5
    names = [one.name for one in account.questions]
    assert {"no_acknowledge", "no_first_word", "missing", "cause", "worked"} <= set(names)
    assert next(one for one in account.questions if one.name == "missing").steps == list(STEPS)


def test_nothing_is_late_before_its_time(watched: Watched) -> None:
    assert not any(one.late for one in watched.told(5).answers)


def test_its_beginning_is_that_of_its_crisis(watched: Watched) -> None:
    account, events = watched.account, watched.events
    assert account.source == "journal"
    assert [one.id for one in watched.case.known] == [watched.id]
    assert [one.step for one in account.sights] == [one.step for one in events]
    assert [one.voices for one in account.sights] == [one.data.voices for one in events]
    assert account.first_post == min(seconds(one.created_at) for one in events[0].data.first_posts)
    assert account.detect_minutes == pytest.approx((account.alarm - account.began) / 60)
    assert account.calm == seconds(events[-1].time)
    assert [one.kind for one in account.timeline if one.by is None][-1] == "closed"


def test_counts_are_those_of_the_watch(watched: Watched) -> None:
    account, course = watched.account, watched.case.course
    within = [one for one in course.counts if account.onset <= seconds(one.bucket) < (account.calm or 0)]
    assert account.counted is not None
    assert account.counted.mentions == sum(one.mentions for one in within) > 1_000
    assert sum(one.mentions for one in account.counted.channels) == account.counted.mentions
    assert account.peak is not None
    assert account.peak.voices.observed == max(course.series.voices.seen)
    hour = [one for one in course.counts if account.peak.at - 3_600 <= seconds(one.bucket) < account.peak.at]
    assert sum(one.voices for one in hour) == account.peak.voices.observed
    assert account.peak.negativity == sum(one.negatives for one in hour) / account.peak.voices.observed


def test_what_was_done_stands_against_what_was_due(watched: Watched) -> None:
    watched.act(4, "acknowledged")
    watched.act(100, "stated", by="Jan", text="We look into it", link="https://social.example/1", next_minutes=60)
    account = watched.told(120)
    acknowledged, assessed, word, closed = account.answers
    assert (acknowledged.minutes, acknowledged.by, acknowledged.late) == (4.0, "Ola", False)
    assert (assessed.at, assessed.needless, assessed.late) == (None, True, False)  # there was a word instead
    assert (word.minutes, word.by, word.late) == (100.0, "Jan", True)
    assert word.due is not None
    assert word.due < watched.alarm + 61 * MINUTE
    assert closed.at is None
    [said] = account.words
    assert (said.next_due, said.promised, said.kept) == (watched.alarm + 160 * MINUTE, True, None)
    assert {"late_first_word"} == {one.name for one in account.questions if "word" in one.name}


def test_only_what_was_merged_into_it_is_a_part_of_it(watched: Watched) -> None:
    case, account = told(watched.path, watched.id, watched.alarm + DAY)
    assert account.parts == []
    other = Incident(msgspec.structs.replace(watched.events[0], subject="c0ffee"))
    other.do(Action(id="1", incident="c0ffee", kind="merged", at=watched.alarm, by="Ola", into=watched.id))
    merged = account_of(case._replace(known=[*case.known, other]), DUTIES, "Orlen", watched.alarm + DAY)
    assert merged.parts == ["c0ffee"]


@pytest.mark.parametrize(("minute", "in_time"), [(150, True), (170, False)])
def test_a_promised_word_is_kept_or_not(watched: Watched, minute: float, in_time: bool) -> None:
    watched.act(100, "stated", next_minutes=60)
    watched.act(minute, "stated")
    account = watched.told(minute + 1)
    assert [one.kept for one in account.words] == [in_time, None]
    assert [one.number for one in account.questions if one.name == "broken"] == ([] if in_time else [1])


def test_a_word_that_never_came_was_not_kept_and_an_end_keeps_it(watched: Watched) -> None:
    watched.act(100, "stated", next_minutes=60)
    assert [one.kept for one in watched.told(161).words] == [False]
    watched.act(159, "resolved")
    assert [one.kept for one in watched.told(500).words] == [True]


def test_severity_of_later_makes_nothing_late_that_was_in_time(watched: Watched) -> None:
    first = watched.events[0]
    raised_at = msgspec.structs.replace(
        first,
        id=f"{first.subject}-900",
        type="larum.crisis.raised",
        time="2026-03-01T00:00:00Z",
        data=msgspec.structs.replace(first.data, severity="critical"),
    )
    warned = msgspec.structs.replace(first, data=msgspec.structs.replace(first.data, severity="warning"))
    watched.act(12, "acknowledged")  # 15 minutes of a warning, 7.5 of what is critical
    case, _ = told(watched.path, watched.id, watched.alarm + DAY)
    case.incident.see(raised_at)
    assert case.incident.severity.name == "CRITICAL"
    account = account_of(Case(case.incident, [warned, raised_at], case.course), DUTIES, "Orlen", MONDAY + 99e5)
    assert account.answer("acknowledge").late is False
    assert account.answer("first_word").late is True


def test_the_five_steps_stand_with_owner_note_and_link(watched: Watched) -> None:
    watched.act(10, "step", step="counteract", status="planned", owner="Quality")
    watched.act(20, "step", step="counteract", status="done", text="Recalled", link="https://orlen.example/r")
    watched.act(30, "step", step="improve", status="not needed")
    account = watched.told(40)
    done = {one.step: one for one in account.steps}
    assert (done["counteract"].status, done["counteract"].owner, done["counteract"].text) == (
        "done",
        "Quality",
        "Recalled",
    )
    assert next(one for one in account.questions if one.name == "missing").steps == ["apologise", "admit", "repair"]


def test_the_timeline_holds_every_action_and_every_turn_in_order(watched: Watched) -> None:
    watched.act(4, "acknowledged", text=HOSTILE)
    watched.act(9, "noted", text="one")
    watched.act(2_000, "reviewed", text="Call the lab first")
    account = watched.told(3_000)
    assert [one.at for one in account.timeline] == sorted(one.at for one in account.timeline)
    assert [one.text for one in account.timeline if one.by] == [HOSTILE, "one", "Call the lab first"]
    assert [one.text for one in account.reviews] == ["Call the lab first"]
    assert account.questions == []  # they were answered


def test_a_false_alarm_asks_for_labels_and_nothing_else_is_late(watched: Watched) -> None:
    watched.act(50, "resolved", false_alarm=True)
    account = watched.told(500)
    assert account.false_alarm
    assert [one.name for one in account.questions] == ["false_alarm"]
    assert [one.needless for one in account.answers] == [False, True, True, False]


def test_the_course_spans_the_crisis_and_not_the_weeks_until_it_was_closed(watched: Watched) -> None:
    watched.act(30 * 1_440, "resolved")
    case, account = told(watched.path, watched.id, watched.alarm + 40 * DAY)
    start, end = span_of(case.incident, case.events, watched.alarm + 40 * DAY)
    assert start < account.began
    assert account.calm is not None
    assert account.calm < end < account.calm + DAY


def test_it_is_plain_data(watched: Watched) -> None:
    document = json.loads(msgspec.json.encode(watched.account))
    assert document["type"] == "larum.report"
    assert document["alarm"] == watched.alarm
    assert msgspec.json.decode(msgspec.json.encode(watched.account), type=Account) == watched.account


def test_it_says_how_the_crisis_recovers(watched: Watched) -> None:
    recovery, course = watched.account.recovery, watched.case.course
    assert recovery is not None
    assert recovery.state == "recovered"
    assert recovery.at == pytest.approx(max(seconds(one.bucket) for one in course.counts) + 300)
    assert watched.account.onset < recovery.peak_at < (watched.account.calm or 0)
    assert recovery.peak > 200  # thirty-five of forty are angry, twelve times an hour
