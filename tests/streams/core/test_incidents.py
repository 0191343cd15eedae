"""Incidents: told from two logs in whatever order, with what is due when."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.actions import STEPS, Action, decode, encode
from streams.core.crises import Severity
from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.incidents import Incidents, told
from streams.core.posts import Unreadable
from streams.core.settings import Brand, Detection, Response, Settings
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.samples import silence

SUBJECT = crisis().subject
OTHER = crisis(onset=FRIDAY + 7_200).subject
BRANDS = (Brand(id="northquill", name="Northquill"),)
MINUTE = 60.0


def act(kind: Any, at: float = 0.0, **what: Any) -> Action:
    name = what.pop("id", f"{kind}-{at}")
    return Action(id=name, incident=what.pop("incident", SUBJECT), kind=kind, at=FRIDAY + at, by="Ola", **what)


def incident(*actions: Action, severity: Any = "warning") -> Incident:
    return told([crisis("opened", 0, severity)], actions).known[SUBJECT]


def state_of(one: Incident) -> Any:
    return one.state, one.severity, one.calm_since, one.steps, one.missing, one.log, one.last.id


actions = st.lists(
    st.sampled_from(
        [
            act("acknowledged", 60),
            act("assessed", 120, text="glass"),
            act("step", 180, step="counteract", status="planned", owner="quality"),
            act("step", 240, step="counteract", status="done"),
            act("stated", 300, next_minutes=30.0),
            act("stated", 900),
            act("resolved", 1_000),
            act("reopened", 1_100),
            act("resolved", 1_200, false_alarm=True),
            act("reviewed", 1_300),
            act("merged", 1_400, into=OTHER),
            act("split", 1_500),
        ]
    ),
    max_size=14,
)
events = [crisis("opened", 0, "warning"), crisis("raised", 1, "critical"), crisis("closed", 2, "critical")]


@given(actions, st.randoms(use_true_random=False))
def test_in_whatever_order_and_how_often_the_logs_are_read_the_incidents_are_the_same(
    said: list[Action], random: Random
) -> None:
    expected = told(events, {one.id: one for one in said}.values()).known[SUBJECT]
    mixed: list[Any] = [*events, *said, *said]
    random.shuffle(mixed)
    mixed.insert(0, events[0])  # whatever comes first is what makes it an incident
    incidents = Incidents()
    for one in mixed:
        if isinstance(one, Action):
            incidents.do(one)
        else:
            incidents.see(one)
    assert state_of(incidents.known[SUBJECT]) == state_of(expected)
    assert +incidents.states == Counter(one.state for one in incidents.known.values())
    assert incidents.open == [one for one in incidents.known.values() if one.is_open]


def test_what_is_done_before_the_crisis_is_read_waits_for_it() -> None:
    incidents = Incidents()
    incidents.do(act("acknowledged", 60))
    assert not incidents.known
    incidents.see(crisis())
    assert incidents.known[SUBJECT].state == "acknowledged"


def test_what_is_no_news_changes_nothing() -> None:
    incidents = Incidents()
    assert not incidents.do(act("acknowledged", 60))  # it waits
    assert incidents.see(crisis())
    assert not incidents.see(crisis())
    assert incidents.do(act("noted", 70))
    assert not incidents.do(act("noted", 70))
    assert not incidents.do(act("acknowledged", 60))
    assert incidents.see(crisis("raised", 1))
    assert incidents.version == 3


def test_notices_and_silences_are_no_incidents() -> None:
    assert not told([crisis(severity="notice"), silence()], []).known
    raised = told([crisis(severity="notice"), crisis("raised", 1, "warning")], []).known
    assert raised[SUBJECT].opened_at == pytest.approx(FRIDAY + 481.0)


def test_an_incident_goes_from_open_to_reviewed() -> None:
    story = [act("acknowledged", 60), act("stated", 120), act("resolved", 180), act("reviewed", 240)]
    states = [incident(*story[:length]).state for length in range(len(story) + 1)]
    assert states == ["open", "acknowledged", "stated", "resolved", "reviewed"]
    assert incident(*story[:3], act("reopened", 200)).state == "stated"


def test_of_the_five_steps_it_says_what_is_missing() -> None:
    one = incident(
        act("step", 60, step="counteract", status="planned", owner="quality"),
        act("step", 120, step="counteract", status="done"),
        act("step", 180, step="repair", status="not needed"),
        act("step", 240, step="admit", status="planned"),
    )
    assert one.missing == ["apologise", "admit", "improve"]
    assert one.steps["counteract"].owner == "quality"
    assert one.state == "acknowledged"  # whoever does anything has seen it


def test_an_incident_that_was_merged_is_no_longer_open_until_it_is_taken_apart() -> None:
    merged = act("merged", 60, into=OTHER)
    assert not incident(merged).is_open
    assert incident(merged, act("split", 120)).is_open


@pytest.mark.parametrize(
    ("severity", "actions", "expected"),
    [
        ("warning", [], {"acknowledge": 15, "assess": 30, "word": 60}),
        ("critical", [], {"acknowledge": 7.5, "assess": 15, "word": 30}),
        ("warning", [act("acknowledged", 480 + 60)], {"assess": 30, "word": 60}),
        ("warning", [act("assessed", 480 + 60)], {"word": 60}),
        ("warning", [act("stated", 480 + 600)], {"word": 10 + 120}),
        ("critical", [act("stated", 480 + 600)], {"word": 10 + 60}),
        ("warning", [act("stated", 480 + 600, next_minutes=45.0)], {"word": 10 + 45}),
        ("warning", [act("resolved", 480 + 600)], {}),
    ],
)
def test_what_is_due_when(severity: Any, actions: list[Action], expected: dict[str, float]) -> None:
    one = incident(*actions, severity=severity)
    due = {due.what: (due.at - one.opened_at) / MINUTE for due in Duties(Settings(brands=BRANDS)).of(one)}
    assert due == expected


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        (FRIDAY, 15.0),  # Friday 2 January 2026, 16:58
        (FRIDAY + 2 * 3_600, 30.0),  # 18:58
        (FRIDAY + 24 * 3_600, 30.0),  # Saturday
        (FRIDAY - 24 * 3_600, 30.0),  # New Year's day
    ],
)
def test_at_night_at_weekends_and_on_holidays_it_may_take_longer_where_that_is_said(at: float, minutes: float) -> None:
    settings = Settings(
        brands=BRANDS,
        detection=Detection(timezone="Europe/Warsaw", countries=("PL",)),
        response=Response(off_hours_factor=2.0),
    )
    assert Duties(settings).minutes("acknowledge", Severity.WARNING, at) == minutes


def test_an_incident_is_found_by_the_beginning_of_its_name_or_by_its_brand() -> None:
    incidents = told([crisis(), crisis(brand="velaro", onset=FRIDAY + 60)], [])
    assert incidents.find(SUBJECT[:5]).id == SUBJECT
    assert incidents.find("velaro").brand == "velaro"
    with pytest.raises(LookupError, match="no incident is 'orlen'"):
        incidents.find("orlen")
    two = told([crisis(), crisis(onset=FRIDAY + 7_200)], [])
    with pytest.raises(LookupError, match="more than one incident is 'northquill'"):
        two.find("northquill")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"{", "truncated"),
        (encode(act("noted")).replace(b'"noted"', b'"dance"'), "dance"),
        (encode(act("noted")).replace(b'"noted"', b'"step"'), "a step needs its name and its status"),
        (encode(act("noted")).replace(b'"noted"', b'"merged"'), "into which incident"),
        (encode(act("noted", link="https://x.example")).replace(b"https://", b"javascript:"), "link"),
        (encode(act("noted", 9e99)), "< 32503680000"),
        (encode(act("noted", -9e9)), ">= 0"),
        (b" " * 70_000, "more than the 65536"),
    ],
)
def test_what_is_no_action_is_refused(record: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(record)


def test_there_are_five_steps() -> None:
    assert STEPS == ("apologise", "counteract", "admit", "improve", "repair")
