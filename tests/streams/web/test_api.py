"""The API says what the board knows, does what is asked in the name of who asks, once, and names what is wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from streams.core.actions import Action
from streams.intake import UnavailableError
from streams.response.sight import Blind
from streams.web.api import ROUTES, install
from streams.web.board import Board
from streams.web.openapi import Description
from streams.web.sessions import Sessions
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.samples import silence
from tests.streams.web.entering import BOSS, OLA, READER, SETTINGS, Memory, bearer, entrance, everybody, serving

ONE, TWO = crisis(), crisis(brand="zorzanka", severity="warning", onset=FRIDAY + 60)
PATH = f"/api/v1/incidents/{ONE.subject}"
Site = aiohttp.ClientSession


class Desk:
    """Where actions are kept: in a list, or nowhere while it is closed."""

    def __init__(self) -> None:
        self.kept: list[Action] = []
        self.closed = False
        self.slow = 0.0

    async def write(self, action: Action) -> None:
        await asyncio.sleep(self.slow)
        if self.closed:
            raise UnavailableError("the disk is full")
        self.kept.append(action)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def board(desk: Desk) -> Board:
    board = Board(SETTINGS, desk.write)
    for event in (ONE, TWO, silence()):
        board.see(event)
    return board


@pytest.fixture
async def site(board: Board, memory: Memory) -> AsyncIterator[Site]:
    access = entrance(memory)
    async with serving(access, install, Description(access.cookie).install, board=board) as client:
        yield client


async def get(site: Site, path: str, **query: Any) -> Any:
    async with site.get(path, params={name: str(value) for name, value in query.items()}, headers=bearer(BOSS)) as got:
        assert got.status == 200, await got.text()
        return await got.json()


async def post(site: Site, body: Any, path: str = PATH, person: Any = OLA, **headers: str) -> tuple[int, Any]:
    async with site.post(f"{path}/actions", json=body, headers=bearer(person) | headers) as answer:
        return answer.status, msgspec.json.decode(await answer.read())


async def test_incidents_are_listed_and_shown(site: Site) -> None:
    listed = await get(site, "/api/v1/incidents")
    assert [(one["id"], one["state"], one["severity"]) for one in listed["incidents"]] in (
        [(ONE.subject, "open", "critical"), (TWO.subject, "open", "warning")],
        [(TWO.subject, "open", "warning"), (ONE.subject, "open", "critical")],
    )
    assert listed["next"] is None
    whole = await get(site, PATH)
    assert whole["onset"] == "2026-01-02T15:58:00Z"
    assert whole["crisis"]["telling_posts"][0]["excerpt"].startswith("Skandal!")
    assert [due["what"] for due in whole["due"]] == ["acknowledge", "assess", "word"]
    assert [step["status"] for step in whole["steps"]] == [None] * 5


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"brand": "zorzanka"}, {TWO.subject}), ({"severity": "critical"}, {ONE.subject}),
        ({"severity": "warning"}, {ONE.subject, TWO.subject}), ({"state": "resolved"}, set()),
        ({"state": "open"}, {ONE.subject, TWO.subject}), ({"since": "2099-01-01T00:00:00+01:00"}, set()),
        ({"since": "2026-01-02T16:05:00Z"}, {ONE.subject, TWO.subject}),
    ],
)  # fmt: skip
async def test_incidents_are_filtered(site: Site, query: dict[str, str], found: set[str]) -> None:
    assert {one["id"] for one in (await get(site, "/api/v1/incidents", **query))["incidents"]} == found


async def test_whoever_pages_meets_every_incident_once_though_new_ones_come(site: Site, board: Board) -> None:
    for number in range(2, 30):
        board.see(crisis(onset=FRIDAY + 60 * (number // 3), number=number, brand=f"brand-{number % 3}"))
    known = set(board.incidents.known)
    met: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        page = await get(site, "/api/v1/incidents", **query)
        met += [one["id"] for one in page["incidents"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
        board.see(crisis(onset=FRIDAY + 7_200 + len(met), number=1_000 + len(met)))
    assert len(met) == len(set(met))
    assert set(met) == known


async def test_an_action_is_done_in_the_name_of_the_token_and_audited(site: Site, desk: Desk, memory: Memory) -> None:
    before = time.time()
    status, done = await post(site, {"kind": "acknowledged", "text": "Mine"})
    assert status == 201
    assert (done["action"]["by"], done["incident"]["state"]) == ("ola", "acknowledged")
    (action,) = desk.kept
    assert (action.by, action.kind, action.text, action.incident) == ("ola", "acknowledged", "Mine", ONE.subject)
    assert before <= action.at <= time.time()
    (entry,) = memory.entries
    assert (entry.what, entry.outcome, entry.who, entry.detail) == ("action", "allowed", "ola", "acknowledged")
    assert (entry.incident, entry.action) == (ONE.subject, action.id)
    assert (await get(site, f"{PATH}/actions"))["actions"][0]["id"] == action.id


async def test_a_script_of_our_pages_acts_with_the_session_and_its_token(site: Site, desk: Desk) -> None:
    sessions = Sessions(everybody())
    cookie = sessions.begin(OLA)
    found = sessions.find(cookie)
    assert found
    ours = {"Cookie": f"larum={cookie}", "Sec-Fetch-Site": "same-origin"}
    for more, status in (({}, 403), ({"X-CSRF-Token": "x"}, 403), ({"X-CSRF-Token": found.csrf}, 201)):
        async with site.post(f"{PATH}/actions", json={"kind": "acknowledged"}, headers=ours | more) as answer:
            assert answer.status == status
    assert [action.by for action in desk.kept] == ["ola"]


async def test_what_is_sent_again_counts_once(site: Site, desk: Desk) -> None:
    body, key = {"kind": "noted", "text": "The lab was called"}, {"Idempotency-Key": "tap-1"}
    first, second = await post(site, body, **key), await post(site, body, **key)
    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]
    assert len(desk.kept) == 1
    status, told = await post(site, body | {"text": "Another"}, **key)
    assert (status, told["errors"][0]["at"]) == (409, "Idempotency-Key")
    other = await post(site, body, path=f"/api/v1/incidents/{TWO.subject}", **key)
    stranger = await post(site, body, person=BOSS, **key)
    assert (other[0], stranger[0]) == (201, 201)  # a key is one person's, for one incident
    assert len({action.id for action in desk.kept}) == len(desk.kept) == 3


async def test_five_taps_at_once_are_one_action(site: Site, board: Board) -> None:
    taps = [post(site, {"kind": "acknowledged"}, **{"Idempotency-Key": "tap"}) for _ in range(5)]
    answers = await asyncio.gather(*taps)
    assert {status for status, _ in answers} <= {200, 201}
    assert len({done["action"]["id"] for _, done in answers}) == 1
    assert len(board.incidents.known[ONE.subject].log) == 1


async def test_of_two_things_said_at_once_by_one_key_the_first_is_kept_and_the_other_refused(
    site: Site, desk: Desk, board: Board, memory: Memory
) -> None:
    desk.slow = 0.05
    said = [{"kind": "noted", "text": text} for text in ("The lab was called", "The plant was stopped")]
    answers = await asyncio.gather(*(post(site, body, **{"Idempotency-Key": "tap"}) for body in said))
    assert sorted(status for status, _ in answers) == [201, 409]
    [kept] = [done["action"]["text"] for status, done in answers if status == 201]
    assert [action.text for action in board.incidents.known[ONE.subject].log] == [kept]
    assert [entry.outcome for entry in memory.entries] == ["allowed", "allowed", "failed"]


async def test_an_action_that_cannot_be_audited_is_not_done(site: Site, desk: Desk, memory: Memory) -> None:
    memory.full = True
    assert (await post(site, {"kind": "acknowledged"}))[0] == 503
    assert desk.kept == []
    memory.full = False
    desk.closed = True
    assert (await post(site, {"kind": "acknowledged"}))[0] == 503
    assert [entry.outcome for entry in memory.entries] == ["allowed", "failed"]
    assert (await get(site, PATH))["state"] == "open"


@pytest.mark.parametrize(
    ("person", "body", "status"),
    [
        (READER, {"kind": "acknowledged"}, 403), (OLA, {"kind": "acknowledged"}, 201), (OLA, {"kind": "split"}, 403),
        (OLA, {"kind": "reopened"}, 403), (OLA, {"kind": "merged", "into": TWO.subject}, 403),
        (BOSS, {"kind": "merged", "into": TWO.subject}, 201), (BOSS, {"kind": "reopened"}, 201),
    ],
)  # fmt: skip
async def test_what_a_role_may_do(site: Site, person: Any, body: Any, status: int) -> None:
    assert (await post(site, body, person=person))[0] == status


@pytest.mark.parametrize(
    ("body", "at", "detail"),
    [
        ({"kind": "dance"}, "#/kind", "Invalid value 'dance'"),
        ({"text": "x"}, "#", "missing required field `kind`"),
        ({"kind": "noted", "text": 7}, "#/text", "Expected `str`, got `int`"),
        ({"kind": "noted", "text": "x" * 10_001}, "#/text", "length <= 10000"),
        ({"kind": "noted", "by": "boss"}, "#/by", "is unknown"),
        ({"kind": "acknowledged", "link": "https://a.example"}, "#/link", "is unknown"),
        ({"kind": "stated", "link": "javascript:alert(1)"}, "#/link", "regex"),
        ({"kind": "stated", "next_minutes": -1}, "#/next_minutes", "> 0.0"),
        ({"kind": "step", "status": "done"}, "#", "missing required field `step`"),
        ([], "#", "Expected `object`"),
    ],
)
async def test_what_is_wrong_with_an_action_is_named(site: Site, body: Any, at: str, detail: str) -> None:
    status, told = await post(site, body, person=BOSS)
    assert status == 422
    assert told["errors"][0]["at"] == at
    assert detail in told["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("into", "at", "detail"), [("nowhere", "#/into", "no incident is 'nowhere'"), (ONE.subject, "#", "into itself")]
)
async def test_what_does_not_fit_what_there_is_is_a_conflict(site: Site, into: str, at: str, detail: str) -> None:
    status, told = await post(site, {"kind": "merged", "into": into}, person=BOSS)
    assert (status, told["errors"][0]["at"]) == (409, at)
    assert detail in told["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("/api/v1/incidents?limit=0", "limit"), ("/api/v1/incidents?limit=many", "limit"),
        ("/api/v1/incidents?state=open&state=open", "state"), ("/api/v1/incidents?states=open", "states"),
        ("/api/v1/incidents?since=yesterday", "since"), ("/api/v1/incidents?since=2026-01-02T16:00:00", "since"),
        ("/api/v1/incidents?after=x", "after"), ("/api/v1/incidents?brand=%00", "brand"),
        (f"{PATH}/statement?lang=de", "lang"), (f"{PATH}/actions?skip=-1", "skip"),
        ("/api/v1/audit?before=0", "before"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_query_is_named(site: Site, path: str, at: str) -> None:
    async with site.get(path, headers=bearer(BOSS)) as answer:
        assert (answer.status, answer.content_type) == (400, "application/problem+json")
        assert msgspec.json.decode(await answer.read())["errors"][0]["at"] == at


async def test_only_json_acts(site: Site) -> None:
    for kind, body, status in (
        ("text/plain", b'{"kind": "acknowledged"}', 415),
        ("application/x-www-form-urlencoded", b"kind=acknowledged", 415),
        ("application/json", b"{", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b'{"kind": ' + b"[" * 100_000, 400),
    ):  # fmt: skip
        headers = bearer(OLA) | {"Content-Type": kind}
        async with site.post(f"{PATH}/actions", data=body, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json")


async def test_a_draft_of_a_statement(site: Site) -> None:
    draft = await get(site, f"{PATH}/statement", lang="en", form="short")
    assert draft["word"] == "first"
    assert draft["text"].endswith("Northquill")
    assert draft["missing"]
    assert draft["reason"]
    chosen = await get(site, f"{PATH}/statement", kind="health", word="last")
    assert (chosen["kind"], chosen["word"], chosen["reason"]) == ("health", "last", None)


async def test_brands_and_their_last_day(site: Site, board: Board) -> None:
    bucket = int(time.time()) // 60 * 60 - 120
    board.count("northquill", bucket, voices=7.0, expected=5.0, seconds=60)
    listed = await get(site, "/api/v1/brands", limit=1)
    assert [(one["id"], one["voices"], one["expected"]) for one in listed["brands"]] == [("northquill", 7.0, 5.0)]
    assert listed["brands"][0]["open_incidents"] == [ONE.subject]
    assert [one["id"] for one in (await get(site, "/api/v1/brands", after=listed["next"]))["brands"]] == ["zorzanka"]
    whole = await get(site, "/api/v1/brands/northquill")
    assert (sum(whole["trace"]["voices"]), len(whole["trace"]["voices"]), whole["trace"]["bin_seconds"]) == (
        7.0,
        96,
        900,
    )


async def test_status_tells_what_larum_does_not_hear(site: Site, board: Board) -> None:
    board.blind = Blind("away")
    told = await get(site, "/api/v1/status")
    assert (told["blind"], told["newest"], told["open_incidents"]) == ("the broker does not answer", None, 2)
    assert [one["source"] for one in told["silent"]] == ["mastodon"]


async def test_who_asks_again_by_the_tag_is_spared_the_rest(site: Site) -> None:
    async with site.get(PATH, headers=bearer(READER)) as answer:
        tag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "private, no-cache"
    async with site.get(PATH, headers=bearer(READER) | {"If-None-Match": f'"x", {tag}'}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    await post(site, {"kind": "acknowledged"})
    async with site.get(PATH, headers=bearer(READER) | {"If-None-Match": tag}) as answer:
        assert answer.status == 200


async def test_the_audit_log_is_paged_from_the_newest_on_and_for_admins(site: Site, memory: Memory) -> None:
    for number in range(5):
        await post(site, {"kind": "noted", "text": str(number)})
    async with site.get("/api/v1/audit", headers=bearer(OLA)) as answer:
        assert answer.status == 403
    numbers: list[int] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = await get(site, "/api/v1/audit", **query)
        numbers += [one["number"] for one in page["entries"]]
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert numbers == [6, 5, 4, 3, 2, 1]
    assert memory.entries[-1].detail == "403 GET /api/v1/audit"


async def test_what_is_not_there_is_not_found(site: Site) -> None:
    for route in ROUTES:
        if "{id}" in route.path:
            path = route.path.replace("{id}", "nothing")
            async with site.request(route.method, path, headers=bearer(BOSS), json={"kind": "split"}) as answer:
                assert (answer.status, answer.content_type) == (404, "application/problem+json")
