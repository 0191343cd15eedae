"""Whether it is a crowd: the numbers are those of the posts, and the verdict moves one way only."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.crises import Crowd, LargestFamily
from streams.core.crowd import Counted, Span, crowd_of, independence
from streams.core.ledger import RECENT_POSTS, Ledger, LedgerState
from streams.core.tallies import Mention
from tests.streams.core.mentions import MONDAY, mention

own = st.tuples(st.just(0), st.integers(1, 12), st.integers(0, 4))
repost = st.builds(lambda post, author: (post, 20 + post, author), st.integers(1, 8), st.integers(0, 4))


def crowd(posts: int, voices: int) -> Crowd:
    return Crowd(minutes=60.0, posts=posts, voices=voices, authors=1, repeated=0.0, busiest_author=0.0)


def heard(posts: list[tuple[int, int, int]]) -> Crowd | None:
    """Count posts, each given by the post it repeats, its text and its author."""
    ledger = Ledger(LedgerState.of(60), 0.5)
    mentions = [
        msgspec.structs.replace(mention(100 + number, MONDAY, text=text), author=author, original=original)
        for number, (original, text, author) in enumerate(posts)
    ]
    ledger.count(MONDAY, mentions)
    return ledger.crowd(MONDAY, MONDAY + 60, mentions)


@given(st.integers(1, 500), st.integers(0, 500))
def test_another_copy_never_makes_it_organic_and_another_voice_never_amplified(posts: int, voices: int) -> None:
    before = independence(crowd(posts, voices))
    assert not (before == "amplified" and independence(crowd(posts + 1, voices)) == "organic")
    assert not (before == "organic" and independence(crowd(posts + 1, voices + 1)) == "amplified")


@given(st.lists(own | repost, min_size=1, max_size=30), st.data())
def test_repeating_a_post_that_was_counted_never_makes_it_organic(
    posts: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    _, text, _ = data.draw(st.sampled_from(posts))
    before, after = heard(posts), heard([*posts, (0, text, 99)])
    assert before is not None
    assert after is not None
    assert after.voices == before.voices
    assert (independence(before), independence(after)) != ("amplified", "organic")


@given(st.lists(own | repost, min_size=1, max_size=30))
def test_somebody_with_words_of_their_own_never_makes_it_amplified(posts: list[tuple[int, int, int]]) -> None:
    before, after = heard(posts), heard([*posts, (0, 999, 999)])
    assert before is not None
    assert after is not None
    assert after.voices == before.voices + 1
    assert (independence(before), independence(after)) != ("organic", "amplified")


def test_the_numbers_are_those_of_the_posts() -> None:
    loud, crowd_of_four = [(0, 1, 7), (0, 2, 7)], [(0, 10 + number, number) for number in range(1, 5)]
    told = heard([*loud, *crowd_of_four, *([(102, 10, 0)] * 12)])
    assert told == Crowd(
        minutes=1.0,
        posts=18,
        voices=5,
        authors=5,
        repeated=0.6667,
        busiest_author=0.1111,
        largest_family=LargestFamily(13, "post number 102"),
    )
    assert independence(told) == "amplified"


def test_a_few_who_write_twice_at_night_amplify_nothing() -> None:
    assert independence(crowd(8, 4)) == independence(crowd(9, 0)) == "organic"
    assert independence(crowd(10, 0)) == independence(crowd(20, 10)) == "amplified"


def test_without_posts_nothing_is_said_and_nothing_amplified() -> None:
    assert crowd_of({}, Span(0.0, 60.0), []) is None
    assert independence(None) == "organic"


def test_only_the_span_counts_and_no_more_than_is_remembered() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    for minute in range(10):
        number = minute * RECENT_POSTS
        ledger.count(MONDAY + 60 * minute, [mention(number + one, MONDAY) for one in range(RECENT_POSTS // 4)])
    told = ledger.crowd(MONDAY, MONDAY + 600, [])
    assert told is not None
    assert (told.minutes, told.posts) == (4.0, RECENT_POSTS)
    late = ledger.crowd(MONDAY + 540, MONDAY + 600, [])
    assert late is not None
    assert (late.minutes, late.posts) == (1.0, RECENT_POSTS // 4)


@pytest.mark.parametrize("sampled", [False, True])
def test_the_largest_family_is_quoted_where_its_words_are_at_hand(sampled: bool) -> None:
    posts = {number: Counted(0, False, number, 5, number == 1, number > 1) for number in range(1, 4)}
    samples: list[Mention] = [mention(2, 0.0), mention(9, 0.0)] if sampled else [mention(9, 0.0)]
    told = crowd_of(posts, Span(0.0, 60.0), samples)
    assert told is not None
    assert told.largest_family == LargestFamily(3, "post number 2" if sampled else None)
