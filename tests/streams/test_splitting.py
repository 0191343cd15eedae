"""Crises do not hang on how posts are split over inputs, cut into batches, or sent again after a crash."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from streams.core.inputclock import WORDS
from streams.core.match import Match
from streams.core.posts import Post, Posts, decode
from streams.core.watch import Watch
from streams.producer import key_of, partition_of
from tests.kafka import story
from tests.kafka.workers import embedded

INPUTS = 4
SETTINGS = story.settings()
MODEL = SentimentModel()


@pytest.fixture(scope="module")
def posts() -> list[bytes]:
    return story.posts()


@pytest.fixture(scope="module")
def expected(posts: list[bytes]) -> list[Any]:
    return [story.plain(event) for event in embedded(SETTINGS, posts)]


class Inputs:
    """Four inputs as workers read them: batches of any size, and now and then a crash that sends some posts again."""

    def __init__(self, posts: list[bytes], random: Random) -> None:
        self.random = random
        self.watch = Watch(SETTINGS)
        self.told: list[Any] = []
        self.unread: list[list[Post]] = [[] for _ in range(INPUTS)]
        for post in posts:
            self.unread[partition_of(key_of(post), INPUTS)].append(decode(post))
        self.crash(0)
        self.read = [0] * INPUTS

    def crash(self, again: int) -> None:
        """Forget what the match stage knew, and go back by up to so many posts."""
        self.matches = [Match(SETTINGS, MODEL, number, INPUTS) for number in range(INPUTS)]
        self.read = [max(0, read - self.random.randint(0, again)) for read in getattr(self, "read", [0] * INPUTS)]

    def step(self, number: int, count: int) -> None:
        """Read a batch of one input; one that is at its end says so."""
        start = self.read[number]
        batch = self.unread[number][start : start + count]
        if batch:
            self.matches[number].take(Posts.of(batch), [""] * len(batch))
        else:
            self.matches[number].idle()
        self.read[number] += len(batch)
        for told in self.matches[number].batches():
            self.told += [story.plain(event) for event in self.watch.take(told).events]

    @property
    def left(self) -> bool:
        """Whether any posts are unread."""
        return any(read < len(unread) for read, unread in zip(self.read, self.unread, strict=True))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(seed=11, largest=5)  # the last input to speak begins with a single post
@given(seed=st.integers(0, 2**32), largest=st.sampled_from([5, 20, 300]))
def test_the_same_crises_however_posts_are_split(
    posts: list[bytes], expected: list[Any], seed: int, largest: int
) -> None:
    random = Random(seed)
    inputs = Inputs(posts, random)
    while inputs.left:
        inputs.step(random.randrange(INPUTS), random.randint(1, largest))
        if random.random() < 0.01:
            inputs.crash(again=100)
    for number in [*range(INPUTS)] * INPUTS * (1 + WORDS):  # each that comes to its end has the others asked anew
        inputs.step(number, largest)
    assert inputs.told == expected
