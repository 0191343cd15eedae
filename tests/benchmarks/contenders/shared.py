"""What the contenders have in common: the configuration, and the core."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from detectors.sentiment import SentimentModel
from streams.config import load
from streams.core.match import Match
from streams.core.posts import Post, Posts, decode
from streams.core.settings import Settings
from streams.core.tallies import encode

FLUSH = 500  # posts of a partition after which its tallies are sent
GATHERED = "--gather"  # behind the configuration's name: nothing is done with a post by itself


def configured() -> Settings:
    """Read the configuration whose file the command line names."""
    return load(Path(sys.argv[1]), os.environ)


class Core:
    """The core of larum behind a framework that hands over one record at a time.

    Each post is read and looked through for names as it comes, by an automaton, as everyone writes it; those with one
    are gathered, to be matched, scored and tallied together. (That is less than larum does: posts that name no brand
    are neither counted nor known again.) Or, where the command line says so, all posts are gathered and handed to the
    core together: as larum does it, and as much as a framework can be helped from outside.
    """

    def __init__(self, settings: Settings) -> None:
        self._topic = settings.kafka.posts_topic
        model, count = SentimentModel(threshold=settings.sentiment.threshold), settings.kafka.partitions
        self._names = AhoCorasick([each.lower() for brand in settings.brands for each in (brand.name, *brand.aliases)])
        self._matches = [Match(settings, model, number, count, count) for number in range(count)]
        self._all = GATHERED in sys.argv
        self._gathered: list[list[tuple[Post, str]]] = [[] for _ in range(count)]
        self._posts: Counter[int] = Counter()

    def see(self, partition: int, offset: int, value: bytes) -> list[tuple[int, bytes]]:
        """Take one record in; give the tallies that are due to be sent, each with its partition."""
        match, gathered = self._matches[partition], self._gathered[partition]
        post = decode(value)
        if self._all or self._names.find_matches_as_indexes(post.text.lower()):
            gathered.append((post, f"{self._topic}/{partition}@{offset}"))
        self._posts[partition] += 1
        if self._posts[partition] % FLUSH:
            return []
        match.take(Posts.of([post for post, _ in gathered]), [origin for _, origin in gathered])
        gathered.clear()
        return [(shard, encode(batch)) for shard, batch in enumerate(match.batches())]
