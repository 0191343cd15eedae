"""What people say of alarms, held against the budget; and an incident beside the ones before it."""

from __future__ import annotations

import asyncio

import msgspec

from streams.core.actions import Action
from streams.core.comparing import Rank, compared
from streams.core.crises import CrisisEvent
from streams.core.duties import Duties
from streams.core.incidents import Incidents, told
from streams.core.judged import stated, verdict
from streams.core.posts import Post
from streams.core.settings import Brand, Settings
from streams.core.times import rfc3339
from streams.response.verdicts import Verdicts, hand_on
from tests.streams.notify.made import FRIDAY, crisis

DAY = 86_400
SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"),))


def act(at: int, kind: str, after: float = 0.0, **what: object) -> Action:
    crisis_of = crisis(onset=FRIDAY + at).subject
    said = {"id": f"{kind}-{at}-{after}", "incident": crisis_of, "kind": kind, "at": FRIDAY + at + after, "by": "Ola"}
    return msgspec.convert(said | what, Action)


def opened(at: int, *, brand: str = "northquill", posts: int = 130, wave: int | None = None) -> CrisisEvent:
    event = crisis(brand=brand, onset=FRIDAY + at)
    data = msgspec.structs.replace(event.data, mentions=event.data.mentions | {"1h": posts}, wave=wave)
    return msgspec.structs.replace(event, time=rfc3339(FRIDAY + at + 480), data=data)


def many(false: int, real: int, silent: int) -> Incidents:
    at = [hour * 3_600 for hour in range(false + real + silent)]
    words = [act(one, "resolved", 600.0, false_alarm=True) for one in at[:false]]
    words += [act(one, "resolved", 600.0) for one in at[false : false + real]]
    return told([opened(one) for one in at], words)


def test_a_verdict_is_what_was_said_or_done_last() -> None:
    def of(*actions: Action) -> str | None:
        return verdict(told([opened(0)], actions).known[crisis(onset=FRIDAY).subject])

    assert of() is None
    assert of(act(0, "acknowledged")) is None
    assert of(act(0, "stated")) == "real"
    assert of(act(0, "step", step="repair", status="done")) == "real"
    assert of(act(0, "step", step="repair", status="planned")) is None
    assert of(act(0, "stated"), act(0, "resolved", 9.0, false_alarm=True)) == "false"
    assert of(act(0, "resolved", 9.0, false_alarm=True), act(0, "reopened", 19.0)) is None


def test_the_budget_is_broken_kept_or_neither_by_the_exact_interval() -> None:
    until = FRIDAY + 30.0 * DAY
    broken = stated(many(6, 1, 0).known.values(), until, 31.0, 2.0)
    assert (broken.false, broken.real, broken.least, broken.most, broken.kept) == (6, 1, 2.2, 13.06, False)
    assert stated(many(2, 0, 0).known.values(), until, 31.0, 10.0).kept is True
    assert stated(many(2, 0, 1).known.values(), until, 31.0, 10.0).kept is None  # of one nobody said anything
    assert stated(many(2, 0, 0).known.values(), until, 31.0, 3.0).kept is None
    assert stated(many(6, 0, 0).known.values(), FRIDAY + 60.0 * DAY, 31.0, 2.0).false == 0


def test_words_on_false_alarms_are_handed_on_once_by_a_process_and_the_last_one_counts() -> None:
    incidents = told([opened(0), opened(3_600)], [act(0, "resolved", 60.0, false_alarm=True), act(3_600, "resolved")])
    verdicts = Verdicts(incidents)
    [post] = verdicts.news(FRIDAY + 600.0)
    assert (post.kind, post.text, post.reply_to) == ("false_alarm", "northquill", crisis(onset=FRIDAY).subject)
    assert post.created_at == FRIDAY + 60.0
    assert not [*verdicts.news(FRIDAY + 601.0)]
    incidents.do(act(0, "reopened", 700.0))
    [back] = verdicts.news(FRIDAY + 800.0)
    assert (back.kind, back.reply_to) == ("real_alarm", post.reply_to)
    assert not [*Verdicts(incidents).news(FRIDAY + 40.0 * DAY)]  # too long ago to change anything


async def test_what_is_said_meanwhile_is_handed_on() -> None:
    incidents, sent = told([opened(0)], []), asyncio.Queue[Post]()
    handing = asyncio.create_task(hand_on(incidents, sent.put, lambda: FRIDAY + 600.0))
    await asyncio.sleep(0)
    assert sent.empty()
    incidents.do(act(0, "resolved", 60.0, false_alarm=True))
    async with asyncio.timeout(10):
        assert (await sent.get()).kind == "false_alarm"
    handing.cancel()


