"""The watch counts each post once, in its bucket, whatever is delivered when; and a restart goes on where it was."""

from __future__ import annotations

import random

import msgspec
import pytest

from detectors.errors import Error
from streams.core.brandstate import VERSION
from streams.core.crises import Severity
from streams.core.hearing import Heard
from streams.core.inputclock import WORDS
from streams.core.settings import Brand, Settings
from streams.core.tallies import TallyBatch
from streams.core.watch import CLOCK, Outcome, Watch, shard_of
from tests.streams.core.mentions import MONDAY, batch, mention, tally

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")))


def watch(settings: Settings = SETTINGS) -> Watch:
    return Watch(settings)


def counts(outcome: Outcome, brand: str = "orlen") -> list[int]:
    return [reading.mentions for reading in outcome.readings if reading.brand == brand]


def history(minutes: int, crisis_from: int | None = None) -> list[TallyBatch]:
    """A quiet stream, one batch a minute, with an outburst of anger from some minute on."""
    batches, number = [], 0
    for minute in range(minutes):
        time = MONDAY + minute * 60
        mentions = []
        crisis = crisis_from is not None and minute >= crisis_from
        for _ in range(3 + minute % 3 + 20 * crisis):
            number += 1
            mentions.append(mention(number, time + 1.0, negative=0.9 if crisis or number % 5 == 0 else 0.1))
        batches.append(batch(time + 1.0 - 60.0, tally(*mentions)))
    return batches


def test_a_bucket_is_closed_once_the_watermark_has_passed_it() -> None:
    one = watch()
    assert counts(one.take(batch(MONDAY + 59.0, tally(mention(1, MONDAY), mention(2, MONDAY + 59.0))))) == []
    assert counts(one.take(batch(MONDAY + 60.0))) == [2]


def test_a_brand_begins_with_its_first_mention_whatever_the_others_do() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(mention(1, MONDAY))))
    outcome = one.take(batch(MONDAY + 120.0, tally(mention(2, MONDAY + 120.0), brand="zabka")))
    assert counts(outcome) == [1, 0]
    assert counts(outcome, "zabka") == []
    assert counts(one.take(batch(MONDAY + 240.0)), "zabka") == [1, 0]
    assert one.take(batch(MONDAY + 240.0, tally(mention(3, MONDAY)))).late == {"orlen": 1}


def test_a_first_mention_can_be_late_too() -> None:
    one = watch()
    one.take(batch(MONDAY + 600.0))
    assert one.take(batch(MONDAY + 600.0, tally(mention(1, MONDAY)))).late == {"orlen": 1}


def test_repeats_count_once() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(mention(1, MONDAY))))
    one.take(batch(MONDAY, tally(mention(1, MONDAY), mention(2, MONDAY))))
    assert counts(one.take(batch(MONDAY + 60.0))) == [2]


def test_late_posts_are_counted_as_late_but_late_repeats_are_not() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(mention(1, MONDAY))))
    one.take(batch(MONDAY + 60.0))
    outcome = one.take(batch(MONDAY + 60.0, tally(mention(1, MONDAY), mention(2, MONDAY))))
    assert outcome.late == {"orlen": 1}


def test_one_text_many_times_is_one_voice() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(*(mention(number, MONDAY, text=7, negative=0.9) for number in range(500)))))
    (reading,) = [reading for reading in one.take(batch(MONDAY + 60.0)).readings if reading.brand == "orlen"]
    assert (reading.mentions, reading.voices.observed, reading.negatives) == (500, 1, 1)
    one.take(batch(MONDAY + 60.0, tally(mention(1_000, MONDAY + 60.0, text=7))))
    (reading,) = [reading for reading in one.take(batch(MONDAY + 120.0)).readings if reading.brand == "orlen"]
    assert reading.voices.observed == 0


