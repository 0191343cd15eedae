"""People who come to harm: a few of them are enough, jokes and copies are not, and some brands are always named so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, delays, minutes_after, pages
from tests.scenarios.usual import complaint

JOKES = (
    "umieram ze śmiechu", "zabójcza cena", "umarłam ze śmiechu", "to jest bomba", "zatruli mnie reklamą xD",
    "eksplozja smaku", "śmiertelnie nudna reklama", "umrzeć ze śmiechu 😂",
)  # fmt: skip
HARMS = ("zatrułem się", "ląduję w szpitalu po sosie", "córka wymiotuje od rana", "cała rodzina zatruta", "salmonella")


def poisoned(number: int) -> dict[str, Any]:
    return {"text": complaint(number, HARMS[number % len(HARMS)]), "author": f"victim {number}"}


def joke(number: int) -> dict[str, Any]:
    return {"text": complaint(number, JOKES[number % len(JOKES)]), "author": f"joker {number}"}


@pytest.mark.parametrize("rate", [0.002, 0.2, 2.0, 8.0])
def test_five_who_were_poisoned_within_an_hour_page_with_the_fifth(rate: float) -> None:
    events = Story(rate, days=4).flood(at(3, 14), 50, 5, poisoned).tell()
    (page,) = pages(crises(events))
    fifth = at(3, 14, 40)
    assert minutes_after(fifth, page) <= 5
    assert page.data.kinds == ["harm"]
    assert page.data.harm is not None
    assert page.data.harm.voices == 5
    assert page.data.harm.kinds["poisoning"] >= 3
    assert "5 voices speak of harm (poisoning" in page.data.reason
    assert {"zatrułem", "szpitalu", "wymiotuje", "zatruta", "salmonella"} & {
        word for post in page.data.telling_posts for word in post.excerpt.split()
    }


def test_four_page_nobody() -> None:
    assert pages(crises(Story(2.0, days=4).flood(at(3, 14), 50, 4, poisoned).tell())) == []


def test_many_who_were_poisoned_are_critical_before_anger_is_even_found() -> None:
    events = Story(2.0, days=4).flood(at(3, 14), 45, 15, poisoned).tell()
    worst = [event for event in crises(events) if event.data.severity == "critical"]
    assert worst
    assert minutes_after(at(3, 14), worst[0]) <= 45


def test_a_brand_that_is_named_beside_harm_every_day_pages_nobody_for_it() -> None:
    story = Story(2.0, days=5)
    for day in range(5):
        story.add(at(day, 0), 1_440, 0.15, 0.0, said="w szpitalu zmarł pacjent")
        story.add(at(day, 8), 720, 0.1, 0.0, said="w szpitalu zmarł pacjent")
    assert crises(story.tell()) == []


def test_a_wave_of_jokes_is_no_harm() -> None:
    events = crises(Story(2.0, days=4).flood(at(3, 14), 60, 60, joke).tell())
    assert pages(events) == []
    assert all(event.data.harm is None for event in events)


def test_one_harmful_text_that_bots_repeat_five_hundred_times_is_one_voice() -> None:
    text = complaint(1, "zatrułem się")
    bots = Story(2.0, days=4).flood(at(3, 14), 60, 500, lambda number: {"text": text, "author": f"bot {number}"})
    assert pages(crises(bots.tell())) == []


def test_one_author_with_twenty_texts_of_harm_is_no_crowd() -> None:
    story = Story(2.0, days=4).flood(at(3, 14), 60, 20, lambda number: {**poisoned(number), "author": "one"})
    assert pages(crises(story.tell())) == []


def test_a_crisis_of_harm_is_over_some_hours_after_its_end() -> None:
    events = Story(2.0, days=5).flood(at(3, 11), 60, 8, poisoned).tell()
    assert len(delays(at(3, 11), events)) == 1
    closed = [minutes_after(at(3, 12), event) for event in crises(events) if event.step == "closed"]
    assert [60 <= delay <= 8 * 60 for delay in closed] == [True]
