"""Posts that come together count as they do one by one, and as the rules say that are written out here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from streams.core.hearing import Hearing
from streams.core.match import Match
from streams.core.posts import Post, Posts
from streams.core.repeats import Repeats
from streams.core.settings import Brand, Settings
from streams.core.watermark import LEAP_SECONDS, WITNESSES, SourceClock
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka", context=("sklep",))))
TIMES = st.one_of(st.integers(0, 200), st.sampled_from([0, 3_600, 3_661, 9_000, 10**7, 10**7 + 5]))
POSTS = st.builds(
    lambda number, source, text, time, kind: Post(
        id=str(number), source=source, text=text, created_at=MONDAY + float(time), kind=kind, author="a"
    ),
    st.integers(0, 12),
    st.sampled_from(["x", "y"]),
    st.sampled_from(["Orlen", "RT @fan: w Żabce, sklep", "Orlenie\nżabka", "wstyd", "orlen.pl", "Straße Orlen"]),
    TIMES,
    st.sampled_from(["post"] * 8 + ["delete", "rebaseline"]),
)


def told(batches: Sequence[Sequence[Post]]) -> tuple[object, ...]:
    """Take batches; return all that a flush and the counts tell."""
    match, taken, before = Match(SETTINGS, Keyword(), shards=2), [], 0
    for batch in batches:
        origins = [f"test:{before + number}" for number in range(len(batch))]
        taken.append(match.take(Posts.of(batch), origins))
        before += len(batch)
    posts, matched, repeats, deletions = (sum(column) for column in zip(*(one[:4] for one in taken), strict=True))
    sources: dict[str, tuple[int, float]] = {}
    for one in taken:
        for source, (count, newest) in one.sources.items():
            known = sources.get(source, (0, newest))
            sources[source] = known[0] + count, max(known[1], newest)
    return posts, matched, repeats, deletions, sources, match.batches()


@given(st.lists(POSTS, min_size=1, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_posts_count_the_same_in_whatever_batches_they_come(posts: list[Post], cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(posts)]
    batches = [posts[start:end] for start, end in pairwise(ends)]
    alone = told([[post] for post in posts])
    assert told([posts]) == alone
    assert told(batches) == alone


@given(st.lists(st.lists(TIMES.map(float), min_size=1), max_size=8))
@example([[0.0], [10.0**7, 10.0**7 + 5, 3.0], [10.0**7] * 3])
def test_a_sources_clock_goes_by_each_time_in_turn(batches: list[list[float]]) -> None:
    clock = SourceClock()
    newest, leaps = float("-inf"), list[float]()
    for batch in batches:
        clock.see(batch)
        for time in batch:
            if time <= newest + LEAP_SECONDS:
                newest, leaps = max(newest, time), []
            else:
                leaps.append(time)
                if newest == float("-inf") or len(leaps) == WITNESSES:
                    newest, leaps = min(leaps), []
        assert clock.time == newest


@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=20), st.integers(1, 8))
def test_a_post_is_fresh_once_in_as_many_posts_as_are_remembered(batches: list[list[int]], generation: int) -> None:
    repeats = Repeats(generation)
    passed: list[int] = []
    for batch in batches:
        fresh = repeats.fresh(batch)
        assert fresh == sorted(set(fresh))
        assert {batch[number] for number in fresh} >= set(batch) - set(passed)
        assert len({batch[number] for number in fresh}) == len(fresh)
        lately = list(dict.fromkeys(reversed(passed)))[:generation]
        assert {batch[number] for number in fresh}.isdisjoint(lately)
        passed += batch


@given(st.lists(st.tuples(st.sampled_from("xy"), TIMES.map(float), st.integers(0, 9)), max_size=30))
def test_posts_are_heard_by_source_and_bucket(posts: list[tuple[str, float, int]]) -> None:
    hearing = Hearing(60)
    hearing.add(*([row[column] for row in posts] for column in range(3)))  # type: ignore[arg-type]
    heard = {(one.source, one.bucket): one.posts for one in hearing.news(closed=0.0)}
    expected: dict[tuple[str, int], set[int]] = {}
    for source, time, post in posts:
        expected.setdefault((source, int(time // 60) * 60), set()).add(post)
    assert heard == {key: sorted(known) for key, known in expected.items()}
