"""What the four detectors keep and what they forget when something is over."""

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
    gathering.reset(angry=False)
    after = gathering.look(NOW, ANGRY, 1.0)
    assert after.volume.surprise < before.volume.surprise
    assert (after.anger, after.tone) == (before.anger, before.tone)


def test_the_end_of_a_crisis_is_the_end_of_its_anger(gathering: Senses) -> None:
    before = gathering.look(NOW, ANGRY, 1.0)
    gathering.reset(angry=True)
    after = gathering.look(NOW, ANGRY, 1.0)
    assert after.anger.surprise < before.anger.surprise
    assert after.tone.surprise < before.tone.surprise
