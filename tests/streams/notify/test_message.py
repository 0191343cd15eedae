"""What is told, in both languages."""

from __future__ import annotations

import pytest

from streams.notify.message import message_of
from tests.streams.notify.made import crisis
from tests.streams.samples import silence


def test_a_crisis_is_told_with_its_numbers_beside_what_is_ordinary() -> None:
    message = message_of(crisis(), "en", "Europe/Warsaw", "https://larum.example/{brand}/{crisis}")
    assert message.title == "Critical: northquill – many voices, anger"
    assert message.facts[:3] == [
        "Voices: 120 in 60 min; ordinary: up to 41",
        "Negative voices: 88 in 60 min; ordinary: up to 14",
        "Share of negatives: 73 %; ordinary: up to 31 %",
    ]
    assert message.facts[-1] == "Since: Fri 2026-01-02 16:58 CET; noticed: Fri 2026-01-02 17:06 CET"
    assert message.link == f"https://larum.example/northquill/{crisis().subject}"


def test_polish_has_polish_words_and_the_same_numbers() -> None:
    message = message_of(crisis(), "pl", "Europe/Warsaw")
    assert message.title == "Kryzys: northquill – dużo głosów, gniew"
    assert message.facts[0] == "Głosy: 120 w 60 min; zwykle do 41"
    assert "w ciągu 15 minut" in message.advice


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_each_step_of_crisis_and_silence_has_words(lang: str) -> None:
    for step in ("opened", "raised", "updated", "closed"):
        for one in (crisis(step), silence(step)):
            message = message_of(one, lang)  # type: ignore[arg-type]
            assert message.title, one.type
            assert message.advice, one.type
            assert all(": " in line or one.data.silent_source for line in message.facts), message.facts


def test_what_people_wrote_stays_on_its_line() -> None:
    posts = message_of(crisis(), "en").posts
    assert not any(character in post.excerpt for post in posts for character in "\n\u202e")
