"""Brands come, go and change their names while posts flow; all else goes on as if nothing had happened."""

from __future__ import annotations

from streams.core.match import Match
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.posts import decode as decode_post
from streams.core.settings import Brand, Detection, Settings
from tests.kafka import story
from tests.streams.core.mentions import MONDAY, mention
from tests.streams.models import Keyword

ORLEN, ZABKA = Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")


def settings(*brands: Brand) -> Settings:
    return Settings(brands=brands)


def post(number: int, text: str, minute: int = 0) -> tuple[Post, str]:
    return Post(id=str(number), source="x", text=text, created_at=float(MONDAY + 60 * minute)), f"test:{number}"


def counts(pipeline: Pipeline) -> dict[str, int]:
    found: dict[str, int] = {}
    for reading in pipeline.finish().readings:
        found[reading.brand] = found.get(reading.brand, 0) + reading.mentions
    return found


def test_a_new_brand_is_found_from_then_on_and_one_that_is_gone_no_longer() -> None:
    pipeline = Pipeline(settings(ORLEN), Keyword())
    pipeline.take([post(1, "Orlen i Żabka")])
    pipeline.configure(settings(ZABKA, ORLEN))
    pipeline.take([post(2, "Orlen i Żabka", 1)])
    pipeline.configure(settings(ZABKA))
    pipeline.take([post(3, "Orlen i Żabka", 2)])
    assert counts(pipeline) == {"zabka": 2}
    assert set(pipeline.watch.brands) == {"zabka"}


def test_posts_that_were_seen_are_known_again_after_a_change() -> None:
    pipeline = Pipeline(settings(ORLEN), Keyword())
    pipeline.take([post(1, "Orlen")])
    pipeline.configure(settings(ZABKA, ORLEN))
    pipeline.take([post(1, "Orlen"), post(2, "Orlen")])
    assert counts(pipeline) == {"orlen": 2}


def test_a_changed_alias_holds_for_the_posts_that_come() -> None:
    pipeline = Pipeline(settings(ORLEN), Keyword())
    pipeline.take([post(1, "cepeen"), post(2, "Orlen")])
    pipeline.configure(settings(Brand(id="orlen", name="Orlen", aliases=("CPN", "cepeen"))))
    pipeline.take([post(3, "cepeen")])
    assert counts(pipeline) == {"orlen": 2}


def test_what_was_gathered_before_a_change_is_told_by_the_brand_that_was_named() -> None:
    match = Match(settings(ORLEN, ZABKA), Keyword())
    match._pending[0, MONDAY].append(mention(1, MONDAY))
    match._pending[1, MONDAY].append(mention(2, MONDAY))
    match.configure(settings(Brand(id="lot", name="LOT"), ZABKA))
    (batch,) = match.batches()
    assert [(tally.brand, [one.post for one in tally.mentions]) for tally in batch.tallies] == [("zabka", [2])]


def test_a_budget_that_changes_changes_the_thresholds_of_a_brand_that_stays() -> None:
    pipeline = Pipeline(settings(ORLEN), Keyword())
    before = pipeline.watch.brands["orlen"]._sentinel.limits.page
    pipeline.configure(Settings(brands=(ORLEN,), detection=Detection(false_pages_per_month=100.0)))
    assert pipeline.watch.brands["orlen"]._sentinel.limits.page < before


def test_a_change_that_changes_nothing_leaves_no_trace() -> None:
    posts = [(decode_post(line), "story") for line in story.posts()]
    changed, plain = (Pipeline(story.settings(), Keyword()) for _ in range(2))
    told, expected = [], []
    for start in range(0, len(posts), 100):
        changed.configure(story.settings())
        told += changed.take(posts[start : start + 100]).events
        expected += plain.take(posts[start : start + 100]).events
    told += changed.finish().events
    expected += plain.finish().events
    assert expected
    assert told == expected
