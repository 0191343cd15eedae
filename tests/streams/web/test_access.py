"""Nobody comes in without a token or a session of one, nobody does more than their role, and it is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from multidict import CIMultiDict

from streams.core.settings import Kafka
from streams.topics import plan
from streams.web.access import Access, Rates, csrf_of, person_of
from streams.web.audit import MOST_A_WINDOW, WINDOW_SECONDS
from streams.web.limits import Rate
from streams.web.login import Login
from streams.web.people import NobodyError, people
from streams.web.sessions import SESSION_SECONDS, Sessions
from tests.streams.web.entering import BOSS, OLA, READER, TOKENS, WIDE, Memory, bearer, entrance, everybody, serving

HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
LINK = "the-link-that-the-process-made"


async def told(request: web.Request) -> web.Response:
    return web.json_response([person_of(request).name, csrf_of(request)])


def some(app: web.Application) -> None:
    app.router.add_get("/api/v1/incidents", told)
    app.router.add_get("/api/v1/audit", told)
    app.router.add_get("/incidents", told)
    app.router.add_post("/incidents/{id}/ack", told)
    app.router.add_post("/incidents/{id}/reopen", told)
    app.router.add_get("/forgotten", told)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
async def site(memory: Memory) -> AsyncIterator[aiohttp.ClientSession]:
    access = entrance(memory, link=LINK)
    async with serving(access, Login(access).install, some) as client:
        yield client


async def log_in(site: aiohttp.ClientSession, token: str, **headers: str) -> tuple[int, dict[str, str]]:
    data = {"token": token, "next": "/incidents"}
    async with site.post("/login", data=data, headers=FORM | headers, allow_redirects=False) as answer:
        return answer.status, {"Cookie": answer.headers.get("Set-Cookie", "").partition(";")[0]}


async def csrf(site: aiohttp.ClientSession, cookie: dict[str, str]) -> str:
    async with site.get("/api/v1/incidents", headers=cookie) as answer:
        return str((await answer.json())[1])


async def status(site: aiohttp.ClientSession, method: str, path: str, headers: dict[str, str], **data: str) -> int:
    async with site.request(method, path, headers=headers, data=data or None, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Authorization": "Bearer"}, {"Authorization": "Bearer 0123456789abcdef"},
        {"Authorization": "Basic b2xhOg=="},
        {"Authorization": f"Bearer {TOKENS['ola'][:-1]}"}, {"Authorization": f"Bearer {TOKENS['ola']}x"},
        {"Authorization": "Bearer zażółć-gęślą-jaźń"}, {"Cookie": "larum=1.b2xh.99999999999.x.y"},
    ],
)  # fmt: skip
async def test_who_shows_no_known_token_is_told_to(site: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    async with site.get("/api/v1/incidents", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="larum"'
    async with site.get("/incidents?state=open", headers=headers | HTML) as page:
        assert (page.status, page.content_type) == (401, "text/html")
        assert "name=next value='/incidents?state=open'" in await page.text()


async def test_metrics_and_health_are_as_they_were(site: aiohttp.ClientSession) -> None:
    assert [await status(site, "GET", path, {}) for path in ("/metrics", "/healthz")] == [200, 200]


async def test_a_token_opens_what_its_role_may(site: aiohttp.ClientSession, memory: Memory) -> None:
    asked = [("GET", "/api/v1/incidents"), ("POST", "/incidents/x/ack"), ("POST", "/incidents/x/reopen")]
    asked += [("HEAD", "/api/v1/audit"), ("GET", "/forgotten")]
    found = {
        person.name: [await status(site, method, path, bearer(person)) for method, path in asked]
        for person in (READER, OLA, BOSS)
    }
    assert found == {
        "reader": [200, 403, 403, 403, 403],
        "ola": [200, 200, 403, 403, 403],
        "boss": [200, 200, 200, 200, 403],  # a route that nobody spoke of is open to nobody
    }
    refused = {(entry.who, entry.detail) for entry in memory.entries}
    assert ("reader", "403 POST /incidents/{id}/ack") in refused
    assert ("boss", "403 GET /forgotten") in refused


async def test_a_login_gives_a_strict_cookie_and_leads_on(site: aiohttp.ClientSession, memory: Memory) -> None:
    data = {"token": f" {TOKENS['ola']}\n", "next": "/incidents?state=open"}
    async with site.post("/login", data=data, headers=FORM, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/incidents?state=open")
        cookie = answer.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"))
        assert answer.headers["Cache-Control"] == "no-store"
    headers = {"Cookie": cookie.partition(";")[0]}
    async with site.get("/incidents", headers=headers) as page:
        assert (await page.json())[0] == "ola"
    assert [(entry.what, entry.outcome, entry.who, entry.address) for entry in memory.entries] == [
        ("login", "allowed", "ola", "127.0.0.1")
    ]
    assert TOKENS["ola"] not in str(memory.entries)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "/login", ""])
async def test_a_login_leads_nowhere_else(site: aiohttp.ClientSession, back: str) -> None:
    data = {"token": TOKENS["ola"], "next": back}
    async with site.post("/login", data=data, headers=FORM, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_behind_tls_no_other_host_can_set_the_cookie(memory: Memory) -> None:
    access = entrance(memory, address="https://larum.example.org")
    async with serving(access, Login(access).install, some) as site:
        data = {"token": TOKENS["ola"]}
        headers = {"Origin": "https://larum.example.org"}
        async with site.post("/login", data=data, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Set-Cookie"].startswith("__Host-larum=")
            assert "Secure" in answer.headers["Set-Cookie"]
            assert "Domain" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("headers", "right"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://a.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
async def test_no_page_of_somebody_else_acts_by_our_cookie(
    site: aiohttp.ClientSession, headers: dict[str, str], right: bool
) -> None:
    _, cookie = await log_in(site, TOKENS["ola"])
    token = await csrf(site, cookie)
    expected = 200 if right else 403
    assert await status(site, "POST", "/incidents/x/ack", cookie | headers, csrf=token) == expected
    assert (await log_in(site, TOKENS["ola"], **{"Sec-Fetch-Site": "", **headers}))[0] == (303 if right else 403)


async def test_a_form_belongs_to_one_session(site: aiohttp.ClientSession) -> None:
    (_, ola), (_, again), (_, boss) = [await log_in(site, TOKENS[name]) for name in ("ola", "ola", "boss")]
    token = await csrf(site, ola)
    same = {"Sec-Fetch-Site": "same-origin"}
    assert await status(site, "POST", "/incidents/x/ack", ola | same, csrf=token) == 200
    assert await status(site, "POST", "/incidents/x/ack", ola | same | {"X-CSRF-Token": token}) == 200
    for cookie, given in ((again, token), (boss, token), (ola, token[:-1]), (ola, ""), (ola, "ż")):
        assert await status(site, "POST", "/incidents/x/ack", cookie | same, csrf=given) == 403
    assert await status(site, "POST", "/incidents/x/ack", bearer(OLA)) == 200  # no browser sends a token by itself


async def test_the_link_of_the_start_lets_in_and_leaves_the_address_bar(site: aiohttp.ClientSession) -> None:
    async with site.get(f"/login?token={LINK}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert "HttpOnly" in answer.headers["Set-Cookie"]
    for token in (TOKENS["boss"], "wrong"):  # a token of the configuration never stands in an address
        assert await status(site, "GET", f"/login?token={token}", HTML) == 401


async def test_who_follows_a_link_from_a_chat_is_not_asked_again(site: aiohttp.ClientSession) -> None:
    # A strict cookie does not come with a link from elsewhere; a page of our own that loads itself again gets it.
    async with site.get("/incidents?a=1&b='", headers=HTML | {"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 200
        assert "content='0;url=/incidents?a=1&amp;b=" in await answer.text()
    assert await status(site, "GET", "/incidents", HTML) == 401


async def test_logging_out_takes_the_cookie_away(site: aiohttp.ClientSession) -> None:
    _, cookie = await log_in(site, TOKENS["ola"])
    token = await csrf(site, cookie)
    headers = cookie | {"Sec-Fetch-Site": "same-origin"}
    async with site.post("/logout", headers=headers, data={"csrf": token}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/login")
        assert "Max-Age=0" in answer.headers["Set-Cookie"]


async def test_a_session_ends_with_its_time_and_with_its_token() -> None:
    now = [1_767_369_600.0]
    sessions = Sessions(everybody(), lambda: now[0])
    cookie = sessions.begin(OLA)
    found = sessions.find(cookie)
    assert found
    assert found.person == OLA
    now[0] += SESSION_SECONDS - 1
    assert sessions.find(cookie) == found
    now[0] += 1
    assert sessions.find(cookie) is None


async def test_guesses_are_slowed_down_and_told(memory: Memory) -> None:
    rates = Rates(address=WIDE, person=WIDE, guess=Rate(3, 60.0), guesses=WIDE)
    access = entrance(memory, rates=rates, proxies=("127.0.0.0/8",))
    async with serving(access, Login(access).install, some) as site:
        here, there = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "198.51.100.9, 192.0.2.2"}
        assert [(await log_in(site, "wrong", **here))[0] for _ in range(4)] == [401, 401, 401, 429]
        assert (await log_in(site, TOKENS["ola"], **here))[0] == 429  # else a guess would show by its answer
        async with site.get("/api/v1/incidents", headers=bearer(OLA) | here) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        assert (await log_in(site, TOKENS["ola"], **there))[0] == 303
    told = [(entry.address, entry.detail, entry.count) for entry in memory.entries if entry.what == "refusal"]
    assert told == [
        ("192.0.2.1", "401 POST /login", 1),
        ("192.0.2.1", "429 POST /login", 1),
        ("192.0.2.1", "429 GET /api/v1/incidents", 1),
        ("192.0.2.1", "401 POST /login", 2),  # what was counted is told at the end
        ("192.0.2.1", "429 POST /login", 1),
    ]


async def test_guesses_from_everywhere_keep_out_strangers_only(memory: Memory) -> None:
    access = entrance(memory, rates=Rates(WIDE, WIDE, WIDE, Rate(5, 3_600.0)), proxies=("127.0.0.0/8",))
    async with serving(access, Login(access).install, some) as site:
        home = {"X-Forwarded-For": "192.0.2.1"}
        assert (await log_in(site, TOKENS["ola"], **home))[0] == 303
        found = [(await log_in(site, "wrong", **{"X-Forwarded-For": f"198.51.100.{n}"}))[0] for n in range(6)]
        assert found == [401] * 5 + [429]
        assert (await log_in(site, TOKENS["ola"], **home))[0] == 303
        assert (await log_in(site, TOKENS["ola"], **{"X-Forwarded-For": "203.0.113.5"}))[0] == 429


async def test_nobody_says_where_they_come_from_but_a_proxy_of_ours(memory: Memory) -> None:
    access = entrance(memory)
    async with serving(access, some) as site:
        assert await status(site, "GET", "/api/v1/incidents", {"X-Forwarded-For": "192.0.2.1"}) == 401
    assert memory.entries[0].address == "127.0.0.1"


async def test_rates_are_kept_by_address_and_by_person_and_told(memory: Memory) -> None:
    access = entrance(memory, rates=Rates(Rate(5, 10.0), Rate(3, 5.0), WIDE, WIDE), proxies=("127.0.0.0/8",))
    async with serving(access, some) as site:
        found: list[tuple[int, CIMultiDict[str]]] = []
        for number in range(4):
            headers = bearer(OLA) | {"X-Forwarded-For": f"192.0.2.{number}"}
            async with site.get("/api/v1/incidents", headers=headers) as answer:
                found.append((answer.status, answer.headers.copy()))
        assert [number for number, _ in found] == [200, 200, 200, 429]
        assert found[0][1]["RateLimit-Policy"] == '"larum";q=3;w=15'
        assert found[0][1]["RateLimit"] == '"larum";r=2;t=5'
        assert (found[3][1]["RateLimit"], found[3][1]["Retry-After"]) == ('"larum";r=0;t=15', "5")
        where = {"X-Forwarded-For": "192.0.2.99"}
        assert [await status(site, "GET", "/nothing", where) for _ in range(6)] == [404] * 5 + [429]


async def test_nobody_logs_in_who_cannot_be_written_down(site: aiohttp.ClientSession, memory: Memory) -> None:
    memory.full = True
    assert await log_in(site, TOKENS["ola"]) == (503, {"Cookie": ""})
    assert (await log_in(site, "wrong"))[0] == 401  # and who is refused stays so


def test_without_tokens_only_this_machine_comes_in() -> None:
    alone = people((), "127.0.0.1", "ola")
    assert alone.link
    assert alone.by_token(alone.link) == alone.by_link(alone.link)
    with pytest.raises(NobodyError, match=r"0\.0\.0\.0: add a \[\[tokens\]\] table"):
        people((), "0.0.0.0", "ola")


def test_the_cookies_of_two_processes_on_one_machine_keep_apart(memory: Memory) -> None:
    assert (
        Access(everybody("one"), entrance(memory).audit).cookie
        != Access(everybody("two"), entrance(memory).audit).cookie
    )


def test_what_is_written_of_it_is_so() -> None:
    page = " ".join((Path(__file__).parents[3] / "deploy" / "README.md").read_text(encoding="utf-8").split())
    rates = Rates()
    assert SESSION_SECONDS == 12 * 3_600
    assert "**Sessions** last twelve hours" in page
    assert (rates.guess, rates.guesses) == (Rate(10, 30.0), Rate(200, 1.0))
    assert "ten wrong tokens at once from an address, then one in 30 seconds; 200 at once from everywhere" in page
    for rate, where in ((rates.address, "requests at once from an address"), (rates.person, "in one name")):
        assert f"{rate.burst} {where}, then {1 / rate.seconds:g}" in page
    assert f"told once in {WINDOW_SECONDS / 60:g} minutes and counted, at most {MOST_A_WINDOW} kinds" in page
    (days,) = {float(topic.config["retention.ms"]) / 86_400_000 for topic in plan(Kafka()) if "audit" in topic.name}
    assert f"which keeps {days:g} days" in page
