"""The simulation: what it promises of itself, without any detector."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.posts import Post
from streams.demo.arrivals import rhythm
from streams.demo.phrases import Phrases
from streams.demo.script import BRANDS, END, START, WARSAW, script, seeded
from streams.demo.simulation import simulate
from streams.told import Told

SEED = 7


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return list(simulate(SEED))


@pytest.fixture(scope="module")
def told() -> dict[str, Told]:
    return {one.name: one for one in script(SEED)}


def naming(posts: list[Post], brand: str, start: float, end: float) -> list[Post]:
    stem = brand[:6]
    return [post for post in posts if start <= post.timestamp < end and stem in post.text.lower()]


def test_a_seed_decides_everything(posts: list[Post]) -> None:
    assert list(islice(simulate(SEED), 500)) == posts[:500]
    assert list(islice(simulate(SEED + 1), 500)) != posts[:500]


def test_posts_come_in_order_of_time_each_once(posts: list[Post]) -> None:
    assert all(one.timestamp <= other.timestamp for one, other in pairwise(posts))
    assert len({post.identity for post in posts}) == len(posts)
    assert START.timestamp() <= posts[0].timestamp < posts[-1].timestamp < END.timestamp()
    assert 40_000 < len(posts) < 100_000


def test_a_repost_names_an_earlier_post_with_the_same_words(posts: list[Post]) -> None:
    known: dict[str, str] = {}
    for post in posts:
        if post.repost_of:
            assert known[post.repost_of] == post.text
        known[post.id] = post.text


def test_texts_are_really_different(posts: list[Post], told: dict[str, Told]) -> None:
    own = [post.text for post in posts if not post.repost_of and post.timestamp < told["sale"].start]
    assert len(set(own)) / len(own) > 0.9


def test_counts_are_over_dispersed(posts: list[Post], told: dict[str, Told]) -> None:
    """Hourly counts, each beside its own expectation, vary more than Poisson counts would."""
    begin, end = START.timestamp(), told["sale"].start
    hours = Counter(int((post.timestamp - begin) // 3600) for post in posts if post.timestamp < end)
    count = np.array([hours[hour] for hour in range(int((end - begin) // 3600))], float)
    shape = np.array([rhythm(begin + hour * 3600 + 1800) for hour in range(len(count))])
    expected = shape * count.sum() / shape.sum()
    assert ((count - expected) ** 2 / expected).mean() > 1.5


def test_the_sale_brings_about_five_times_the_posts(posts: list[Post], told: dict[str, Told]) -> None:
    sale = told["sale"]
    week = 7 * 86_400
    ordinary = naming(posts, "northquill", sale.start - week, sale.end - week)
    assert 3 < len(naming(posts, "northquill", sale.start, sale.end)) / len(ordinary) < 8


def test_the_flood_is_one_text_five_hundred_times_in_half_an_hour(posts: list[Post], told: dict[str, Told]) -> None:
    text, copies = Counter(post.text for post in naming(posts, "turmon", *span(told["flood"]))).most_common(1)[0]
    authors = {post.author for post in posts if post.text == text}
    assert (copies, len(authors)) == (500, 500)
    assert told["flood"].end - told["flood"].start == 1800


def test_ten_angry_posts_come_within_minutes(posts: list[Post], told: dict[str, Told]) -> None:
    angry = told["angry"]
    assert angry.end - angry.start <= 600
    assert 10 <= len(naming(posts, "zorzanka", *span(angry))) < 40


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_crisis_begins_on_friday_at_five_with_a_post_of_its_own(seed: int) -> None:
    crisis = script(seed)[-1]
    begin = datetime.fromtimestamp(crisis.start, WARSAW)
    assert (begin.strftime("%A"), begin.hour, begin.minute) == ("Friday", 17, 0)
    assert crisis.alarm_by is not None
    assert crisis.alarm_by > crisis.start


def test_the_crisis_spreads_over_an_hour_or_two(posts: list[Post], told: dict[str, Told]) -> None:
    start = told["crisis"].start
    first, second, third = (
        len(naming(posts, "zorzanka", start + 1800 * half, start + 1800 * (half + 1))) for half in (0, 2, 5)
    )
    assert first * 2 < second < third
    assert any(post.timestamp == round(start, 3) for post in posts)


@given(st.integers(0, 2**32), st.sampled_from(["pl", "en"]), st.sampled_from(["negative", "neutral", "positive"]))
def test_no_slot_is_left_open_and_every_post_names_its_brand(seed: int, lang: str, tone: str) -> None:
    for brand in BRANDS:
        text = Phrases(brand.id, brand.name).write(seeded(seed), lang, tone)  # type: ignore[arg-type]
        assert not set(text) & set("{}")
        assert brand.id[:6] in text.lower()


def span(told: Told) -> tuple[float, float]:
    return told.start, told.end