def test_a_deletion_is_subtracted_before_and_after_its_bucket_is_closed() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(mention(1, MONDAY), mention(2, MONDAY), mention(3, MONDAY))))
    assert one.take(batch(MONDAY, deleted=(1,))).deleted == 1
    assert counts(one.take(batch(MONDAY + 60.0))) == [2]
    assert one.brands["orlen"].state.ledger.mentions.totals()["1h"] == 2
    assert one.take(batch(MONDAY + 60.0, deleted=(2, 99))).deleted == 1
    assert one.brands["orlen"].state.ledger.mentions.totals()["1h"] == 1
    assert {sample.post for sample in one.brands["orlen"].state.evidence.samples} == {3}


def test_the_slowest_input_is_waited_for_unless_it_is_idle() -> None:
    one = watch()
    assert counts(one.take(batch(MONDAY, tally(mention(1, MONDAY)), number=0, inputs=2))) == []
    assert counts(one.take(batch(MONDAY + 600.0, number=0, inputs=2))) == []
    assert counts(one.take(batch(MONDAY + 60.0, number=1, inputs=2))) == [1]
    words = [counts(one.take(batch(MONDAY + 60.0, number=1, inputs=2, idle=True))) for _ in range(1 + WORDS)]
    assert [len(told) for told in words] == [0] * WORDS + [9]


def test_after_a_week_of_silence_a_brand_sleeps_until_it_is_named_again() -> None:
    one = watch()
    one.take(batch(MONDAY, tally(mention(1, MONDAY))))
    later = MONDAY + 10 * 365 * 86_400
    outcome = one.take(batch(later + 60.0, tally(mention(2, later))))
    buckets = [reading.bucket for reading in outcome.readings]
    assert len(buckets) == 7 * 1_440 + 2
    assert (buckets[-2], buckets[-1]) == (MONDAY + 7 * 86_400, later)


def test_a_crisis_is_opened_once_raised_and_closed() -> None:
    one = watch()
    events = [event for each in history(1_500, crisis_from=1_400) for event in one.take(each).events]
    assert [event.step for event in events].count("opened") == 1
    assert events[0].step == "opened"
    assert {event.subject for event in events} == {events[0].subject}
    assert len({event.id for event in events}) == len(events)
    assert events[-1].data.severity == "critical"
    assert events[0].data.onset.startswith("2026-01-05T23:2")
    calm = history(2_400)[1_500:]
    after = [event for each in calm for event in one.take(each).events]
    assert [event.step for event in after if event.step != "updated"] == ["closed"]
    assert not one.brands["orlen"].life.is_open


def test_an_open_crisis_teaches_the_baseline_nothing() -> None:
    one = watch()
    for each in history(1_400):
        one.take(each)
    before = one.brands["orlen"].state.sentinel.senses.volume.baseline.all_count
    for each in history(1_500, crisis_from=1_400)[1_400:]:
        one.take(each)
    assert one.brands["orlen"].life.severity >= Severity.WARNING
    learned = one.brands["orlen"].state.sentinel.senses.volume.baseline.all_count - before
    assert learned < 200  # the few minutes before the alarm, out of two thousand posts


def judged(batches: list[TallyBatch]) -> list[TallyBatch]:
    """Let the model learn in the middle, and tell of it once."""
    before, after = ({"en": Error(found, 0.1, 0.002, 0.001)} for found in (0.6, 0.8))
    half = len(batches) // 2
    first, then = (
        msgspec.structs.replace(one, errors=its) for one, its in ((batches[0], before), (batches[half], after))
    )
    return [first, *batches[1:half], then, *batches[half + 1 :]]


