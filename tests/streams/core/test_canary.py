"""Canaries: counted by the watch, and otherwise as if they had never been."""

from __future__ import annotations

from streams.core import canary
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.settings import Brand, Settings
from streams.core.watch import Outcome
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"),))


def said(number: int) -> tuple[Post, str]:
    return Post(id=str(number), source="x", text="Orlen", created_at=MONDAY + 20.0 * number), f"file:{number}"


def sung(number: int) -> tuple[Post, str]:
    return canary.post(0, MONDAY + 20.0 * number + 86_400.0), ""


def told(pipeline: Pipeline, *batches: list[tuple[Post, str]]) -> list[Outcome]:
    return [*(pipeline.take(batch) for batch in batches), pipeline.finish()]


def test_a_canary_comes_out_counted() -> None:
    outcome = Pipeline(SETTINGS, Keyword()).take([sung(1), sung(2)])
    assert outcome.canaries == {0: MONDAY + 86_440.0}
    assert outcome.unknown == 0


def test_nothing_else_is_different_for_canaries() -> None:
    posts = [[said(number) for number in range(start, start + 5)] for start in range(0, 60, 5)]
    mixed = [[sung(number), *batch, sung(number + 1)] for number, batch in enumerate(posts)]
    plain, singing = Pipeline(SETTINGS, Keyword()), Pipeline(SETTINGS, Keyword())
    before, after = told(plain, *posts), told(singing, *mixed)
    assert [outcome.readings for outcome in before] == [outcome.readings for outcome in after]
    assert plain.match.watermark.clocks == singing.match.watermark.clocks
    assert plain.watch.coverages == singing.watch.coverages


def test_an_input_that_rests_goes_on_resting() -> None:
    pipeline = Pipeline(SETTINGS, Keyword())
    pipeline.take([said(1)])
    pipeline.finish()
    pipeline.take([sung(1)])
    assert pipeline.match.resting
    pipeline.take([said(2)])
    assert not pipeline.match.resting
