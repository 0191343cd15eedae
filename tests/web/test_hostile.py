"""What hostile words come to in a browser: text, and nothing that runs, loads or leads astray."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from streams.core.actions import Action
from streams.core.crises import LargestFamily, TellingPost, Term, rfc3339
from streams.core.settings import Brand, Settings
from tests.streams.notify.made import crisis
from tests.streams.samples import silence
from tests.web.browser import Browser
from tests.web.site import INCIDENT, Site, recent, site

RUN = (
    "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\"><svg onload=document.title='run'>"
)
WORDS = f"{RUN}'\"> {{{{ 7 * 7 }}}} <style>*{{display:none}}</style><form action=https://evil.example><base href=//evil.example>"
LINKS = (
    "javascript:document.title='run'",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    "//evil.example/x",
    " https://evil.example",
    "https://evil.example/a b",
)
PAGES = (
    "/",
    "/incidents",
    f"/incidents/{INCIDENT}",
    f"/incidents/{INCIDENT}/statement?lang={RUN}&kind=%3Cscript%3E",
    "/brands/northquill",
    f"/incidents?q={RUN}&state={RUN}&page={RUN}",
    f"/?q={RUN}",
)


@pytest.fixture(scope="module")
def poisoned() -> Iterator[Site]:
    at = rfc3339(time.time())
    posts = [
        TellingPost(f"{number}", f"x{WORDS}", at, f"{number} {WORDS}", 0.9, link)
        for number, link in enumerate((*LINKS, "https://good.example/1"))
    ]
    plain = crisis()
    assert plain.data.crowd
    crowd = msgspec.structs.replace(plain.data.crowd, largest_family=LargestFamily(9, WORDS))
    event = recent(plain)
    event = msgspec.structs.replace(
        event,
        data=msgspec.structs.replace(
            event.data, terms=[Term(WORDS, 9)], telling_posts=posts, first_posts=posts, crowd=crowd
        ),
    )
    settings = Settings(brands=(Brand(id="northquill", name=f"North {RUN}"[:100], aliases=(f"x{RUN}"[:100],)),))
    with site(event, silence("opened", WORDS), settings=settings) as served:
        now = time.time()
        told = {"incident": INCIDENT, "at": now}
        actions = (
            Action(id="1", kind="acknowledged", by=f"x{WORDS}"[:200], text=WORDS, **told),
            Action(
                id="2",
                kind="step",
                by="ula",
                step="admit",
                status="done",
                owner=f"o{WORDS}"[:200],
                text=WORDS,
                link="https://x.example/'\"><script>",
                **told,
            ),
            Action(
                id="3",
                kind="noted",
                by="ula",
                text=WORDS,
                link="https://x.example/\"onclick=\"document.title='run'",
                **told,
            ),
        )
        served.call(lambda: [served.board.do(action) for action in actions])
        served.call(
            lambda: [
                served.board.count("northquill", int(now) // 60 * 60 - 60 * minute, 5.0, 2.0, 60)
                for minute in range(60, 0, -1)
            ]
        )
        yield served


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_and_everything_is_text(window: Browser, poisoned: Site, path: str) -> None:
    window.enter(poisoned.address)
    window.get(poisoned.address + path)
    time.sleep(0.1)  # for whatever would run
    assert window.driver.title.endswith("– larum")
    assert not window.complaints()  # of the policy, or of anything that was to be loaded
    assert window.run(
        "return [...document.querySelectorAll('script, style, base, img, iframe')].map((one) => one.outerHTML)"
    ) == [window.run("return document.querySelector('script').outerHTML")]
    assert not window.run(
        "return [...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((a) => /^on|^style$/.test(a.name))).length"
    )
    where = window.run("return [...document.querySelectorAll('a[href], form')].map((one) => (one.href || one.action))")
    ours = (
        (poisoned.address, "https://good.example/", "https://x.example/", "https://evil.example")
        if "incidents/" in path
        else (poisoned.address,)
    )
    assert all(link.startswith(ours) for link in where)


def test_words_of_strangers_are_shown_as_they_are(window: Browser, poisoned: Site) -> None:
    window.enter(poisoned.address)
    window.get(f"{poisoned.address}/incidents/{INCIDENT}")
    for selector in ("#people .posts", "#people .terms", "#told", "#step-admit", "#crowd"):
        assert "<script>document.title='run'</script>" in window.text(selector), selector
        assert "{{ 7 * 7 }}" in window.text(selector), selector
    links = window.every(".posts a")
    assert {link.get_attribute("href") for link in links} == {"https://good.example/1"}
    for link in [*links, *window.every("#told a"), *window.every("#step-admit a")]:
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert all(post.get_attribute("dir") == "auto" for post in window.every(".posts p"))
