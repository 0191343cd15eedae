"""What is told, in both languages."""

from __future__ import annotations

import msgspec
import pytest

from detectors.sentiment.harm import Harm
from streams.core.crises import HarmTold
from streams.notify.message import Lang, message_of
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


def test_another_wave_is_told_as_one_in_both_languages() -> None:
    event = crisis("raised")
    titles = []
    for wave in (2, 3):
        again = msgspec.structs.replace(event, data=msgspec.structs.replace(event.data, wave=wave))
        titles += [message_of(again, "en").title, message_of(again, "pl").title]
        assert message_of(again, "en").advice.startswith("It rises again")
        assert message_of(again, "pl").advice.startswith("Znów narasta")
    assert titles == [
        "Critical, second wave: northquill – many voices, anger",
        "Kryzys, druga fala: northquill – dużo głosów, gniew",
        "Critical, wave 3: northquill – many voices, anger",
        "Kryzys, fala 3: northquill – dużo głosów, gniew",
    ]


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_each_step_of_crisis_and_silence_has_words(lang: Lang) -> None:
    for step in ("opened", "raised", "updated", "closed"):
        for one in (crisis(step), silence(step)):
            message = message_of(one, lang)
            assert message.title, one.type
            assert message.advice, one.type
            assert all(": " in line or one.data.silent_source for line in message.facts), message.facts


@pytest.mark.parametrize(("lang", "line"), [
    ("en", "Harm: 7 voices, 6 % of all: poisoning 5, leak 2"),
    ("pl", "Szkoda: głosy 7, 6 % wszystkich: zatrucie 5, wyciek danych 2"),
])  # fmt: skip
def test_harm_is_told_by_its_kinds(lang: Lang, line: str) -> None:
    harm = HarmTold(minutes=60.0, voices=7, share=0.058, kinds={"poisoning": 5, "leak": 2})
    told = crisis()
    data = msgspec.structs.replace(told.data, kinds=["harm"], harm=harm)
    assert line in message_of(msgspec.structs.replace(told, data=data), lang).facts


@pytest.mark.parametrize("kind", [kind for harm in Harm for kind in harm.kinds])
def test_each_kind_of_harm_has_a_polish_word(kind: str) -> None:
    harm = HarmTold(minutes=60.0, voices=1, share=0.5, kinds={kind: 1})
    told = crisis()
    data = msgspec.structs.replace(told.data, harm=harm)
    assert kind not in " ".join(message_of(msgspec.structs.replace(told, data=data), "pl").facts)


def test_what_people_wrote_stays_on_its_line() -> None:
    posts = message_of(crisis(), "en").posts
    assert not any(character in post.excerpt for post in posts for character in "\n\u202e")
