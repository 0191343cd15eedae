"""Who has come in once comes in by links from elsewhere too, and no page from elsewhere acts in their name."""

from __future__ import annotations

from urllib.parse import quote

from streams.response.sight import Blind
from tests.web.browser import Browser
from tests.web.site import INCIDENT, Site


def elsewhere(browser: Browser, html: str) -> None:
    """Be on a page of somebody else's: its origin is nobody's."""
    browser.driver.get(f"data:text/html,{quote(html)}")


def test_a_link_from_a_chat_leads_to_the_incident_and_not_to_the_login(window: Browser, place: Site) -> None:
    window.enter(place.address)
    target = f"{place.address}/incidents/{INCIDENT}"
    elsewhere(window, f"<a href='{target}'>crisis</a>")
    window.one("a").click()
    window.wait(lambda: window.every("form[action$='/ack']"))
    assert window.driver.current_url == target


def test_who_never_came_in_is_asked_there_and_led_on(window: Browser, place: Site) -> None:
    window.driver.get(f"{place.address}/login")
    window.driver.delete_all_cookies()
    target = f"{place.address}/incidents/{INCIDENT}"
    elsewhere(window, f"<a href='{target}'>crisis</a>")
    window.one("a").click()
    window.wait(lambda: window.every("#token"))
    assert window.driver.current_url == target
    assert window.one("input[name=next]").get_attribute("value") == f"/incidents/{INCIDENT}"


def test_a_form_elsewhere_does_nothing_in_the_name_of_who_came_in(window: Browser, place: Site) -> None:
    window.enter(place.address)
    cookie = window.driver.get_cookies()[0]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    action = f"{place.address}/incidents/{INCIDENT}/ack"
    elsewhere(window, f"<form method=post action='{action}'><button>win</button></form>")
    window.one("button").click()
    window.wait(lambda: window.driver.current_url == action)
    assert place.kept == []


def test_what_somebody_types_while_the_session_ends_stays(window: Browser, place: Site) -> None:
    window.enter(place.address)
    window.driver.get(f"{place.address}/incidents/{INCIDENT}")
    window.one("#note-text").send_keys("the lab calls at eight")
    window.driver.delete_all_cookies()
    place.call(lambda: place.board.sees(Blind("away")))
    window.wait(lambda: window.one("#lost").is_displayed())
    assert window.one("#note-text").get_attribute("value") == "the lab calls at eight"
    window.go("#note button")
    assert window.text("#unkept .draft") == "the lab calls at eight"
