"""What the detectors keep and what they forget when something is over."""

from __future__ import annotations

import pytest

from detectors.calendar import Calendar
from streams.core.ledger import Voices
from streams.core.senses import Senses

CALM, ANGRY = Voices(6, 6, 1), Voices(12, 12, 8)


@pytest.fixture
def gathering() -> Senses:
    """Make senses to which anger has been gathering for half an hour."""
    senses = Senses(60, Calendar())
    for minute in range(3 * 1440):
        senses.take(minute * 60, CALM, 1.0, "learn")
    for minute in range(3 * 1440, 3 * 1440 + 30):
        senses.take(minute * 60, ANGRY, 1.0, "doubt")
    return senses


NOW = (3 * 1440 + 30) * 60


def test_the_end_of_a_surge_leaves_the_anger_that_is_gathering(gathering: Senses) -> None:
    before = gathering.look(NOW, ANGRY, 1.0)
    gathering.reset(["volume"])
    after = gathering.look(NOW, ANGRY, 1.0)
    assert after.volume.surprise < before.volume.surprise
    assert (after.anger, after.tone) == (before.anger, before.tone)


def test_the_end_of_a_crisis_is_the_end_of_its_anger(gathering: Senses) -> None:
    before = gathering.look(NOW, ANGRY, 1.0)
    gathering.reset(["negativity"])
    after = gathering.look(NOW, ANGRY, 1.0)
    assert after.anger.surprise < before.anger.surprise
    assert after.tone.surprise < before.tone.surprise


def days_of_much(senses: Senses, *, acute: bool) -> float:
    """Let there be thrice the anger for three days, and say how surprising the slow burn is in the end."""
    start = NOW // 3_600 * 3_600 + 3_600
    for minute in range(3 * 1440):
        senses.take(start + minute * 60, Voices(8, 8, 3), 1.0, "skip", acute=acute)
    return senses.look(start + 3 * 86_400, CALM, 1.0).smoulder.surprise


def test_what_goes_on_for_days_smoulders_and_an_outbreak_leaves_no_echo(gathering: Senses) -> None:
    for minute in range(3 * 1440 + 30, 6 * 1440):
        gathering.take(minute * 60, CALM, 1.0, "learn")
    assert days_of_much(gathering, acute=True) < 1.0 < days_of_much(gathering, acute=False)
