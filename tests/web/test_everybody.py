"""The pages for everybody: small screens, both languages and themes, keyboard alone, screen readers, no scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.streams.notify.made import crisis
from tests.streams.samples import silence
from tests.streams.web.entering import BOSS
from tests.web.browser import Browser, axe, browser
from tests.web.site import INCIDENT, Site, did, recent, site

PAGES = (
    "/",
    "/incidents",
    f"/incidents/{INCIDENT}",
    f"/incidents/{INCIDENT}/statement",
    "/brands/northquill",
    "/nothing",
    "/login",
)
WRONG = """
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations.map(
        (one) => `${one.id}: ` + one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join())));
"""
SMALL = """
    const pressed = "a, button, summary, input:not([type=hidden]):not([type=radio]), select, textarea";
    return [...document.querySelectorAll(pressed)]
        .filter((one) => one.getClientRects().length && !one.closest(".unseen, p, h1, h2"))
        .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; })
        .map((one) => one.outerHTML.slice(0, 120));
"""


@pytest.fixture(scope="module")
def busy() -> Iterator[Site]:
    """A site that shows everything there is: a step taken, a word given, counts, a silent source."""
    with site(recent(crisis()), silence()) as served:
        now = time.time()
        step: dict[str, Any] = {"step": "admit", "status": "done", "text": "It was us", "link": "https://x.example/1"}
        actions = (
            did(1, "acknowledged", 300),
            did(2, "step", 200, **step),
            did(3, "stated", 100, text="We look into it", next_minutes=60.0),
        )

        def fill() -> None:
            for action in actions:
                served.board.do(action)
            for minute in range(1_440, 0, -1):
                bucket = int(now) // 60 * 60 - 60 * minute
                served.board.count("northquill", bucket, 2.0 + 20.0 * (minute < 16), 2.0, 60)

        served.call(fill)
        yield served


@pytest.fixture(scope="module")
def entered(window: Browser, busy: Site) -> Browser:
    window.enter(busy.address, BOSS)
    return window


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_small_phone_and_nothing_on_it_is_too_small_to_tap(
    entered: Browser, busy: Site, path: str
) -> None:
    entered.size(320)
    for lang in ("pl", "en"):
        entered.get(busy.address + path, lang=lang)
        entered.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert entered.run("return document.documentElement.scrollWidth") <= 320
        assert entered.run(SMALL) == []
        assert entered.run("return document.documentElement.lang") == lang


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_both_themes_and_widths(entered: Browser, busy: Site, path: str) -> None:
    source = axe()
    for width, theme, lang in ((320, "dark", "pl"), (1280, "light", "en"), (320, "light", "en"), (1280, "dark", "pl")):
        entered.size(width)
        entered.get(busy.address + path, theme=theme, lang=lang)
        entered.run("for (const one of document.querySelectorAll('details')) one.open = true")
        entered.run(source)
        assert entered.driver.execute_async_script(WRONG) == []
    assert not entered.complaints()


def test_headings_stand_in_order(entered: Browser, busy: Site) -> None:
    for path in PAGES:
        entered.get(busy.address + path)
        levels = [int(heading.tag_name[1]) for heading in entered.every("h1, h2, h3, h4") if heading.tag_name]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_twice_as_large_letters_need_no_scrolling_sideways(entered: Browser, busy: Site) -> None:
    entered.size(1280, 800)
    for path in PAGES:
        entered.get(busy.address + path)
        entered.run("document.documentElement.style.fontSize = '32px'")
        assert entered.run("return document.documentElement.scrollWidth") <= 1280


def test_larum_says_first_and_loudly_what_it_does_not_hear(entered: Browser, busy: Site) -> None:
    entered.size(320)
    entered.get(busy.address + "/", lang="pl")
    warning = entered.one("#sight .warn")
    assert warning.rect["y"] < entered.one("h1").rect["y"]
    assert "1 źródło milczy" in warning.text
    assert "mastodon" in warning.text


def test_theme_and_language_are_remembered_and_left_to_the_device_again(entered: Browser, busy: Site) -> None:
    colour = "return getComputedStyle(document.body).backgroundColor"
    for scheme in ("light", "dark"):
        entered.prefer("prefers-color-scheme", scheme)
        entered.get(busy.address, theme="auto")
        seen = entered.run(colour)
        entered.get(busy.address, theme=scheme)
        entered.get(f"{busy.address}/incidents", lang="pl")
        assert entered.run(colour) == seen
        assert entered.run("return document.documentElement.dataset.theme") == scheme
        assert "Incydenty" in entered.text("h1")
        assert "theme" not in entered.driver.current_url
    entered.prefer()


def test_nothing_moves_for_who_wants_it_still(entered: Browser, busy: Site) -> None:
    entered.prefer("prefers-reduced-motion", "reduce")
    entered.get(f"{busy.address}/incidents/{INCIDENT}")
    entered.run("document.querySelector('#what').classList.add('fresh')")
    assert entered.run("return getComputedStyle(document.querySelector('#what')).animationName") == "none"
    entered.prefer()


def test_by_keyboard_alone(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    window.press(Keys.TAB)
    assert window.run("return document.activeElement.textContent") == "To the content"
    assert window.run("return document.activeElement.getBoundingClientRect().height") >= 24  # it is seen now
    window.press(Keys.ENTER)
    window.press(Keys.TAB, Keys.TAB)  # past the brand
    assert window.run("return document.activeElement.textContent") == "I'm on it"
    assert window.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    window.press(Keys.ENTER)
    window.wait(lambda: place.kept)
    window.wait(lambda: window.every("#assess-text"))
    window.one("#step-repair summary").send_keys(Keys.ENTER)
    assert window.one("#step-repair-more").get_attribute("open")
    window.press(Keys.TAB, Keys.ARROW_RIGHT, Keys.TAB)  # from done to planned, and on to the owner
    assert window.run("return document.activeElement.id") == "step-repair-owner"
    window.press(Keys.ENTER)
    window.wait(lambda: len(place.kept) == 2)
    assert (place.kept[1].step, place.kept[1].status) == ("repair", "planned")


def test_without_scripts(place: Site) -> None:
    with browser(script=False) as plain:
        plain.size(320)
        plain.enter(place.address)
        plain.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
        assert "in " in plain.text("#next .due") or "late" in plain.text("#next .due")
        plain.go("#next button.main")
        plain.one("#step-admit summary").click()
        plain.one("#step-admit-text").send_keys("It was us")
        plain.go("#step-admit form button")
        assert "It was us" in plain.text("#step-admit")
        assert [action.kind for action in place.kept] == ["acknowledged", "step"]
        assert "Load anew" in plain.text("footer")
        plain.get(place.address)
        assert plain.every("meta[http-equiv=refresh]")