def test_an_incident_is_held_beside_those_before_it_that_were_real() -> None:
    events = [opened(day * DAY, posts=100 + 10 * day) for day in range(5)]
    words = [act(3 * DAY, "resolved", 60.0, false_alarm=True), act(DAY, "acknowledged", 480 + 1_200.0)]
    words.append(act(4 * DAY, "acknowledged", 480 + 600.0))
    incidents = told(events, words)
    last = incidents.known[crisis(onset=FRIDAY + 4 * DAY).subject]
    lives = {last.id: 2.0, crisis(onset=FRIDAY).subject: 4.0}
    beside = {one.measure: one for one in compared(last, incidents.known.values(), lives)}
    assert (beside["posts"].value, beside["posts"].brand) == (140.0, Rank(3, 3, 110.0))
    assert (beside["acknowledged"].value, beside["acknowledged"].every) == (10.0, Rank(0, 1, 20.0))
    assert beside["half_life"].brand == Rank(0, 1, 4.0)
    assert "first_word" not in beside
    first = incidents.known[crisis(onset=FRIDAY).subject]
    assert {one.every for one in compared(first, incidents.known.values())} == {Rank(0, 0, None)}


def test_another_wave_opens_what_was_resolved_before_it_and_the_next_word_is_due_from_it() -> None:
    again = msgspec.structs.replace(
        opened(0, wave=2), id=f"{crisis(onset=FRIDAY).subject}-3", type="larum.crisis.raised"
    )
    resolved = act(0, "resolved", 100.0)
    for events, actions in (
        ([opened(0), again], [act(0, "stated", 50.0, next_minutes=5.0), resolved]),
        ([opened(0), again], [resolved, act(0, "stated", 50.0, next_minutes=5.0)]),
    ):
        incident = told(events, actions).known[resolved.incident]
        assert (incident.state, incident.is_open) == ("stated", True)
        [due] = Duties(SETTINGS).of(incident)
        minutes = Duties(SETTINGS).minutes("update", incident.severity, incident.rose_at)
        assert (due.what, due.at) == ("word", incident.rose_at + 60.0 * minutes)
    late = told([opened(0)], [resolved])
    late.see(again)
    assert late.known[resolved.incident].state == "acknowledged"
    late.do(act(0, "resolved", 9_000.0))
    assert late.known[resolved.incident].state == "resolved"


def test_a_part_that_rises_again_stands_by_itself_until_it_is_merged_again() -> None:
    again = msgspec.structs.replace(
        opened(0, wave=2), id=f"{crisis(onset=FRIDAY).subject}-3", type="larum.crisis.raised"
    )
    merged = act(0, "merged", 100.0, into="c0ffee")
    incidents = told([opened(0)], [merged])
    incident = incidents.known[merged.incident]
    assert incident.state == "merged"
    incidents.see(again)
    assert incident.is_open
    assert incidents.open == [incident]
    incidents.do(act(0, "merged", 9_000.0, into="c0ffee"))
    assert (incident.state, incidents.open) == ("merged", [])


def test_lessons_close_nothing_that_goes_on() -> None:
    again = msgspec.structs.replace(
        opened(0, wave=2), id=f"{crisis(onset=FRIDAY).subject}-3", type="larum.crisis.raised"
    )
    resolved, reviewed = act(0, "resolved", 100.0), act(0, "reviewed", 200.0)
    incidents = told([opened(0)], [resolved, reviewed])
    incident = incidents.known[resolved.incident]
    assert incident.state == "reviewed"
    incidents.see(again)  # it has risen again since
    assert (incident.state, incidents.open) == ("acknowledged", [incident])
    incidents.do(act(0, "reviewed", 9_000.0))  # by a page that was loaded before
    assert (incident.state, incidents.open) == ("acknowledged", [incident])
    incidents.do(act(0, "resolved", 9_100.0))
    assert (incident.state, incidents.open) == ("reviewed", [])


def test_another_wave_of_a_false_alarm_leaves_it_one_and_its_review() -> None:
    again = msgspec.structs.replace(
        opened(0, wave=2), id=f"{crisis(onset=FRIDAY).subject}-3", type="larum.crisis.raised"
    )
    words = [act(0, "resolved", 100.0, false_alarm=True), act(0, "reviewed", 200.0)]
    [incident] = told([opened(0), again], words).known.values()
    assert (incident.state, incident.false_alarm) == ("reviewed", True)


def test_the_next_word_on_what_was_reopened_is_due_from_then() -> None:
    words = [act(0, "stated", 50.0, next_minutes=5.0), act(0, "resolved", 100.0), act(0, "reopened", 2.0 * DAY)]
    [incident] = told([opened(0)], words).known.values()
    [due] = Duties(SETTINGS).of(incident)
    minutes = Duties(SETTINGS).minutes("update", incident.severity, FRIDAY + 2.0 * DAY)
    assert (due.what, due.at) == ("word", FRIDAY + 2.0 * DAY + 60.0 * minutes)
