"""A crisis that somebody calls a false alarm: it closes at its minute, teaches, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import pytest

from streams.core.brandwatch import BrandWatch
from streams.core.crises import CrisisEvent, crisis_id
from streams.core.ledger import Voices
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.readings import Reading
from streams.core.sentinel import Sentinel
from streams.core.settings import Detection
from streams.core.watch import CLOCK
from tests.streams.core.mentions import MONDAY
from tests.streams.core.test_rebaseline import END, ORDER, RISE, SETTINGS, history
from tests.streams.models import Keyword

HOUR = 60  # minutes
DAY = 24 * HOUR


def word(at: float, crisis: str, *, false: bool = True) -> tuple[Post, str]:
    kind = "false_alarm" if false else "real_alarm"
    order = Post(id=f"{kind} {at}", source="larum", kind=kind, text="orlen", reply_to=crisis, created_at=float(at))  # type: ignore[arg-type]
    return order, "order"


class Told(NamedTuple):
    events: list[CrisisEvent]
    readings: list[Reading]
    pipeline: Pipeline


def run(posts: list[tuple[Post, str]], size: int = 1_000, pipeline: Pipeline | None = None) -> Told:
    pipeline = pipeline or Pipeline(SETTINGS, Keyword())
    outcomes = [pipeline.take(posts[start : start + size]) for start in range(0, len(posts), size)]
    outcomes.append(pipeline.finish())
    events = [event for outcome in outcomes for event in outcome.events if event.data.brand == "orlen"]
    return Told(events, [reading for outcome in outcomes for reading in outcome.readings], pipeline)


@pytest.fixture(scope="module")
def crisis() -> str:
    posts = history()
    return run(posts[: len(posts) // 2]).events[0].subject


@pytest.fixture(scope="module")
def once(crisis: str) -> Told:
    return run(history(word(ORDER, crisis)))


def test_it_closes_the_crisis_at_its_minute_says_so_and_what_goes_on_is_no_news(once: Told) -> None:
    *before, closed = once.events
    assert before[0].step == "opened"
    assert (closed.step, closed.time) == ("closed", "2026-01-09T03:01:00Z")
    assert closed.data.reason == "Somebody said that it was a false alarm."


def test_batches_repeats_and_words_on_crises_that_nobody_knows_change_nothing(crisis: str, once: Told) -> None:
    orders = [word(ORDER, crisis), word(ORDER, crisis), word(ORDER + 1, "c0ffee")]
    behind = [*history(*orders), word(ORDER, crisis)]  # handed on again, hours later
    again = run(behind, size=777)
    assert again.events == once.events
    assert again.pipeline.watch.brands["orlen"].dump() == once.pipeline.watch.brands["orlen"].dump()


def test_a_restart_remembers_what_was_said_and_goes_on_as_if_there_was_none(crisis: str, once: Told) -> None:
    posts = history(word(ORDER, crisis))
    cut = len(posts) - 2_000
    first, second = Pipeline(SETTINGS, Keyword()), Pipeline(SETTINGS, Keyword())
    events = [event for event in first.take(posts[:cut]).events if event.data.brand == "orlen"]
    for key in ("orlen", "zabka", CLOCK):
        second.watch.load(key, first.watch.dump(key))
    second.resume()
    assert [*events, *run(posts[cut:], pipeline=second).events] == once.events


def test_a_word_waits_in_the_state_for_its_minute() -> None:
    watch = Pipeline(SETTINGS, Keyword()).watch.brands["orlen"]
    watch.judge("c0ffee", MONDAY, false=True)
    watch.judge("c0ffee", MONDAY, false=True)
    copy = BrandWatch(SETTINGS.brands[0], SETTINGS)
    copy.load(watch.dump())
    assert copy.state.judged == [("c0ffee", MONDAY, True)]
    assert not copy.may_rest
    list(copy.close_until(MONDAY + 60, "none"))
    assert copy.state.judged == [("c0ffee", MONDAY, True)]  # of a brand of which nobody spoke nothing is closed


def test_the_journal_is_told_which_crisis_was_judged(crisis: str, once: Told) -> None:
    [[(onset, at, false)]] = [one.counted.judged for one in once.readings if one.counted.judged]
    assert (crisis_id("orlen", onset), at, false) == (crisis, ORDER // 60 * 60, True)
    assert RISE <= onset < at < END


WIDTH = 10
RULES = Detection(bucket_seconds=WIDTH * 60)


class Brand:
    """A brand of counts alone: two voices a minute, and raffles in which people are loud and cross."""

    def __init__(self) -> None:
        self.sentinel = Sentinel(RULES, 3, countries=())
        self.minute = 0

    def quiet(self, minutes: int) -> None:
        begin = self.minute // WIDTH
        self.tell((19 + (begin + one) % 3, 2 + (begin + one) % 2) for one in range(minutes // WIDTH))

    def raffle(self, minutes: int = 90, angry: int = 3) -> int | None:
        """Hold one; give its onset, where it paged."""
        before = len(self.onsets)
        self.tell((19 + one % 3 + WIDTH * angry, WIDTH * angry) for one in range(minutes // WIDTH))
        return self.onsets[-1] if len(self.onsets) > before else None

    @property
    def onsets(self) -> list[int]:
        return self.sentinel.onsets

    def tell(self, counts: Iterable[tuple[int, int]]) -> None:
        for voices, negatives in counts:
            if self.sentinel.close(self.minute * 60, Voices(voices, voices, negatives)).step == "closed":
                self.sentinel.rest()
            self.minute += WIDTH

    def surprise(self) -> float:
        """How surprising the last hour's anger would be if a raffle began now."""
        copy = Sentinel(RULES, 3, countries=())
        copy.restore(
            msgspec.msgpack.decode(msgspec.msgpack.encode(self.sentinel.dump()), type=type(self.sentinel.dump()))
        )
        at, most = self.minute * 60, 0.0
        for minute in range(0, 60, WIDTH):
            closed = copy.close(at + minute * 60, Voices(19 + 3 * WIDTH, 19 + 3 * WIDTH, 3 * WIDTH))
            most = max(most, closed.findings.anger.surprise)
        return most


