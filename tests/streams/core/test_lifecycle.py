"""The life of a crisis, from verdicts alone: what it is kept open by, and what is no news after it."""

from __future__ import annotations

from streams.core.crises import Kind, Severity, Step
from streams.core.judgement import Verdict
from streams.core.life import Life
from streams.core.lifecycle import Lifecycle
from streams.core.settings import Detection

HOUR = 3_600
START = 1_000 * HOUR
CALM = Verdict(Severity.CALM, [], 0.0)


def verdict(severity: Severity, *kinds: Kind, since: float = START) -> Verdict:
    return Verdict(severity, list(kinds), since)


def opened(*kinds: Kind, severity: Severity = Severity.WARNING) -> Lifecycle:
    one = Lifecycle(Detection(), Life())
    assert advance(one, START, verdict(severity, *kinds)) == "opened"
    return one


def advance(
    one: Lifecycle, at: int, found: Verdict = CALM, *, stirring: bool = False, hour: float = 99.0
) -> Step | None:
    step = one.advance(at, found, stirring=stirring, voices=100, hour=(hour, 99.0), usual=400.0)
    if step == "closed":
        one.rest()
    return step


def test_anger_that_broke_out_is_not_called_a_slow_burn_within_a_day() -> None:
    one = opened("negativity", "smoulder")
    advance(one, START + 23 * HOUR, verdict(Severity.WARNING, "smoulder"), stirring=True)
    assert one.life.kinds == ["negativity"]
    advance(one, START + 24 * HOUR, verdict(Severity.WARNING, "smoulder"), stirring=True)
    assert one.life.kinds == ["negativity", "smoulder"]


def test_a_slow_burn_of_days_that_breaks_out_stays_one() -> None:
    one = Lifecycle(Detection(), Life())
    advance(one, START, verdict(Severity.WARNING, "negativity", "smoulder", since=START - 48 * HOUR))
    assert one.life.kinds == ["negativity", "smoulder"]


def test_a_surge_within_a_day_of_another_or_of_a_crisis_is_no_news_and_anger_is() -> None:
    for one in (opened("volume", severity=Severity.NOTICE), opened("negativity")):
        assert advance(one, START + HOUR) == "closed"
        surge = verdict(Severity.NOTICE, "volume")
        assert [advance(one, START + hours * HOUR, surge) for hours in (3, 24, 47)] == [None, None, None]
        assert advance(one, START + 48 * HOUR, verdict(Severity.WARNING, "negativity")) == "opened"
        assert advance(one, START + 50 * HOUR) == "closed"
        assert advance(one, START + 75 * HOUR, surge) == "opened"


def test_a_surge_within_a_day_of_another_is_news_if_it_is_the_larger_one() -> None:
    one, surge = opened("volume", severity=Severity.NOTICE), verdict(Severity.NOTICE, "volume")
    assert advance(one, START + HOUR, hour=300.0) == "closed"
    assert advance(one, START + 3 * HOUR, surge, hour=300.0) is None
    assert advance(one, START + 4 * HOUR, surge, hour=420.0) == "opened"


def test_how_loud_a_surge_was_is_forgotten_after_a_calm_day() -> None:
    one, surge = opened("volume", severity=Severity.NOTICE), verdict(Severity.NOTICE, "volume")
    assert advance(one, START + HOUR, hour=300.0) == "closed"
    assert advance(one, START + 26 * HOUR, surge, hour=50.0) == "opened"
    assert one.life.loudest == 0.5


def test_what_has_been_open_for_three_days_is_closed_and_marked_as_the_level_that_stays() -> None:
    one = opened("negativity")
    for hours in range(1, 72):
        one.advance(START + hours * HOUR, CALM, stirring=True, voices=100, hour=(99.0, 98.0), usual=400.0)
        assert not one.life.stayed
    assert one.advance(START + 72 * HOUR, CALM, stirring=True, voices=100, hour=(99.0, 98.0), usual=400.0) == "closed"
    assert one.life.stayed
    one.rest()
    assert one.life == Life(settling_until=START + 96 * HOUR, loudest=1.0, ebbed=1, ebb_until=START + 96 * HOUR)