@pytest.mark.parametrize("tells", [False, True])
@pytest.mark.parametrize("stop", [700, 1_405, 1_450])
def test_a_restart_changes_nothing(stop: int, tells: bool) -> None:
    batches = history(1_500, crisis_from=1_400)
    batches = judged(batches) if tells else batches
    through = watch()
    expected = [event for each in batches for event in through.take(each).events]
    first = watch()
    events = [event for each in batches[:stop] for event in first.take(each).events]
    resumed = watch()
    for key in ("orlen", "zabka", CLOCK):
        resumed.load(key, first.dump(key))
    events += [event for each in batches[stop:] for event in resumed.take(each).events]
    assert events == expected
    assert resumed.dump("orlen") == through.dump("orlen")
    assert resumed.dump(CLOCK) == through.dump(CLOCK)


def test_a_brand_whose_state_is_ahead_of_the_clock_is_not_counted_twice() -> None:
    batches = history(100)
    one = watch()
    for each in batches[:50]:
        one.take(each)
    clock = one.dump(CLOCK)
    for each in batches[50:60]:
        one.take(each)
    resumed = watch()
    resumed.load("orlen", one.dump("orlen"))
    resumed.load(CLOCK, clock)
    readings = [reading for each in batches[50:] for reading in resumed.take(each).readings]
    assert [reading.bucket for reading in readings] == [MONDAY + minute * 60 for minute in range(58, 98)]
    assert [reading.mentions for reading in readings] == [3 + minute % 3 for minute in range(58, 98)]


def test_damaged_or_newer_state_is_refused() -> None:
    one = watch()
    state = one.dump("orlen")
    assert state[0] == VERSION
    with pytest.raises(ValueError, match=f"version {VERSION + 1}"):
        watch().load("orlen", bytes([VERSION + 1]) + state[1:])
    for damaged in (state[:-5], state[:2] + b"?" + state[3:]):
        other = watch()
        other.load("orlen", damaged)
        with pytest.raises(ValueError, match="damaged"):
            _ = other.brands["orlen"]


def test_every_brand_has_one_shard() -> None:
    shards = [Watch(SETTINGS, shard, 3) for shard in range(3)]
    assert sorted(name for one in shards for name in one.brands) == ["orlen", "zabka"]
    assert all(name in shards[shard_of(name, 3)].brands for name in ("orlen", "zabka"))


def heard(minutes: int, stop: int, back: int) -> list[TallyBatch]:
    """A source that stops for a while and of which no post names a brand: one batch a minute."""
    generator, batches = random.Random(1), []
    for minute in range(minutes):
        bucket = MONDAY + minute * 60
        posts = [generator.getrandbits(64) for _ in range(0 if stop <= minute < back else generator.randint(15, 25))]
        news = [Heard("x", bucket, posts)] if posts else []
        batches.append(msgspec.structs.replace(batch(bucket + 60.0), heard=news))
    return batches


def test_one_shard_says_that_a_source_is_silent_and_all_know_it() -> None:
    shards = [Watch(SETTINGS, shard, 2) for shard in range(2)]
    told = [[event for each in heard(700, 600, 640) for event in shard.take(each).events] for shard in shards]
    assert [event.step for event in told[0] if event.step != "updated"] == ["opened", "closed"]
    assert told[1] == []
    blind = [Watch(SETTINGS, shard, 2) for shard in range(2)]
    for shard in blind:
        for each in heard(620, 600, 640):
            shard.take(each)
        assert shard.coverages == {"x": 0.0}


@pytest.mark.parametrize("stop", [595, 603, 610, 641])
def test_a_silence_is_told_alike_when_the_state_is_an_older_one_and_records_come_again(stop: int) -> None:
    batches, through = heard(700, 600, 640), watch()
    expected = [event for each in batches for event in through.take(each).events]
    assert expected
    first = watch()
    events = [event for each in batches[:stop] for event in first.take(each).events]
    clock = first.dump(CLOCK)
    lost = [event for each in batches[stop : stop + 8] for event in first.take(each).events]
    resumed = watch()
    resumed.load(CLOCK, clock)
    again = [event for each in batches[stop - 5 :] for event in resumed.take(each).events]
    assert events + again == expected
    assert again[: len(lost)] == lost