def test_a_false_alarm_raises_the_threshold_by_its_own_evidence_and_taking_it_back_undoes_that_exactly() -> None:
    brand = Brand()
    brand.quiet(7 * DAY)
    onset = brand.raffle()
    assert onset is not None
    brand.quiet(DAY)
    before = brand.surprise()
    brand.sentinel.judge(onset, brand.minute * 60, false=True)
    labelled = brand.surprise()
    assert labelled < before - 0.3
    brand.sentinel.judge(onset, brand.minute * 60, false=True)
    assert brand.surprise() == labelled
    brand.sentinel.judge(onset, brand.minute * 60 - 60, false=False)  # an older word than the last one
    assert brand.surprise() == labelled
    brand.sentinel.judge(onset, brand.minute * 60 + 60, false=False)
    assert brand.surprise() == before


def test_what_was_called_false_is_forgotten_after_four_weeks() -> None:
    brand = Brand()
    brand.quiet(7 * DAY)
    onset = brand.raffle()
    assert onset is not None
    brand.sentinel.judge(onset, brand.minute * 60, false=True)
    brand.quiet(DAY)
    assert [bool(one.false_until) for one in brand.sentinel.dump().past] == [True]
    brand.quiet(28 * DAY)
    assert [bool(one.false_until) for one in brand.sentinel.dump().past] == [False]


def test_what_goes_on_after_a_false_alarm_is_news_if_it_is_much_louder() -> None:
    brand = Brand()
    brand.quiet(7 * DAY)
    onset = brand.raffle(60)
    assert onset is not None
    brand.sentinel.judge(onset, brand.minute * 60, false=True)
    assert brand.raffle(60) is None
    assert brand.raffle(60, angry=12) is not None


def test_what_goes_on_is_news_again_where_the_false_alarm_is_taken_back() -> None:
    brand = Brand()
    brand.quiet(7 * DAY)
    onset = brand.raffle(60)
    assert onset is not None
    brand.sentinel.judge(onset, brand.minute * 60, false=True)
    assert brand.raffle(10) is None
    brand.sentinel.judge(onset, brand.minute * 60, false=False)
    assert brand.raffle(60) is not None
