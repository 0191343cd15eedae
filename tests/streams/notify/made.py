"""Crisis events with something in every field, hostile words included."""

from __future__ import annotations

from streams.core.crises import (
    CrisisData,
    CrisisEvent,
    Crowd,
    Interval,
    SeverityName,
    Step,
    TellingPost,
    Term,
    event,
)

FRIDAY = 1_767_369_480  # 2026-01-02, 16:58 in Warsaw
HOSTILE = "Skandal! <!channel> <script>alert(1)</script> **@everyone** [x](http://evil.example)\n\u202eevil"


def crisis(
    step: Step = "opened", number: int = 0, severity: SeverityName = "critical", brand: str = "northquill",
    onset: int = FRIDAY,
) -> CrisisEvent:  # fmt: skip
    data = CrisisData(
        brand=brand,
        severity=severity,
        kinds=["volume", "negativity"],
        onset="2026-01-02T15:58:00Z",
        detected_at="2026-01-02T16:06:00Z",
        time="2026-01-02T16:06:00Z",
        voices=Interval(120.0, 30.0, 10.0, 41.0, 60.0),
        negatives=Interval(88.0, 6.2, 1.0, 14.4, 60.0),
        negativity=Interval(0.73, 0.2, 0.1, 0.31, 60.0),
        mentions={"15m": 80, "1h": 130, "1d": 400},
        independence="organic",
        terms=[Term("skandal", 40), Term("<b>zwrot</b>", 22)],
        first_posts=[],
        telling_posts=[
            TellingPost("1", "bluesky", "2026-01-02T15:59:00Z", HOSTILE, 0.9, "https://example.org/1"),
            TellingPost("2", "bluesky", "2026-01-02T16:00:00Z", "Nigdy więcej", 0.8, "javascript:alert(1)"),
        ],
        model="sample",
        reason="a sample",
        crowd=Crowd(
            minutes=60.0, posts=130, voices=120, authors=118, repeated=0.08, busiest_author=0.02
        ),
    )  # fmt: skip
    return event(step, number, onset, FRIDAY + 480.0 + number, data)
