"""Readings and crisis events with something in every field, for tests of what carries them on."""

from __future__ import annotations

from streams.core.blindness import tell
from streams.core.crises import CrisisData, CrisisEvent, Interval, Kind, Severity, SeverityName, Step, event
from streams.core.ledger import Voices
from streams.core.readings import Channel, Counted, Reading
from streams.core.sources import Told
from streams.core.sourcewatch import Spell

FRIDAY_17 = 1_767_369_600


def reading(brand: str = "orlen", negativity: Interval | None = None) -> Reading:
    return Reading(
        brand=brand,
        bucket=FRIDAY_17,
        mentions=7,
        negatives=3,
        voices=Interval(observed=5.0, expected=2.0, lower=0.0, upper=6.0),
        negativity=negativity,
        volume_surprise=1.5,
        negativity_surprise=0.25,
        severity=Severity.CALM,
        counted=Counted(Voices(5, 5, 3)),
        channels=(Channel("bluesky", "pl", 4), Channel("bluesky", "en", 1), Channel("mastodon", "pl", 2)),
    )


def crisis(step: Step, severity: SeverityName, *kinds: Kind) -> CrisisEvent:
    interval = Interval(observed=9.0, expected=2.0, lower=0.0, upper=6.0)
    data = CrisisData(
        brand="orlen",
        severity=severity,
        kinds=list(kinds),
        onset="2026-01-02T16:00:00Z",
        detected_at="2026-01-02T16:05:00Z",
        time="2026-01-02T16:05:00Z",
        voices=interval,
        negatives=interval,
        negativity=interval,
        mentions={"15m": 12, "1h": 14, "1d": 90},
        independence="organic",
        terms=[],
        first_posts=[],
        telling_posts=[],
        model="sample",
        reason="a sample",
    )
    return event(step, 0, FRIDAY_17, FRIDAY_17, data)


def silence(step: Step = "opened", source: str = "mastodon") -> CrisisEvent:
    spell = Spell(FRIDAY_17, seen=0.0, due=87.0, opened=FRIDAY_17 + 600, told=FRIDAY_17 + 600, number=1)
    return tell(Told(source, FRIDAY_17 + 600, step, spell, given_up=False), 60, "sample")
