"""What hostile words come to in a browser: text, and nothing that runs, loads or leads astray."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from streams.core.actions import Action
from streams.core.crises import CrisisEvent, LargestFamily, TellingPost, Term
from streams.core.settings import Brand, Settings
from streams.core.times import rfc3339
from tests.streams.notify.made import crisis
from tests.streams.samples import silence
from tests.web.browser import Browser
from tests.web.site import INCIDENT, Site, did, recent, site

EVIL = "document.title='run'"
RUN = f'<script>{EVIL}</script><img src=x onerror="{EVIL}"><svg onload={EVIL}>'
WORDS = (
    f"{RUN}'\"> {{{{ 7 * 7 }}}} <style>*{{display:none}}</style>"
    "<form action=https://evil.example><base href=//evil.example>"
)
LINKS = (
    f"javascript:{EVIL}", "JaVaScRiPt:alert(1)", "data:text/html,<script>1</script>", "//evil.example/x",
    " https://evil.example", "https://evil.example/a b",
)  # fmt: skip
PAGES = (
    "/", f"/?q={RUN}", "/incidents", f"/incidents?q={RUN}&state={RUN}&page={RUN}", f"/incidents/{INCIDENT}",
    f"/incidents/{INCIDENT}/statement?lang={RUN}&kind=%3Cscript%3E", "/brands/northquill",
)  # fmt: skip
LOADED = "return [...document.querySelectorAll('script, style, base, img, iframe')].map((one) => one.src)"
RUNNING = """
    return [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
        .filter((one) => /^on|^style$/.test(one.name)).map((one) => one.value);
"""
WHERE = "return [...document.querySelectorAll('a[href], form')].map((one) => one.href || one.action)"
NOT_OURS = ("https://good.example/", "https://x.example/")


def event() -> CrisisEvent:
    at, links = rfc3339(time.time()), (*LINKS, "https://good.example/1")
    posts = [TellingPost(f"{n}", f"x{WORDS}", at, f"{n} {WORDS}", 0.9, link) for n, link in enumerate(links)]
    plain = recent(crisis())
    assert plain.data.crowd
    crowd = msgspec.structs.replace(plain.data.crowd, largest_family=LargestFamily(9, WORDS))
    data = msgspec.structs.replace(
        plain.data, terms=[Term(WORDS, 9)], telling_posts=posts, first_posts=posts, crowd=crowd
    )
    return msgspec.structs.replace(plain, data=data)


def actions() -> list[Action]:
    step: dict[str, Any] = {"step": "admit", "status": "done", "owner": f"o{WORDS}"[:200]}
    return [
        did(1, "acknowledged", by=f"x{WORDS}"[:200], text=WORDS),
        did(2, "step", link="https://x.example/'\"><script>", text=WORDS, **step),
        did(3, "noted", link=f'https://x.example/"onclick="{EVIL}', text=WORDS),
    ]


@pytest.fixture(scope="module")
def poisoned() -> Iterator[Site]:
    settings = Settings(brands=(Brand(id="northquill", name=f"North {RUN}"[:100], aliases=(f"x{RUN}"[:100],)),))
    with site(event(), silence("opened", WORDS), settings=settings) as served:

        def fill() -> None:
            for action in actions():
                served.board.do(action)
            for minute in range(60, 0, -1):
                served.board.count("northquill", int(time.time()) // 60 * 60 - 60 * minute, 5.0, 2.0, 60)

        served.call(fill)
        yield served


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_and_everything_is_text(window: Browser, poisoned: Site, path: str) -> None:
    window.enter(poisoned.address)
    window.get(poisoned.address + path)
    time.sleep(0.1)  # for whatever would run
    assert window.driver.title.endswith("– larum")
    assert not window.complaints()  # of the policy, or of anything that was to be loaded
    (script,) = window.run(LOADED)
    assert script.startswith(f"{poisoned.address}/static/live.js")
    assert not window.run(RUNNING)
    assert all(link.startswith((poisoned.address, *NOT_OURS)) for link in window.run(WHERE))


def test_words_of_strangers_are_shown_as_they_are(window: Browser, poisoned: Site) -> None:
    window.enter(poisoned.address)
    window.get(f"{poisoned.address}/incidents/{INCIDENT}")
    for selector in ("#people .posts", "#people .terms", "#told", "#step-admit", "#crowd"):
        assert f"<script>{EVIL}</script>" in window.text(selector), selector
        assert "{{ 7 * 7 }}" in window.text(selector), selector
    links = window.every(".posts a")
    assert {link.get_attribute("href") for link in links} == {"https://good.example/1"}
    for link in [*links, *window.every("#told a"), *window.every("#step-admit a")]:
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert all(post.get_attribute("dir") == "auto" for post in window.every(".posts p"))
