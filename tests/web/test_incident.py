"""One incident in a browser: acknowledged in one tap, step by step, live, and never silent about being blind."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from tests.streams.web.entering import BOSS, READER
from tests.web.browser import Browser
from tests.web.site import INCIDENT, Site, did

SENT_TWICE = """
    const form = document.querySelector("#next form");
    fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
"""


def test_an_incident_is_acknowledged_in_one_tap(window: Browser, place: Site) -> None:
    window.size(320)
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="pl")
    button = window.one("#next button.main")
    assert button.rect["y"] + button.rect["height"] <= 640  # it is seen without scrolling
    window.go("#next button.main")
    assert [(action.kind, action.by) for action in place.kept] == [("acknowledged", "ola")]
    assert "Ktoś się zajmuje" in window.text("#what")
    assert window.one("#next textarea")  # what is to be done next: to assess it


def test_from_the_alarm_to_the_lessons(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    window.go("#next button.main")
    window.one("#assess-text").send_keys("Glass in one batch")
    window.go("#next button.main")
    assert "draft" in window.text("#next a.main").lower()
    window.one("#stated-link").send_keys("https://social.example/1")
    window.go("#stated-more button.main")
    for step in ("apologise", "counteract", "admit", "improve", "repair"):
        window.run("arguments[0].scrollIntoView()", window.one(f"#step-{step}"))
        window.one(f"#step-{step} summary").click()
        if step == "counteract":
            window.one("#step-counteract-owner").clear()
            window.one("#step-counteract-owner").send_keys("quality")
            window.one("#step-counteract-text").send_keys("Batch recalled")
        window.go(f"#step-{step} form button")
    assert "quality: Batch recalled" in window.text("#step-counteract")
    assert "Close" in window.text("#next")
    window.one("#close-text").send_keys("All jars are back")
    window.go("#close button[value=resolved]")
    window.one("#close-reviewed-text").send_keys("Call the lab first")
    window.go("#next button.main")
    assert "reviewed" in window.text("#what")
    kinds = ["acknowledged", "assessed", "stated", *["step"] * 5, "resolved", "reviewed"]
    assert [action.kind for action in place.kept] == kinds
    assert not window.complaints()


def test_a_second_tap_on_a_page_that_is_old_counts_once(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}")
    window.run(SENT_TWICE)
    window.wait(lambda: place.kept)
    window.run("document.querySelector('#next form').submit()")
    window.wait(lambda: "ola" in window.text("#next"))
    assert len(place.kept) == 1


def test_what_somebody_else_does_is_shown_and_told_at_once(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    acknowledged = did(1, "acknowledged")
    place.call(lambda: place.board.do(acknowledged))
    window.wait(lambda: "Being looked into" in window.text("#what"))
    window.wait(lambda: "Being looked into" in window.run("return document.getElementById('news').textContent"))


def test_a_second_window_shows_what_is_done_in_the_first(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    first = window.driver.current_window_handle
    window.driver.switch_to.new_window("tab")
    window.get(place.address)
    assert "Nobody has answered" in window.text("#open")
    second = window.driver.current_window_handle
    window.driver.switch_to.window(first)
    window.go("#next button.main")
    window.driver.switch_to.window(second)
    window.wait(lambda: "Being looked into" in window.text("#open"))
    window.driver.close()
    window.driver.switch_to.window(first)


def test_what_is_being_typed_is_left_alone_and_the_rest_is_news(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}")
    window.one("#step-admit summary").click()
    window.one("#step-admit-text").send_keys("We filled the jars in")
    planned = did(2, "step", step="admit", status="planned")
    place.call(lambda: place.board.do(did(1, "noted", text="The lab is asked")))
    place.call(lambda: place.board.do(planned))
    window.wait(lambda: "The lab is asked" in window.text("#told"))
    assert window.one("#step-admit-text").get_attribute("value") == "We filled the jars in"
    window.press(" here", Keys.TAB)
    assert window.one("#step-admit-text").get_attribute("value") == "We filled the jars in here"
    assert not place.kept


def test_a_lost_connection_is_told_at_once_and_what_was_missed_is_shown(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    window.wait(lambda: place.call(lambda: len(place.board._listeners)))
    place.shut()
    window.wait(lambda: "Connection lost since" in window.text("#lost"), 3)
    place.call(lambda: place.board.do(did(1, "noted", text="The lab is asked")))
    place.open()
    window.wait(lambda: not window.one("#lost").is_displayed())
    window.wait(lambda: "The lab is asked" in window.text("#told"))


def test_what_was_typed_stays_beside_what_is_wrong_with_it(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.get(f"{place.address}/incidents/{INCIDENT}", lang="en")
    window.one("#note-text").send_keys("See here")
    window.one("#note-link").send_keys("javascript:alert(1)")
    window.run("document.querySelector('#note').noValidate = true")
    window.go("#note button")
    assert window.text("#note-link-wrong") == "A link begins with http:// or https:// and has no spaces."
    assert window.one("#note-text").get_attribute("value") == "See here"
    assert window.run("return document.activeElement.id") == "note-link"
    assert not place.kept


def test_whoever_may_only_read_has_nothing_to_press(window: Browser, place: Site) -> None:
    window.enter(place.address, READER)
    window.get(f"{place.address}/incidents/{INCIDENT}")
    assert not window.every("main form")
    window.enter(place.address, BOSS)
    window.get(f"{place.address}/incidents/{INCIDENT}")
    assert window.every("main form")
