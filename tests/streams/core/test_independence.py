"""Severity is of independent voices: what is amplified, by copies, reposts or one loud author, never raises it."""

from __future__ import annotations

import msgspec
import pytest

from streams.core.crises import Severity
from streams.core.settings import Brand, Settings
from streams.core.tallies import Mention
from streams.core.watch import Watch
from tests.streams.core.mentions import MONDAY, batch, mention, tally

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),))
CALM, END = 1_400, 1_500  # minutes
LONG, ANGRY = 4, 6  # minutes of a small crisis, and negatives in each of them
FAMOUS = 10**7


def worst(extra: list[Mention]) -> Severity:
    """Give the highest severity of a small crisis, to which posts are added."""
    watch, severity, number = Watch(SETTINGS), Severity.CALM, 0
    for minute in range(END):
        time, mentions = MONDAY + minute * 60, []
        crisis = CALM <= minute < CALM + LONG
        for index in range(2 + ANGRY * crisis):
            number += 1
            negative = index >= 2 or number % 10 == 0
            mentions.append(
                msgspec.structs.replace(mention(number, time + 1.0, negative=0.9 if negative else 0.1), reach=300)
            )
        mentions += [one for one in extra if one.time // 60 == time // 60]
        for event in watch.take(batch(time + 1.0, tally(*mentions))).events:
            severity = max(severity, Severity[event.data.severity.upper()])
    return severity


def at(minute: int) -> float:
    return MONDAY + (CALM + minute) * 60 + 2.0


COPIES = [
    msgspec.structs.replace(mention(10_000 + number, at(number % LONG), negative=0.95, text=77), reach=FAMOUS)
    for number in range(500)
]
ONE_AUTHOR = [
    msgspec.structs.replace(
        mention(20_000 + number, at(2 + number % (LONG - 2)), negative=0.95), author=7, reach=FAMOUS
    )
    for number in range(200)
]
CROWD = [mention(30_000 + number, at(number % LONG), negative=0.95) for number in range(60)]


@pytest.mark.parametrize("extra", [[], COPIES, ONE_AUTHOR, COPIES + ONE_AUTHOR], ids=["none", "copies", "loud", "both"])
def test_what_is_amplified_raises_nothing(extra: list[Mention]) -> None:
    assert worst(extra) == Severity.WARNING


def test_as_many_independent_voices_do() -> None:
    assert worst(CROWD) == Severity.CRITICAL
