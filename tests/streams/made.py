"""Crisis events made by hand, for tests of what shows and judges them."""

from __future__ import annotations

from streams.core.crises import (
    CrisisData,
    CrisisEvent,
    Crowd,
    HarmTold,
    Interval,
    LargestFamily,
    SeverityName,
    TellingPost,
    Term,
    event,
)
from streams.core.times import rfc3339


def alarm(
    brand: str,
    at: float,
    severity: SeverityName = "warning",
    *,
    onset: int = 9_960,
    number: int = 1,
    words: str = "Wstyd!",
    url: str | None = None,
) -> CrisisEvent:
    """Make the first step of a crisis, or with a higher number one that raises it."""
    post = TellingPost("1", "x", rfc3339(at), words, 0.9, url)
    seen = Interval(42.0, 9.0, 1.0, 30.0, 5.0)
    data = CrisisData(
        brand=brand,
        severity=severity,
        kinds=["negativity"],
        onset=rfc3339(onset),
        detected_at=rfc3339(at),
        time=rfc3339(at),
        voices=seen,
        negatives=seen,
        negativity=Interval(0.62, 0.2, 0.05, 0.4, 15.0),
        mentions={"1h": 99},
        independence="amplified",
        terms=[Term(words, 3)],
        first_posts=[post],
        telling_posts=[post],
        model="m1",
        crowd=Crowd(
            minutes=45.0,
            posts=99,
            voices=42,
            authors=71,
            repeated=0.52,
            busiest_author=0.03,
            largest_family=LargestFamily(48, words),
        ),
        harm=HarmTold(minutes=45.0, voices=7, share=0.17, kinds={"poisoning": 6, "injury": 2}),
        reason=f"42 voices where 9 were expected. {words}",
    )
    return event("opened" if number == 1 else "raised", number, onset, at, data)
