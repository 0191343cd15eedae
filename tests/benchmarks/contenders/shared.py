"""What the contenders have in common: the configuration, and the core."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from pathlib import Path

from detectors.sentiment import SentimentModel
from streams.config import load
from streams.core.match import Match
from streams.core.posts import Fields, Posts
from streams.core.settings import Settings
from streams.core.tallies import encode
from streams.records import read

FLUSH = 500  # posts of a partition after which its tallies are sent
GATHERED = "--gather"  # behind the configuration's name: posts are worked off so many at a time


def configured() -> Settings:
    """Read the configuration whose file the command line names."""
    return load(Path(sys.argv[1]), os.environ)


class Core:
    """The core of larum behind a framework that hands over one record at a time.

    It is called for each record, as everyone writes it; or, where the command line says so, records are gathered first
    and worked off `FLUSH` at a time, which is what larum does, and as much as a framework can be helped from outside.
    """

    def __init__(self, settings: Settings) -> None:
        self._kafka = settings.kafka
        model, count = SentimentModel(threshold=settings.sentiment.threshold), settings.kafka.partitions
        self._matches = [Match(settings, model, number, count, count) for number in range(count)]
        self._at_once = FLUSH if GATHERED in sys.argv else 1
        self._gathered: list[list[tuple[Fields, str]]] = [[] for _ in range(count)]
        self._posts: Counter[int] = Counter()

    def see(self, partition: int, offset: int, value: bytes) -> list[tuple[int, bytes]]:
        """Take one record in; give the tallies that are due to be sent, each with its partition."""
        match, gathered = self._matches[partition], self._gathered[partition]
        found = read(self._kafka.posts_topic, partition, [(offset, value)], math.inf)
        if found.refused:
            raise RuntimeError(f"not a post: {found.refused[0].reason}")
        gathered += [(post, found.origins[number]) for number, post in enumerate(found.posts.posts)]
        self._posts[partition] += 1
        if len(gathered) >= self._at_once:
            posts, origins = zip(*gathered, strict=True)
            match.take(Posts.of(posts), origins)
            gathered.clear()
        if self._posts[partition] % FLUSH:
            return []
        return [(shard, encode(batch)) for shard, batch in enumerate(match.batches())]
