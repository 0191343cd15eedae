"""The pages over HTTP: in both languages, cached where they may be, quick with very many brands and incidents."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, get_args
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
import numpy as np
import pytest
from yarl import URL

from streams.core.actions import Action
from streams.core.aftermath import Tide
from streams.core.incident import Incident
from streams.core.incidents import told
from streams.core.settings import Brand, Settings
from streams.core.times import epoch, rfc3339
from streams.report.accounting import Case
from streams.report.words import catalogue
from streams.response.course import Course, by_events
from streams.response.sight import Blind, Why
from streams.web import forms, pages
from streams.web.archive import ARCHIVE, Archive
from streams.web.board import Board
from streams.web.logview import log_of
from streams.web.texts import Texts
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.samples import silence
from tests.streams.web.entering import BOSS, OLA, READER, SETTINGS, Memory, bearer, entrance, serving

ID = crisis().subject
QUICK_SECONDS = 2.0  # generous: what it takes on an idle machine is measured by the benchmark


class Shelf(Archive):
    """An archive of one incident."""

    def __init__(self) -> None:
        self.asked = 0
        self.half_life = 2.0
        self.angry = True

    async def case(self, settings: Settings, incident: Incident, parts: Sequence[Incident], now: float) -> Case:
        return Case(incident, [crisis()], by_events("northquill", [crisis()]), parts)

    async def tide(self, settings: Settings, brand: str, start: float, end: float) -> Tide:
        hours = np.arange(24 * 60.0) / 60.0
        outcry = 8.0 * 0.5 ** (hours / self.half_life)
        negatives = 0.5 + (outcry if self.angry else 0.0)
        return Tide(start, 60.0, 2.0 + outcry, np.zeros(len(hours)) + negatives, np.full(len(hours), 2.0))

    async def course(self, settings: Settings, brand: str, start: float, end: float) -> Course:
        self.asked += 1
        return by_events(brand, [crisis(), crisis("raised", 1)])


@pytest.fixture
def kept() -> list[Action]:
    return []


@pytest.fixture
async def board(kept: list[Action]) -> Board:
    async def keep(action: Action) -> None:
        kept.append(action)

    board = Board(SETTINGS, keep)
    board.see(crisis())
    return board


@pytest.fixture
def shelf(board: Board) -> Shelf:
    return Shelf()


@pytest.fixture
async def client(board: Board, shelf: Shelf) -> AsyncIterator[aiohttp.ClientSession]:
    def shelved(app: aiohttp.web.Application) -> None:
        app[ARCHIVE] = shelf

    async with serving(entrance(Memory()), shelved, pages.install, forms.install, board=board) as client:
        yield client


async def seen(
    client: aiohttp.ClientSession, path: str, status: int = 200, headers: dict[str, str] | None = None
) -> str:
    async with client.get(path, headers=bearer(READER) | (headers or {})) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def soon(client: aiohttp.ClientSession, path: str, wanted: str) -> str:
    """Ask for a page until something that takes a while is on it; it says that it will be."""
    for _ in range(200):
        if wanted in (page := await seen(client, path)):
            return page
        assert 'data-soon="1"' in page
        await asyncio.sleep(0.1)
    raise AssertionError(f"{wanted} did not come")


async def sent(client: aiohttp.ClientSession, path: str, who: dict[str, str], **fields: str) -> tuple[int, str]:
    async with client.post(f"/incidents/{ID}/{path}", headers=who, data=fields, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text()


async def test_the_language_is_the_browsers_until_somebody_chooses(client: aiohttp.ClientSession) -> None:
    assert "Żaden incydent" not in await seen(client, "/")
    polish = await seen(client, "/", headers={"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"})
    assert '<html lang="pl">' in polish
    assert "1 otwarty incydent" in polish
    async with client.get("/incidents?q=x&lang=en&theme=dark", headers=bearer(READER), allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/incidents?q=x")
        chosen = {name: one.value for name, one in answer.cookies.items()}
        assert chosen == {"lang": "en", "theme": "dark"}
    cookies = "; ".join(f"{name}={value}" for name, value in chosen.items())
    english = await seen(client, "/", headers={"Accept-Language": "pl", "Cookie": cookies})
    assert '<html lang="en" data-theme="dark">' in english


async def test_no_page_leads_to_somebody_elses_host(client: aiohttp.ClientSession) -> None:
    there = URL(f"{client._base_url}/").with_path("//evil.example/", encoded=True)
    asking: dict[str, Any] = {"headers": bearer(READER), "allow_redirects": False}
    async with aiohttp.ClientSession() as stranger:
        async with stranger.get(there.with_query(lang="pl"), **asking) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == "/evil.example/"
        async with stranger.get(there, **asking) as answer:
            assert answer.status == 404
            assert not re.search(r'(href|action)="//', await answer.text())


async def test_what_is_ours_is_kept_by_browsers_as_long_as_it_lasts(client: aiohttp.ClientSession) -> None:
    page = await seen(client, "/")
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        async with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Vary"] == "Accept-Encoding"
            tag = answer.headers["ETag"]
        async with client.get(address.partition("?")[0], headers={"If-None-Match": tag}) as again:
            assert again.status == 304
            assert "immutable" not in again.headers["Cache-Control"]
    await seen(client, "/static/../pages.py", 404)
    await seen(client, "/static/secret", 404)


async def test_pages_are_kept_by_nobody_and_run_nothing_of_strangers(client: aiohttp.ClientSession) -> None:
    async with client.get("/", headers=bearer(READER)) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert not re.search(r"<script(?! src=\"/static/)|<style| style=| on\w+=", page)


@pytest.mark.parametrize(("lang", "title"), [("pl", "Nie ma takiej strony"), ("en", "There is no such page")])
async def test_what_is_not_there_has_a_page_too(client: aiohttp.ClientSession, lang: str, title: str) -> None:
    for path in ("/incidents/nothing", "/brands/nothing", "/nothing", "/incidents/nothing/statement"):
        assert title in await seen(client, path, 404, headers={"Accept-Language": lang, "Accept": "text/html"})


async def test_who_may_not_is_told_so(client: aiohttp.ClientSession, kept: list[Action]) -> None:
    assert (await sent(client, "ack", bearer(READER)))[0] == 403
    assert (await sent(client, "reopen", bearer(OLA)))[0] == 403
    assert not kept
    async with client.get(f"/incidents/{ID}", headers={"Accept": "text/html", "Accept-Language": "pl"}) as answer:
        assert answer.status == 401
        page = await answer.text()
        assert "Token dostępu" in page
        assert f'value="/incidents/{ID}"' in page


async def test_each_form_becomes_one_action(client: aiohttp.ClientSession, kept: list[Action]) -> None:
    ola, boss = bearer(OLA), bearer(BOSS)
    assert await sent(client, "ack", ola, id="a" * 32) == (303, f"/incidents/{ID}#next")
    assert (await sent(client, "ack", ola, id="a" * 32))[0] == 303  # a second tap
    await sent(client, "note", ola, text="Glass\r\nin one batch", assessment="1", link="")
    await sent(client, "note", ola, text="The lab is asked", link=" https://x.example/1 ")
    assert (await sent(client, "step", ola, step="admit", status="not needed", owner="", text="")) == (
        303,
        f"/incidents/{ID}#step-admit",
    )
    await sent(client, "stated", ola, text="", link="", next_minutes="60")
    await sent(client, "close", ola, text="", how="false_alarm")
    await sent(client, "close", ola, text="A film of that name", how="reviewed")
    await sent(client, "reopen", boss, text="")
    told = [(one.kind, one.text, one.link, one.status, one.next_minutes, one.false_alarm, one.by) for one in kept]
    assert told == [
        ("acknowledged", "", None, None, None, False, "ola"),
        ("assessed", "Glass\nin one batch", None, None, None, False, "ola"),
        ("noted", "The lab is asked", "https://x.example/1", None, None, False, "ola"),
        ("step", "", None, "not needed", None, False, "ola"),
        ("stated", "", None, None, 60.0, False, "ola"),
        ("resolved", "", None, None, None, True, "ola"),
        ("reviewed", "A film of that name", None, None, None, False, "ola"),
        ("reopened", "", None, None, None, False, "boss"),
    ]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("note", {"text": " "}, "Please fill this in"),
        ("note", {"text": "x" * 10_001}, "At most 10,000 characters"),
        ("note", {"text": "x", "link": "javascript:alert(1)"}, "A link begins with http"),
        ("step", {"step": "dance", "status": "done"}, "kept"),
        ("step", {"step": "admit", "status": "maybe"}, "Please choose one"),
        ("stated", {"next_minutes": "1e9"}, "A number of minutes from 1 to 10,080"),
        ("close", {"how": "explode"}, "Please choose one"),
        ("close", {"how": "reviewed"}, "kept"),
        ("merge", {"into": "nothing"}, "No other incident is called that"),
        ("merge", {"into": ID}, "kept"),
    ],
)
async def test_what_cannot_be_kept_is_said_beside_the_field(
    client: aiohttp.ClientSession, kept: list[Action], path: str, fields: dict[str, str], said: str
) -> None:
    status, page = await sent(client, path, bearer(BOSS) | {"Accept-Language": "en"}, **fields)
    assert status == 422
    assert said in page
    assert not kept


async def test_incidents_are_merged_and_taken_apart(
    client: aiohttp.ClientSession, board: Board, kept: list[Action]
) -> None:
    other = crisis(brand="zorzanka")
    board.see(other)
    assert other.subject in await seen(client, f"/incidents/{ID}", headers=bearer(BOSS))
    assert (await sent(client, "merge", bearer(BOSS), into=other.subject))[0] == 303
    assert f'href="/incidents/{other.subject}"' in await seen(client, f"/incidents/{ID}")
    assert f'href="/incidents/{ID}"' in await seen(client, f"/incidents/{other.subject}")
    await sent(client, "apart", bearer(BOSS))
    assert board.incidents.known[ID].into is None
    assert [action.kind for action in kept] == ["merged", "split"]


async def test_blindness_comes_first(client: aiohttp.ClientSession, board: Board) -> None:
    board.see(silence())
    board.blind = Blind("away")
    page = await seen(client, "/", headers={"Accept-Language": "en"})
    assert page.index("larum may not see") < page.index("<h1>")
    assert "Kafka does not answer." in page
    assert "larum hears all its sources" not in page


@pytest.mark.parametrize("why", get_args(Why))
async def test_why_nothing_is_seen_is_told_in_the_language_of_the_page(
    client: aiohttp.ClientSession, board: Board, why: Why
) -> None:
    board.blind = Blind(why, board.clock())
    page = await seen(client, "/", headers={"Accept-Language": "pl"})
    assert str(board.blind) not in page
    told = catalogue("pl", Texts.package)[f"sight.blind_{why}"]
    assert isinstance(told, str)
    assert all(part in page for part in told.split("{since}"))


async def test_an_old_incident_is_drawn_from_what_was_kept(client: aiohttp.ClientSession, shelf: Shelf) -> None:
    page = await soon(client, f"/incidents/{ID}", "<svg")
    assert page.count("<svg") == 2
    assert shelf.asked == 1
    assert "<svg" in await seen(client, f"/incidents/{ID}")
    assert shelf.asked == 1  # it is kept


def test_the_alarm_is_when_somebody_was_woken_and_not_the_notice_before_it() -> None:
    t = Texts("en", ZoneInfo("UTC"), FRIDAY + 7_200.0)
    later = msgspec.structs.replace(crisis("raised", 1, "warning"), time=rfc3339(FRIDAY + 5_400))
    [incident] = told([crisis("opened", 0, "notice"), later], []).known.values()
    [alarm] = [entry.at for entry in log_of(incident, {}, {}, t) if entry.what == t("log.opened")]
    assert alarm == incident.opened_at == FRIDAY + 5_400


def test_the_log_tells_that_it_rises_again() -> None:
    t = Texts("en", ZoneInfo("UTC"), FRIDAY + 7_200.0)
    again = crisis("raised", 1)
    again = msgspec.structs.replace(again, data=msgspec.structs.replace(again.data, wave=2))
    for events, times in (([crisis()], []), ([crisis(), again], [epoch(again.time)])):
        [incident] = told(events, []).known.values()
        assert [entry.at for entry in log_of(incident, {}, {}, t) if entry.what == "larum: it rises again"] == times


async def test_a_surge_without_anger_recovers_by_all_its_voices_as_in_the_report(
    client: aiohttp.ClientSession, shelf: Shelf, board: Board
) -> None:
    calm = msgspec.structs.replace(crisis("raised", 1).data, kinds=["volume"])
    board.see(msgspec.structs.replace(crisis("raised", 1), data=calm))
    shelf.half_life, shelf.angry = 12.0, False
    await soon(client, f"/incidents/{ID}", "ordinary halves in about")


@pytest.mark.parametrize(("hours", "told"), [(6.0, "ordinary halves in about"), (1e9, "does not go down yet")])
async def test_whether_it_goes_down_again_is_told(
    client: aiohttp.ClientSession, shelf: Shelf, hours: float, told: str
) -> None:
    shelf.half_life = hours
    assert told in await soon(client, f"/incidents/{ID}", told)


async def test_an_incident_is_held_beside_the_ones_before_it(client: aiohttp.ClientSession, board: Board) -> None:
    last = crisis(onset=FRIDAY + 90_000)
    assert "before it" not in await seen(client, f"/incidents/{last.subject}", 404)
    quiet = {"1h": 20}
    for number in range(4):
        event = crisis(onset=FRIDAY + 600 * (number + 1))
        data = event.data if number == 0 else msgspec.structs.replace(event.data, mentions=quiet)
        board.see(msgspec.structs.replace(event, data=data))
    board.see(msgspec.structs.replace(last, time="2026-01-03T17:00:00Z"))
    assert "Louder than 3 of the 5 incidents" in await seen(client, f"/incidents/{last.subject}")


async def test_the_report_stands_alone(client: aiohttp.ClientSession) -> None:
    async with client.get(f"/incidents/{ID}/report", headers=bearer(READER)) as answer:
        assert answer.status == 200
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "<style>" in await answer.text()


async def test_drafts_are_of_any_kind_language_and_length(client: aiohttp.ClientSession) -> None:
    asked = f"/incidents/{ID}/statement?kind=data_leak&in=pl&form=long&word=first"
    polish = await seen(client, asked, headers={"Accept-Language": "en"})
    assert '<html lang="en">' in polish
    assert 'lang="pl" id="draft-text"' in polish
    assert "<mark>[" in polish
    assert await seen(client, f"/incidents/{ID}/statement?kind=%00&word=x")  # what there is not is passed over


async def test_a_thousand_brands_and_ten_thousand_incidents_are_no_matter(kept: list[Action]) -> None:
    names = [f"brand-{number}" for number in range(1_000)]
    board = Board(Settings(brands=tuple(Brand(id=name, name=f"Marka {name}") for name in names)))
    now = int(time.time()) // 60 * 60
    for name in names:
        for quarter in range(96, 0, -1):
            board.count(name, now - 900 * quarter, 3.0 + math.sin(quarter), 3.0, 60)
    for number in range(10_000):
        event = crisis(brand=names[number % 1_000], onset=FRIDAY + 60 * number)
        board.see(event)
        at = FRIDAY + 60.0 * number + 900
        if number < 9_990:
            board.do(Action(id=f"{number}", incident=event.subject, kind="resolved", at=at, by="ola"))
    async with serving(entrance(Memory()), pages.install, board=board) as client:
        await seen(client, "/")  # templates are read and compiled once
        for path in ("/", "/?page=7", "/incidents", "/incidents?state=closed&page=150&q=marka", "/brands/brand-7"):
            began = time.perf_counter()
            page = await seen(client, path)
            assert time.perf_counter() - began < QUICK_SECONDS, path
            assert len(page) < 600_000
