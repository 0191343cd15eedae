"""What somebody does becomes an action that the log can be read with, or is refused by the name of what is wrong."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.actions import Action, decode, encode
from streams.core.incidents import Incidents, told
from streams.response.acting import FieldError, made
from tests.streams.notify.made import FRIDAY, crisis

FIRST, SECOND, THIRD = crisis(), crisis(onset=FRIDAY + 60), crisis(brand="zorzanka")


def known() -> Incidents:
    return told([FIRST, SECOND, THIRD], [])


def merged(incidents: Incidents, part: str, into: str) -> Action:
    return made(incidents, part, "merged", "Ola", FRIDAY, into=into)


def test_an_incident_is_found_by_its_brand_and_keeps_its_own_name() -> None:
    action = made(known(), "zorzanka", "acknowledged", "Ola", FRIDAY + 1.5, text="Mine", link=None)
    assert (action.incident, action.at, action.by, action.text) == (THIRD.subject, FRIDAY + 1.5, "Ola", "Mine")


def test_an_action_has_a_name_of_its_own_or_the_one_that_it_is_given() -> None:
    first, second = (made(known(), "zorzanka", "acknowledged", "Ola", FRIDAY) for _ in range(2))
    assert first.id != second.id
    assert made(known(), "zorzanka", "acknowledged", "Ola", FRIDAY, id="tap-1").id == "tap-1"


@pytest.mark.parametrize(
    ("what", "field", "reason"),
    [
        ({"kind": "noted", "text": "x" * 10_001}, "text", "length <= 10000"),
        ({"kind": "stated", "link": "javascript:alert(1)"}, "link", "matching regex"),
        ({"kind": "stated", "next_minutes": 0.0}, "next_minutes", "> 0.0"),
        ({"kind": "noted", "text": "\ud800"}, None, "surrogates"),
        ({"kind": "step", "step": "dance", "status": "done"}, "step", "dance"),
        ({"kind": "step", "step": "admit"}, None, "a step needs its name and its status"),
        ({"kind": "merged"}, None, "into which incident"),
        ({"kind": "merged", "into": "nowhere"}, "into", "no incident is 'nowhere'"),
        ({"kind": "merged", "into": "zorzanka"}, None, "into itself"),
    ],
)
def test_what_is_wrong_is_named(what: dict[str, Any], field: str | None, reason: str) -> None:
    with pytest.raises(FieldError, match=reason) as caught:
        made(known(), "zorzanka", by="Ola", at=FRIDAY, **what)
    assert caught.value.field == field


def test_no_incident_is_lost_in_a_ring_of_parts() -> None:
    incidents = known()
    incidents.do(merged(incidents, FIRST.subject, SECOND.subject))
    incidents.do(merged(incidents, SECOND.subject, THIRD.subject))
    with pytest.raises(FieldError, match=f"{FIRST.subject} is a part of {THIRD.subject}"):
        merged(incidents, THIRD.subject, FIRST.subject)
    # Two people at two instances can still make one, each in good faith; then nothing hangs.
    incidents.do(Action(id="ring", incident=THIRD.subject, kind="merged", at=FRIDAY, by="Jan", into=FIRST.subject))
    with pytest.raises(FieldError):
        merged(incidents, SECOND.subject, FIRST.subject)


def test_what_goes_on_is_no_part_of_what_is_over() -> None:
    incidents = known()
    incidents.do(made(incidents, SECOND.subject, "resolved", "Ola", FRIDAY))
    with pytest.raises(FieldError, match=f"{SECOND.subject} is not open") as caught:
        merged(incidents, FIRST.subject, SECOND.subject)
    assert caught.value.field == "into"
    incidents.do(made(incidents, FIRST.subject, "resolved", "Ola", FRIDAY))
    assert merged(incidents, FIRST.subject, SECOND.subject).into == SECOND.subject
    incidents.do(merged(incidents, SECOND.subject, FIRST.subject))
    with pytest.raises(FieldError, match=f"{SECOND.subject} is not open"):
        merged(incidents, THIRD.subject, SECOND.subject)


@given(st.dictionaries(st.sampled_from(["text", "link", "owner", "step", "status", "into", "next_minutes"]), st.text()))
def test_whatever_is_said_is_refused_or_can_be_read_back(what: dict[str, Any]) -> None:
    for kind in ("noted", "step", "stated", "merged"):
        with contextlib.suppress(FieldError):
            action = made(known(), "zorzanka", kind, "Ola", FRIDAY, **what)
            assert decode(encode(action)) == action
