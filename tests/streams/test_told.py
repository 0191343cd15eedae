"""How alarms are judged by what is known to have happened."""

from __future__ import annotations

import pytest

from streams.core.crises import CrisisEvent
from streams.told import AFTERMATH, Told, judge
from tests.streams.made import alarm
from tests.streams.samples import silence

CRISIS = Told(name="crisis", title="", about="", brand="a", start=10_000.0, end=20_000.0, alarm_by=13_600.0)
SALE = Told(name="sale", title="", about="", brand="b", start=10_000.0, end=20_000.0)


@pytest.mark.parametrize(
    ("alarms", "grade"),
    [
        ([], "missed"),
        ([alarm("a", 11_200.0)], "caught"),
        ([alarm("a", 13_601.0)], "late"),
        ([alarm("a", 11_200.0, "notice")], "missed"),
        ([alarm("a", 11_200.0, "notice"), alarm("a", 12_000.0, "critical", number=2)], "caught"),
        ([alarm("b", 11_200.0)], "missed"),
    ],
)
def test_a_crisis_is_caught_by_a_page_in_time(alarms: list[CrisisEvent], grade: str) -> None:
    assert judge([CRISIS], alarms).verdicts[0].grade == grade


@pytest.mark.parametrize(
    ("alarms", "grade"),
    [([], "left alone"), ([alarm("b", 11_000.0, "notice")], "noticed"), ([alarm("b", 11_000.0)], "false page")],
)
def test_what_is_no_crisis_must_page_nobody(alarms: list[CrisisEvent], grade: str) -> None:
    judgement = judge([SALE], alarms)
    assert judgement.verdicts[0].grade == grade
    assert judgement.right == (grade != "false page")


def test_minutes_count_from_the_first_post_to_the_page() -> None:
    early, page = alarm("a", 10_600.0, "notice"), alarm("a", 11_200.0, number=2)
    verdict = judge([CRISIS], [early, page]).verdicts[0]
    assert (verdict.minutes, verdict.page) == (20.0, page)


def test_a_watch_that_waits_for_late_posts_is_judged_by_when_it_speaks() -> None:
    verdict = judge([CRISIS], [alarm("a", 13_580.0)], delay=60.0).verdicts[0]
    assert (verdict.grade, verdict.minutes) == ("late", 60 + 40 / 60)


def test_a_crisis_that_is_opened_twice_pages_twice() -> None:
    verdict = judge([CRISIS], [alarm("a", 11_200.0), alarm("a", 18_000.0, onset=17_940)]).verdicts[0]
    assert (verdict.grade, verdict.pages, verdict.page) == ("caught", 2, alarm("a", 11_200.0))


def test_a_page_for_nothing_told_is_a_false_page_of_its_own() -> None:
    judgement = judge(
        [CRISIS, SALE], [alarm("a", 11_200.0), alarm("b", 9_000.0), alarm("b", 5_000.0, "notice", onset=4)]
    )
    assert (judgement.false_pages, len(judgement.unexplained), len(judgement.notices)) == (1, 1, 1)


def test_an_alarm_long_after_the_end_belongs_to_nothing() -> None:
    judgement = judge([SALE], [alarm("b", SALE.end + AFTERMATH + 1)])
    assert judgement.verdicts[0].grade == "left alone"
    assert (judgement.false_pages, judgement.right) == (1, False)


def test_the_silence_of_a_source_is_told_of_no_brand_and_not_judged() -> None:
    judgement = judge([], [silence(), silence("closed")])
    assert judgement.right
    assert judgement.unexplained == []
