"""What is left out of loud brands changes no answer but by its error: crises are found, calm is calm, counts hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.crises import CrisisEvent, Interval
from streams.core.match import Match, Taken
from streams.core.posts import Post, Posts
from streams.core.settings import Brand, Settings
from streams.core.shedding import DEEPEST, LEAST, keeps, total
from streams.core.tallies import Mention, decode, merge
from streams.core.watch import CLOCK, Watch
from tests.streams.models import Keyword

START = 1_767_225_600
LOUD, QUIET = "northquill", "velaro"
SETTINGS = Settings(brands=tuple(Brand(id=name, name=name.capitalize()) for name in (LOUD, QUIET)))
USUAL = 400  # posts a minute about the loud brand
BREAK = 180  # minute in which the crisis begins


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin to leave out at a quarter of the usual number, so that what is loud need not be so very loud."""
    monkeypatch.setattr("streams.core.shedding.LEAST", LEAST // 4)


def said(number: int, minute: int, brand: str, words: str) -> Post:
    """Say something in words of its own, so that it is nobody's near copy."""
    random = Random(number)
    own = " ".join(f"{random.choice('bdgklmnprst')}{random.randrange(10**6):x}" for _ in range(10))
    return Post(
        id=str(number), source="x", author=f"a{number}", lang="en", created_at=START + 60.0 * minute + 30.0,
        text=f"{brand} {words} {own}",
    )  # fmt: skip


def story(minutes: int, *, crisis: bool) -> list[list[Post]]:
    """Posts by minute: the loud brand, a tenth of it negative, the quiet one, and at the end much anger."""
    random, number, told = Random(4), 0, []
    for minute in range(minutes):
        posts = []
        angry = crisis and minute >= BREAK
        for _ in range(int(USUAL * random.uniform(0.9, 1.1)) * (2 if angry else 1)):
            shame = random.random() < (0.5 if angry else 0.1)
            posts.append(said(number, minute, LOUD, "shame on you" if shame else "as every day"))
            number += 1
        posts.append(said(number, minute, QUIET, "as every day"))
        number += 1
        told.append(posts)
    return told


def take(match: Match, posts: Sequence[Post], halvings: int) -> Taken:
    return match.take(Posts.of(posts), [""] * len(posts), None, halvings)


def tallies(minutes: Sequence[Sequence[Post]], halvings: int) -> list[bytes]:
    match, sent = Match(SETTINGS, Keyword()), []
    for posts in minutes:
        take(match, posts, halvings)
        sent += match.flush()
    match.idle()
    return sent + match.flush()


def watched(sent: Sequence[bytes], restart: int = 0) -> list[CrisisEvent]:
    """Watch tallies; after so many records each time, go on from the state that is written."""
    watch, events = Watch(SETTINGS), []
    for number, record in enumerate(sent, start=1):
        events += watch.take(decode(record)).events
        if restart and number % restart == 0:
            states = {key: watch.dump(key) for key in (*watch.brands, CLOCK)}
            watch = Watch(SETTINGS)
            for key, state in states.items():
                watch.load(key, state)
    return events


def kept(sent: Sequence[bytes], brand: str) -> list[Mention]:
    return [
        mention
        for record in sent
        for tally in decode(record).tallies
        if tally.brand == brand
        for mention in tally.mentions
    ]


def width(interval: Interval) -> float:
    return (interval.upper - interval.lower) / interval.expected


def test_a_crisis_is_found_in_what_is_kept_and_its_counts_are_those_of_all_posts() -> None:
    minutes = story(BREAK + 20, crisis=True)
    every, some = tallies(minutes, halvings=0), tallies(minutes, halvings=3)
    assert len(kept(some, LOUD)) < 0.4 * len(kept(every, LOUD))
    whole, part = watched(every), watched(some)
    assert watched(some, restart=7) == part
    assert whole[0].data.sampled is None
    first, sampled = whole[0].data, part[0].data
    assert first.brand == sampled.brand == LOUD
    assert {event.data.severity for event in whole} == {event.data.severity for event in part}
    opened, opened_of_part = (datetime.fromisoformat(one.detected_at) for one in (first, sampled))
    assert abs(opened_of_part - opened) <= timedelta(minutes=1)
    assert sampled.sampled is not None
    assert 0.1 < sampled.sampled < 0.6
    last, estimated = whole[-1].data, part[-1].data
    assert estimated.mentions["15m"] == pytest.approx(last.mentions["15m"], rel=0.15)
    assert last.negatives.minutes == estimated.negatives.minutes
    assert estimated.negatives.observed == pytest.approx(last.negatives.observed, rel=0.15)
    assert estimated.negatives.expected == pytest.approx(last.negatives.expected, rel=0.15)
    assert width(estimated.negatives) > width(last.negatives)


def test_nothing_is_told_of_a_loud_brand_when_it_is_thinned_and_when_it_is_whole_again() -> None:
    calm = story(160, crisis=False)
    match, watch, events = Match(SETTINGS, Keyword()), Watch(SETTINGS), []
    for minute, posts in enumerate(calm):
        take(match, posts, DEEPEST if minute // 40 % 2 else 0)
        for record in match.flush():
            events += watch.take(decode(record)).events
    assert not events


def test_of_a_quiet_brand_nothing_is_left_out() -> None:
    minutes = story(30, crisis=False)
    sent = tallies(minutes, DEEPEST)
    quiet = kept(sent, QUIET)
    assert len(quiet) == 30
    assert {mention.halvings for mention in quiet} == {0}
    assert len(kept(sent, LOUD)) < 0.5 * USUAL * 30


def test_what_names_a_quiet_brand_as_well_is_kept() -> None:
    match = Match(SETTINGS, Keyword())
    both = [said(number, 0, f"{LOUD} or {QUIET}?" if number == 900 else LOUD, "today") for number in range(1_000)]
    taken = take(match, both, DEEPEST)
    assert taken.matched == 1_000
    assert taken.shed == 1_000 - len(kept(match.flush(), LOUD)) > 400
    match = Match(SETTINGS, Keyword())
    take(match, both, DEEPEST)
    assert [mention.halvings for mention in kept(match.flush(), QUIET)] == [0]


def test_a_brand_is_as_loud_as_it_was_when_others_come_or_go() -> None:
    match = Match(SETTINGS, Keyword())
    take(match, [said(number, 0, LOUD, "today") for number in range(1_000)], DEEPEST)
    match.flush()
    match.configure(SETTINGS.model_copy(update={"brands": SETTINGS.brands[::-1]}))
    more = [said(number, 0, LOUD if number % 40 else QUIET, "today") for number in range(1_000, 2_000)]
    take(match, more, DEEPEST)
    sent = match.flush()
    assert {mention.halvings for mention in kept(sent, QUIET)} == {0}
    assert {mention.halvings for mention in kept(sent, LOUD)} == {5, DEEPEST}


def test_how_many_there_were_is_estimated_without_bias() -> None:
    estimates = []
    for seed in range(60):
        match = Match(SETTINGS, Keyword())
        take(match, [said(seed * 10_000 + n, 0, LOUD, "today") for n in range(400)], DEEPEST)
        estimates.append(total(kept(match.flush(), LOUD)))
    assert fmean(estimates) == pytest.approx(400, rel=0.1)
    assert len(set(estimates)) > 10


words = st.text(st.sampled_from("abcdef :@"), min_size=1, max_size=30).filter(lambda text: bool(text.strip(" :@")))


def wrote(author: str | None, text: str, repost_of: str | None = None) -> Post:
    return Post(id="1", source="x", created_at=float(START), text=text, author=author, repost_of=repost_of)


@settings(deadline=None)
@given(words, st.none() | words, st.integers(0, DEEPEST))
def test_what_is_in_a_smaller_part_is_in_every_larger_one(text: str, author: str | None, times: int) -> None:
    post = wrote(author, text)
    assert all(keeps(post, fewer) for fewer in range(times)) or not keeps(post, times)


@settings(deadline=None)
@given(words, st.lists(words, min_size=2), st.integers(0, DEEPEST))
def test_all_that_an_author_writes_is_kept_or_none_of_it(author: str, texts: list[str], times: int) -> None:
    assert len({keeps(wrote(author, text), times) for text in texts}) == 1


@settings(deadline=None)
@given(words, st.lists(words, min_size=2), st.integers(0, DEEPEST))
def test_all_reposts_of_a_text_are_kept_or_none_of_them(text: str, authors: list[str], times: int) -> None:
    reposts = [wrote(author, f"RT @fan: {text}") for author in authors] + [wrote(None, text), wrote("b", text, "7")]
    assert len({keeps(repost, times) for repost in reposts}) == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, DEEPEST), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_posts_that_are_delivered_again_and_thinned_in_another_way_count_for_the_larger_part(
    deliveries: list[int], random: Random
) -> None:
    posts = [said(number, 0, LOUD, "today") for number in range(200)]
    mentions = []
    for most in deliveries:
        match = Match(SETTINGS, Keyword())
        take(match, posts, most)
        mentions += kept(match.flush(), LOUD)
    held: dict[int, Mention] = {}
    random.shuffle(mentions)
    merge(held, mentions)
    match = Match(SETTINGS, Keyword())
    take(match, posts, min(deliveries))
    largest = kept(match.flush(), LOUD)
    assert total(held.values()) == total(largest)
    assert held.keys() == {mention.post for mention in largest}
